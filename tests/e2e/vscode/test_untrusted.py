"""A folder that the user does not trust: its own settings redirect and run nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from e2e.vscode.code_server import CodeServer
from e2e.vscode.conftest import ARTIFACTS, OpenWindow, ready
from e2e.vscode.window import Window
from support.fault_server import FaultServer, running
from support.spoken import Answer

ASKS = {
    "security.workspace.trust.enabled": True,
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.emptyWindow": True,
}
TRUST = ".workspace-trust-editor .monaco-button:text-is('Trust')"


@pytest.fixture
def endpoint() -> Iterator[FaultServer]:
    with running(models=("theirs",)) as server:
        server.script(Answer(("ORDER BY name",)))
        yield server


@pytest.fixture
def hostile(
    endpoint: FaultServer, extension: Path, open_window: OpenWindow, tmp_path: Path
) -> Iterator[Window]:
    """A window on a folder whose settings name a program and an endpoint."""
    ran = tmp_path / "ran"
    program = f"#!/bin/sh\ntouch '{ran}'\n"
    model = {"name": "theirs", "base_url": endpoint.base_url, "api": "chat"}
    named = "".join(f"{key} = {json.dumps(value)}\n" for key, value in model.items())
    settings = {f"sureql.model.{key}": value for key, value in model.items()}
    own = {"sureql.path": "./evil.sh", **settings, "sureql.inline.wait": 10000}
    files = {
        "sureql.toml": f"[model]\n{named}",
        "evil.sh": program,
        ".venv/bin/python": program,
        ".venv/bin/sureql": program,
        ".vscode/settings.json": json.dumps(own),
    }
    with closing(CodeServer(tmp_path / "vscode", (extension,), ASKS)) as server:
        window = open_window(server, files)
        for name in ("evil.sh", ".venv/bin/python", ".venv/bin/sureql"):
            (window.folder / name).chmod(0o755)
        ready(window)
        yield window
        window.picture("untrusted")
        server.logs(ARTIFACTS / "untrusted-logs")
        window.page.close()
    assert not ran.exists()


def test_its_settings_count_only_once_it_is_trusted(hostile: Window, endpoint: FaultServer) -> None:
    assert not hostile.host("return vscode.workspace.isTrusted")
    hostile.edit("queries/limited.sql", "SELECT t.name, g.name\nFROM track t\nJOIN |")
    hostile.offered("gen", "re g ON g.genre_id")
    hostile.picture("restricted")
    hostile.press("Tab")
    hostile.type("\n")
    hostile.command("editor.action.inlineSuggest.trigger")
    assert endpoint.opened == 0

    hostile.insist(
        lambda: hostile.begin("workbench.trust.manage"),
        lambda: hostile.visible(TRUST),
        "the question of trust",
    )
    hostile.insist(
        lambda: hostile.click(hostile.page.locator(TRUST)),
        lambda: hostile.host("return vscode.workspace.isTrusted"),
        "it is trusted",
    )
    hostile.edit("queries/trusted.sql", "-- tracks by name\nSELECT *\nFROM track t\nWHERE |")
    hostile.type("t.")
    # What is typed before the server has heard of it is answered without a model.
    hostile.insist(
        lambda: hostile.press("Backspace", "."), lambda: endpoint.opened, "the endpoint is asked"
    )
