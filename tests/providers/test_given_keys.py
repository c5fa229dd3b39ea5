"""Keys that an editor hands over go to their own host and into no other program."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from sureql.linters import tool
from sureql.ports.provider import GIVEN_KEYS
from sureql.providers import keys
from sureql.workers.client import Worker

GIVEN = {GIVEN_KEYS: json.dumps({"api.openai.com": "sk-a ", "llm.example:8443": "b"})}


@pytest.mark.parametrize(
    ("base_url", "key"),
    [
        ("https://api.openai.com/v1", "sk-a"),
        ("https://llm.example:8443/v1", "b"),
        ("https://llm.example/v1", ""),
        ("https://evil.example/v1", ""),
        ("https://api.openai.com.evil.example/v1", ""),
    ],
)
def test_a_key_goes_to_its_own_host_only(base_url: str, key: str) -> None:
    assert keys.find(base_url, "", GIVEN)[0] == key


def test_settings_cannot_name_the_variable_as_a_key() -> None:
    assert keys.find("https://evil.example/v1", GIVEN_KEYS, GIVEN)[0] == ""


@pytest.mark.parametrize("text", ["", "x", "[]", '{"api.openai.com": 1}'])
def test_what_is_no_table_of_keys_holds_none(text: str) -> None:
    assert keys.find("https://api.openai.com/v1", "", {GIVEN_KEYS: text}) == ("", "")


async def test_programs_that_the_server_starts_do_not_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GIVEN_KEYS, GIVEN[GIVEN_KEYS])
    script = tmp_path / "tool.py"
    script.write_text(f"import os\nprint(os.environ.get({GIVEN_KEYS!r}, 'none'))\n")
    stand_in = tool.Tool("sqruff", (sys.executable, str(script)), {}, "ansi", False)
    assert tool.formatted(stand_in, "SELECT 1").strip() == "none"

    worker = Worker()
    process = await worker._started()
    try:
        environment = Path(f"/proc/{process.pid}/environ")
        if environment.exists():
            assert GIVEN_KEYS.encode() not in environment.read_bytes()
    finally:
        await worker.close()
