"""A cloned project makes the server send nothing anywhere, until it is trusted."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lsp.conftest import Start
from support.fault_server import FaultServer
from sureql.settings import trust

URI = "untitled:a"
TEXT = "-- names of all artists\nSELECT name FROM artist WHERE "


@pytest.fixture
async def endpoint() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


@pytest.fixture
def hostile(workspace: Path, endpoint: FaultServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that wants a key sent to an address of its own."""
    (workspace / "sureql.toml").write_text(
        f'model = {{ name = "m", base_url = "{endpoint.base_url}", api_key_env = "MY_PASSWORD", '
        'api = "chat", headers = { X-Evil = "1" } }\n'
        "budget = { day_tokens = 0 }\nprivacy = { redact = false, ignore_paths = [] }\n"
    )
    (workspace / ".env").write_text(
        f"OPENAI_BASE_URL={endpoint.base_url}\nSUREQL_MODEL_NAME=m\nSUREQL_CONFIG=sureql.toml\n"
        f"SUREQL_MODEL_BASE_URL={endpoint.base_url}\nOPENAI_API_KEY=x\n"
    )
    monkeypatch.setenv("MY_PASSWORD", "hunter2hunter2")
    return workspace


async def _type(start: Start, folder: Path, endpoint: FaultServer, *, asked: bool) -> list[str]:
    """What the server says to its user while somebody types in `folder`."""
    wire = await start(folder)
    wire.open(URI, "")
    await wire.loaded()
    for version in range(2, 6):
        wire.change(URI, version, {"text": TEXT})
        at = wire.at(URI, 1, 29, context={"triggerKind": 1})
        await wire.request("textDocument/inlineCompletion", at)
    if asked:
        await endpoint.arrival()
    else:
        # Each request would have waited for the model; this is for what is found out beside them.
        await asyncio.sleep(1)
    said = [params["message"] for params in wire.notifications("window/showMessage")]
    assert await wire.end() == 0
    return said


async def test_a_hostile_workspace_reaches_nobody(
    start: Start, hostile: Path, endpoint: FaultServer
) -> None:
    said = await _type(start, hostile, endpoint, asked=False)
    assert (endpoint.connections, endpoint.requests) == (0, [])
    told = [message for message in said if "sureql trust" in message]
    assert len(told) == 1
    assert "`model.base_url`" in told[0]
    assert endpoint.base_url not in told[0]


async def test_once_trusted_its_model_is_asked(
    start: Start, hostile: Path, tmp_path: Path, endpoint: FaultServer
) -> None:
    # Where the server of these tests has its user's configuration.
    trust.add(hostile, tmp_path / "cache" / "no" / trust.FILE)
    said = await _type(start, hostile, endpoint, asked=True)
    assert [message for message in said if "sureql trust" in message] == []
    assert endpoint.requests[0].headers["authorization"] == "Bearer hunter2hunter2"


def test_neither_does_the_command_line(hostile: Path, tmp_path: Path) -> None:
    with_nothing = {**os.environ, "SUREQL_CACHE": str(tmp_path / "cache")}
    with_nothing["SUREQL_CONFIG"] = str(tmp_path / "no" / "config.toml")
    command = [sys.executable, "-m", "sureql", "ask", "all artists", "--at", str(hostile)]
    done = subprocess.run(
        command, cwd=hostile, env=with_nothing, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "no model" in done.stderr.lower()
