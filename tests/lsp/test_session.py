"""Settings, schemas and documents of one session, as a client sees them over time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from lsp.conftest import SCHEMA, Start
from lsp.wire import CAPABILITIES, Wire

CREATED, CHANGED, DELETED = 1, 2, 3


def watched(wire: Wire, kind: int, *paths: Path) -> None:
    changes = [{"uri": path.as_uri(), "type": kind} for path in paths]
    wire.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def bar(wire: Wire) -> list[str]:
    """What was told of progress."""
    return [one["value"]["kind"] for one in wire.notifications("$/progress")]


async def inline(wire: Wire, uri: str, line: int, character: int) -> list[dict[str, Any]]:
    params = wire.at(uri, line, character, context={"triggerKind": 2})
    found: list[dict[str, Any]] = (await wire.request("textDocument/inlineCompletion", params))[
        "items"
    ]
    return found


async def test_a_saved_schema_is_loaded_again_with_progress(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT born FROM artist;")
    await wire.codes(uri, ["unknown-column"])
    schema = workspace / "schema.sql"
    schema.write_text(SCHEMA.replace("country text", "country text, born date"))
    wire.notify("textDocument/didSave", {"textDocument": {"uri": schema.as_uri()}})
    await wire.codes(uri, [])
    bars = [one for one in wire.asked if one["method"] == "window/workDoneProgress/create"]
    assert len(bars) == 2
    # A load that ends before the client has answered shows no bar.
    while not bar(wire):
        await wire.request("workspace/executeCommand", {"command": "sureql.refreshSchema"})
    await wire.until(lambda: bar(wire).count("begin") == bar(wire).count("end"))
    assert await wire.end() == 0


async def test_schema_files_that_come_and_go(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT a FROM song;")
    await wire.codes(uri, ["unknown-table"])
    more = workspace / "more.sql"
    more.write_text("CREATE TABLE song (a int);")
    watched(wire, CREATED, more)
    await wire.codes(uri, [])
    more.unlink()
    watched(wire, DELETED, more)
    await wire.codes(uri, ["unknown-table"])
    assert await wire.end() == 0


async def test_a_broken_schema_file_is_named_and_the_rest_serves(
    start: Start, workspace: Path
) -> None:
    (workspace / "schema.sql").write_text(SCHEMA + "CREATE TABLE broken (((;\n")
    wire = await start(workspace)
    wire.open("untitled:a", "SELECT  FROM artist")
    await wire.until(
        lambda: any(
            one["kind"] == "Warning" and one["message"].startswith("schema.sql:11: ")
            for one in wire.notifications("didChangeStatus")
        )
    )
    assert "name" in await wire.labels("untitled:a", 0, 7)
    assert await wire.end() == 0


async def test_settings_are_asked_for_and_followed(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT nme FROM artist;\nSELECT  FROM")
    await wire.codes(uri, ["unknown-column", "syntax-error"])
    wire.configuration = {
        "diagnostics": {"off": ["unknown-column"]},
        "completion": {"limit": 3},
        "inline": {"enabled": False},
    }
    wire.notify("workspace/didChangeConfiguration", {"settings": None})
    await wire.codes(uri, ["syntax-error"])
    assert len(await wire.labels(uri, 1, 7)) == 3
    assert await inline(wire, uri, 1, 7) == []
    wire.configuration = {"diagnostics": {"enabled": False}}
    wire.notify("workspace/didChangeConfiguration", {"settings": None})
    await wire.codes(uri, [])
    assert await wire.end() == 0


async def test_clients_that_cannot_be_asked_send_their_settings(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities={})
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT nme FROM artist;")
    await wire.codes(uri, ["unknown-column"])
    settings = {"sureql": {"diagnostics": {"off": ["unknown-column"]}}}
    wire.notify("workspace/didChangeConfiguration", {"settings": settings})
    await wire.codes(uri, [])
    assert wire.asked == []
    assert wire.notifications("$/progress") == []
    assert await wire.end() == 0


async def test_a_configuration_file_is_followed(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT a FROM elsewhere;")
    await wire.codes(uri, ["unknown-table"])
    (workspace / "hidden").mkdir()
    (workspace / "hidden" / "other.txt").write_text("CREATE TABLE elsewhere (a int);")
    (workspace / "sureql.toml").write_text("schema = 'hidden/*.txt'\n")
    watched(wire, CREATED, workspace / "sureql.toml")
    await wire.codes(uri, [])
    assert await wire.end() == 0


async def test_a_database_file_is_a_schema(start: Start, workspace: Path) -> None:
    import sqlite3

    (workspace / "schema.sql").unlink()
    with sqlite3.connect(workspace / "music.db") as connection:
        connection.execute("CREATE TABLE gig (place text)")
    connection.close()
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT plce FROM gig;")
    await wire.codes(uri, ["unknown-column"])
    with sqlite3.connect(workspace / "music.db") as connection:
        connection.execute("ALTER TABLE gig ADD COLUMN plce text")
    connection.close()
    watched(wire, CHANGED, workspace / "music.db")
    await wire.codes(uri, [])
    assert await wire.end() == 0


async def test_folders_are_added_and_removed(start: Start, workspace: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "schema.sql").write_text("CREATE TABLE planet (mass int);")
    wire = await start(workspace)
    uri = (other / "q.sql").as_uri()
    wire.open(uri, "SELECT ms FROM planet;")
    await wire.codes(uri, [])
    folder = {"uri": other.as_uri(), "name": "other"}
    for added, removed, codes in (([folder], [], ["unknown-column"]), ([], [folder], [])):
        event = {"added": added, "removed": removed}
        wire.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        await wire.codes(uri, codes)
    assert await wire.end() == 0


async def test_the_schema_survives_edits_that_are_not_saved(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "CREATE TEMP TABLE scratch (x int);\nSELECT y FROM scratch;\n")
    await wire.codes(uri, ["unknown-column"])
    end = {"line": 0, "character": 32}
    wire.change(uri, 2, {"range": {"start": end, "end": end}, "text": ", y int"})
    await wire.codes(uri, [])
    assert await wire.end() == 0


async def test_published_versions_never_go_back(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    text = "SELECT nme FROM artist;\n" * 300
    wire.open(uri, text)
    await wire.codes(uri, ["unknown-column"] * 300)
    begin = {"line": 0, "character": 0}
    for version in range(2, 40):
        wire.change(uri, version, {"range": {"start": begin, "end": begin}, "text": "-- x\n"})
        await asyncio.sleep(0.01)
    await wire.until(
        lambda: wire.notifications("textDocument/publishDiagnostics")[-1]["version"] == 39
    )
    await wire.codes(uri, ["unknown-column"] * 300)
    found = wire.notifications("textDocument/publishDiagnostics")
    versions = [params["version"] for params in found if params["uri"] == uri]
    assert versions == sorted(versions)
    lines = [one["range"]["start"]["line"] for one in found[-1]["diagnostics"]]
    assert lines == list(range(38, 338))
    assert await wire.end() == 0


async def test_closing_takes_diagnostics_away(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT nme FROM artist;")
    await wire.codes(uri, ["unknown-column"])
    wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    await wire.codes(uri, [])
    await asyncio.sleep(0.5)
    assert wire.diagnostics(uri) == []
    assert await wire.end() == 0


async def test_ghost_text_says_where_it_comes_from(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT * FROM album a JOIN ar")
    await wire.loaded()
    (item,) = await inline(wire, uri, 0, 29)
    assert item["insertText"].startswith("artist")
    assert item["range"]["start"] == {"line": 0, "character": 27}
    assert item["data"]["source"] in ("engine", "history", "cache")
    assert item["data"]["verdict"]["outcome"] == "accepted"
    assert await wire.end() == 0


async def test_clients_without_snippets_get_plain_text(start: Start, workspace: Path) -> None:
    for capabilities, snippets in ((CAPABILITIES, True), ({}, False)):
        wire = await start(workspace, capabilities=capabilities)
        wire.open("untitled:a", "SELECT coal")
        await wire.loaded()
        params = wire.at("untitled:a", 0, 11)
        found = await wire.request("textDocument/completion", params)
        item = next(item for item in found["items"] if item["label"] == "coalesce")
        assert ("$" in item["textEdit"]["newText"]) is snippets
        assert ("insertTextFormat" in item) is snippets
        assert item["textEdit"]["newText"].startswith("coalesce(")
        assert await wire.end() == 0


async def test_edits_while_a_long_document_is_being_read(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "long.sql").as_uri()
    wire.open(uri, "SELECT name FROM artist WHERE country = 'a name';\n" * 20_000)
    at = {"line": 0, "character": 11}
    for version in range(2, 12):
        wire.change(uri, version, {"range": {"start": at, "end": at}, "text": "x"})
    await wire.until(lambda: [d["code"] for d in wire.diagnostics(uri) or []] == ["unknown-column"])
    message = wire.diagnostics(uri)[0]["message"]  # type: ignore[index]
    assert "`name" + "x" * 10 + "`" in message
    assert await wire.end() == 0


async def test_a_damaged_database_is_named_and_a_busy_one_is_tried_again(
    start: Start, workspace: Path
) -> None:
    import sqlite3

    (workspace / "schema.sql").unlink()
    (workspace / "bad.db").write_bytes(b"SQLite format 3\0" + b"rubbish" * 500)
    (workspace / "sureql.toml").write_text("schema = 'sqlite:///bad.db'\n")
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT plce FROM gig;")
    await wire.until(lambda: wire.notifications("window/showMessage"))
    assert "bad.db" in wire.notifications("window/showMessage")[0]["message"]
    (workspace / "bad.db").unlink()
    connection = sqlite3.connect(workspace / "bad.db", isolation_level=None)
    connection.execute("CREATE TABLE gig (place text)")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("CREATE TABLE more (a int)")
    watched(wire, CREATED, workspace / "bad.db")
    await wire.until(
        lambda: any(
            "another program" in one["message"] for one in wire.notifications("didChangeStatus")
        )
    )
    connection.execute("COMMIT")
    connection.close()
    await wire.codes(uri, ["unknown-column"])
    assert await wire.end() == 0
