"""Statements of the workspace are indexed for prompts, if a model is named, and what is looked at is
known."""

from __future__ import annotations

import asyncio
from pathlib import Path

from lsp.conftest import Start
from sureql.lsp.editor import Editor
from sureql.lsp.handlers import did_focus
from sureql.lsp.journal import Journal
from sureql.lsp.server import Server
from sureql.lsp.session import Session
from sureql.storage import statements

NO_ENDPOINT = '[model]\nname = "m"\nbase_url = "http://127.0.0.1:9/v1"\n'


def known(cache: Path, root: Path) -> set[str]:
    """What is in the workspace's index, without making one."""
    file = statements.file_of(cache, str(root))
    if not file.exists() or (index := statements.opened(file)) is None:
        return set()
    found = {one.text for one in index.newest(100)}
    index.close()
    return found


def configure(cache: Path, text: str) -> None:
    (cache / "no").mkdir(parents=True)
    (cache / "no" / "config.toml").write_text(text)


async def test_statements_are_indexed_but_not_those_of_hidden_files(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    configure(cache, NO_ENDPOINT)
    query = workspace / "albums.sql"
    query.write_text("SELECT title FROM album ORDER BY title;")
    hidden = workspace / "secret.sql"
    hidden.write_text("SELECT name FROM artist ORDER BY name;")
    wire = await start(workspace)
    uri = query.as_uri()
    wire.open(uri, query.read_text())
    await wire.loaded()
    await wire.until(lambda: known(cache, workspace) == {"SELECT title FROM album ORDER BY title"})
    await wire.end()


async def test_without_a_model_nothing_is_kept(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    query = workspace / "albums.sql"
    query.write_text("SELECT title FROM album ORDER BY title;")
    wire = await start(workspace)
    wire.open(query.as_uri(), query.read_text())
    await wire.loaded()
    await asyncio.sleep(0.3)
    assert not (tmp_path / "cache" / "statements").exists()
    await wire.end()


async def test_what_is_learnt_can_be_switched_off(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    configure(tmp_path / "cache", NO_ENDPOINT + "[history]\nenabled = false\n")
    query = workspace / "albums.sql"
    query.write_text("SELECT title FROM album ORDER BY title;")
    wire = await start(workspace)
    wire.open(query.as_uri(), query.read_text())
    await wire.loaded()
    await asyncio.sleep(0.3)
    assert not (tmp_path / "cache" / "statements").exists()
    await wire.end()


def test_documents_are_in_the_order_in_which_they_were_looked_at() -> None:
    session = Session(Editor(Server().protocol), lambda: None, Journal())
    for name in "abc":
        session.documents[name] = name  # type: ignore[assignment]
    did_focus.run(session, {"textDocument": {"uri": "a"}})
    assert list(session.documents) == ["b", "c", "a"]
    for odd in ({}, None, [], {"textDocument": None}, {"textDocument": {"uri": 7}}):
        did_focus.run(session, odd)
    did_focus.run(session, {"textDocument": {"uri": "never opened"}})
    assert list(session.documents) == ["b", "c", "a"]
