"""Statements of the workspace are indexed for prompts, if a model is named, and what is looked at is
known."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp.conftest import Start
from support.fault_server import FaultServer
from support.waiting import eventually
from sureql.assistant.budget import Meter
from sureql.assistant.meanings import Meanings
from sureql.assistant.terms import Terms
from sureql.lsp.editor import Editor
from sureql.lsp.handlers import did_focus
from sureql.lsp.journal import Journal
from sureql.lsp.server import Server
from sureql.lsp.session import Session
from sureql.ports.provider import Endpoint
from sureql.providers.openai_endpoint import open_endpoint
from sureql.storage import statements, vectors
from sureql.storage.ledger import open_ledger

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
    await eventually(lambda: known(cache, workspace) == {"SELECT title FROM album ORDER BY title"})
    await wire.end()


@pytest.mark.parametrize("text", ["", NO_ENDPOINT + "[history]\nenabled = false\n"])
async def test_without_a_model_or_with_history_off_nothing_is_kept(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    cache = tmp_path / "cache"
    configure(cache, text)
    monkeypatch.setenv("SUREQL_CACHE", str(cache))
    monkeypatch.setenv("SUREQL_CONFIG", str(cache / "no" / "config.toml"))
    session = Session(Editor(Server().protocol), lambda: None, Journal())
    session.configuration.folders = [str(workspace)]
    session.recalling.index(str(workspace), "postgres")
    session.recalling.remember(str(workspace / "a.sql"), "SELECT title FROM album", "postgres")
    assert session.recalling.recall(str(workspace / "a.sql")) is None
    await session.end()
    assert not (cache / "statements").exists()
    # Nothing was even begun: no background process runs for it.
    assert session._worker is None


async def test_meanings_are_asked_for_in_the_background_if_a_model_is_named(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    texts = {f"SELECT title, {number} FROM album" for number in range(40)}
    (workspace / "albums.sql").write_text(";\n".join(sorted(texts)) + ";")
    for number, text in enumerate(sorted(texts)):
        (workspace / f"album{number}.sql").write_text(text + ";")
    (workspace / "secret.sql").write_text("SELECT name FROM artist ORDER BY name;")
    cache = tmp_path / "cache"
    async with FaultServer() as server:
        settings = f'[model]\nname = "m"\nembeddings = "e"\nbase_url = "{server.base_url}"\n'
        configure(cache, settings)
        wire = await start(workspace)
        wire.open((workspace / "albums.sql").as_uri(), "SELECT 1;")
        await eventually(lambda: len(vectors.get(cache, _model(server), texts)) == 40)
        told = [one.body for one in server.asked if one.path.endswith("/embeddings")]
        await wire.end()
    batches = [body["input"] for body in told if body["model"] == "e"]
    assert sorted(text for batch in batches for text in batch) == sorted(texts)
    assert max(map(len, batches)) <= 32


def _model(server: FaultServer) -> str:
    return f"127.0.0.1:{server.port} e"


async def test_a_question_is_answered_by_its_words_while_its_meaning_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUREQL_CACHE", str(tmp_path))
    index = statements.opened(statements.file_of(tmp_path, ""))
    assert index is not None
    index.remember(["SELECT sum(total) FROM invoice", "SELECT track_id FROM track"])
    index.close()
    session = Session(Editor(Server().protocol), lambda: None, Journal())
    async with FaultServer() as server:
        provider = open_endpoint(Endpoint(server.base_url, "e"), None)
        meanings = Meanings(provider, Terms(), open_ledger(tmp_path), Meter())
        # The vector of the same text is the same: the "meaning" of a question that is the statement.
        asked, other = "songs nobody bought", "SELECT sum(total) FROM invoice"
        (meant,) = await meanings.of([asked])
        vectors.put(tmp_path, meanings.model, [(other, meant)])
        found = await session.recalling.similar("", asked, 4, meanings)
        assert [one.text for one in found] == [other]
        count = len(server.asked)
        await session.recalling.similar("", asked, 4, meanings)
        await session.recalling.similar("", "SELECT total FROM", 4, meanings)
        assert len(server.asked) == count
    found = await session.recalling.similar("", "total of each invoice", 4, meanings)
    assert [one.text for one in found] == [other]
    await meanings.close()
    await session.end()


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
