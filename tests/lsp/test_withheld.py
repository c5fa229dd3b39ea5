"""Nothing of a hidden file reaches a model, by whatever name the file is opened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Start
from lsp.test_model import settings
from lsp.wire import Wire
from support.fault_server import FaultServer
from support.spoken import Answer
from sureql.lsp import uris

SECRET = "SELECT name, codeword FROM artist WHERE country = 'codeword';\n"
QUERY = "SELECT name, country FROM artist WHERE "


@pytest.fixture
async def endpoint() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        server.script(Answer(pieces=("name ", "= 'x'")))
        yield server


async def _asked(wire: Wire, uri: str, text: str) -> list[str]:
    """Where the ghost texts at the end of a new document come from."""
    wire.open(uri, text)
    line, character = text.count("\n"), len(text) - text.rfind("\n") - 1
    at = wire.at(uri, line, character, context={"triggerKind": 1})
    found: dict[str, Any] = await wire.request("textDocument/inlineCompletion", at)
    return [item["data"]["source"] for item in found["items"]]


async def _session(start: Start, folder: Path, endpoint: FaultServer) -> Wire:
    wire = await start(folder, configuration=settings(endpoint))
    wire.open("untitled:a", "")
    await wire.loaded()
    await endpoint.arrival()
    return wire


def _received(endpoint: FaultServer) -> str:
    return b"\n".join(request.raw for request in endpoint.requests).decode()


async def test_by_any_name(
    start: Start, workspace: Path, tmp_path: Path, endpoint: FaultServer
) -> None:
    hidden = workspace / "secrets" / "notes.sql"
    hidden.parent.mkdir()
    hidden.write_text(SECRET)
    link = workspace / "plain.sql"
    link.symlink_to(hidden)
    elsewhere = tmp_path / "elsewhere" / "secrets"
    elsewhere.mkdir(parents=True)
    (elsewhere / "notes.sql").write_text(SECRET)
    (workspace / "other.sql").symlink_to(elsewhere / "notes.sql")
    wire = await _session(start, workspace, endpoint)
    path = hidden.as_uri().removeprefix("file://")
    for uri in (
        link.as_uri(),
        (workspace / "other.sql").as_uri(),
        (elsewhere / "notes.sql").as_uri(),
        f"git:{path}?%7B%22ref%22%3A%22HEAD%22%7D",
        f"untitled:{path}",
        f"vscode-notebook-cell:{path}#W0sZmlsZQ%3D%3D",
        f"file://{path.replace('/secrets', '/secrets/../SECRETS/')}",
    ):
        assert "model" not in await _asked(wire, uri, SECRET + QUERY), uri
    # All of these are neighbours now, and one of them has just been edited.
    wire.change(link.as_uri(), 2, {"text": SECRET + "SELECT codeword, name FROM artist;\n"})
    assert "model" in await _asked(wire, "untitled:b", QUERY)
    assert QUERY.strip() in _received(endpoint)
    assert "codeword" not in _received(endpoint)
    assert await wire.end() == 0


async def test_a_stricter_folder_is_no_neighbour(
    start: Start, workspace: Path, tmp_path: Path, endpoint: FaultServer
) -> None:
    strict = tmp_path / "strict"
    strict.mkdir()
    (strict / "sureql.toml").write_text("privacy = { offline = true }\n")
    wire = await _session(start, workspace, endpoint)
    change = {"added": [{"uri": strict.as_uri(), "name": "strict"}], "removed": []}
    wire.notify("workspace/didChangeWorkspaceFolders", {"event": change})
    uri = (strict / "query.sql").as_uri()
    assert "model" not in await _asked(wire, uri, SECRET + QUERY)
    wire.change(uri, 2, {"text": SECRET + "SELECT codeword, name FROM artist;\n"})
    await asyncio.sleep(0.6)  # Until the edit counts as made.
    query = workspace / "query.sql"
    assert "model" in await _asked(wire, query.as_uri(), QUERY)
    assert "codeword" not in _received(endpoint)
    assert await wire.end() == 0


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b%20c.sql", "/a/b c.sql"),
        ("untitled:/a/b.sql", "/a/b.sql"),
        ("git:/a/b.sql?%7B%7D", "/a/b.sql"),
        ("vscode-notebook-cell:/a/%73.ipynb#x", "/a/s.ipynb"),
        ("untitled:Untitled-1", ""),
        ("inmemory://model/1", "/1"),
        ("git:[", ""),
        ("", ""),
    ],
)
def test_paths_in_addresses(uri: str, path: str) -> None:
    assert uris.path_in(uri) == path
