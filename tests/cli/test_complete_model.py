"""`sureql complete` asks the model that the user has named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.fault_server import running
from support.spoken import Answer

QUERY = "SELECT name, country FROM artist WHERE "


def complete(folder: Path, base_url: str) -> subprocess.CompletedProcess[str]:
    (folder / "schema.sql").write_text(
        "CREATE TABLE artist (artist_id integer PRIMARY KEY, name text, country text);\n"
    )
    (folder / "query.sql").write_text(QUERY)
    own = {name: text for name, text in os.environ.items() if not name.startswith("SUREQL_")}
    variables = {
        "SUREQL_CACHE": str(folder / "cache"),
        "SUREQL_CONFIG": str(folder / "no" / "config.toml"),
        "SUREQL_MODEL_NAME": "model",
        "SUREQL_MODEL_BASE_URL": base_url,
        "SUREQL_MODEL_API": "chat",
    }
    command = [sys.executable, "-m", "sureql", "complete", "query.sql", "--format", "json"]
    return subprocess.run(
        [*command, "--at", f"1:{len(QUERY) + 1}"],
        cwd=folder,
        env={**own, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def items(done: subprocess.CompletedProcess[str]) -> list[Any]:
    return list(json.loads(done.stdout)["items"])


def test_the_model_is_asked(tmp_path: Path) -> None:
    with running() as endpoint:
        endpoint.script(Answer(pieces=("country = ", "'FR'")))
        found = items(complete(tmp_path, endpoint.base_url))
    assert ("country = 'FR'", "model") in [(one["insertText"], one["source"]) for one in found]
    assert len(found) <= 3


def test_without_it_the_engine_answers_and_the_reason_is_told(tmp_path: Path) -> None:
    with running() as endpoint:
        endpoint.script(Answer(status=401))
        done = complete(tmp_path, endpoint.base_url)
    found = items(done)
    assert found
    assert all(one["source"] != "model" for one in found)
    assert done.stderr.startswith("sureql: ")
