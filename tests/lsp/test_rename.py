"""References, highlights and renames through the wire."""

from __future__ import annotations

from pathlib import Path

from lsp.conftest import Start

QUERY = "WITH big AS (SELECT name AS n FROM artist)\nSELECT é.n FROM big AS é"


async def test_a_rename_and_its_preparation(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, QUERY)
    await wire.loaded()
    here = wire.at(uri, 1, 7)
    found = await wire.request("textDocument/prepareRename", here)
    assert found["placeholder"] == "é"
    assert found["range"] == {
        "start": {"line": 1, "character": 7},
        "end": {"line": 1, "character": 8},
    }
    edit = await wire.request("textDocument/rename", {**here, "newName": "b"})
    (change,) = edit["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 1}
    assert [(one["range"]["start"]["character"], one["newText"]) for one in change["edits"]] == [
        (7, "b"),
        (23, "b"),
    ]
    assert await wire.end() == 0


async def test_what_cannot_be_renamed_is_refused_with_a_message(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, QUERY)
    await wire.loaded()
    of_schema = await wire.answer(wire.ask("textDocument/prepareRename", wire.at(uri, 0, 36)))
    assert "needs a migration" in of_schema["error"]["message"]
    params = {**wire.at(uri, 0, 6), "newName": "select"}
    reserved = await wire.answer(wire.ask("textDocument/rename", params))
    assert "reserved word" in reserved["error"]["message"]
    assert await wire.end() == 0


async def test_references_in_all_open_documents(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    first, second = ((workspace / name).as_uri() for name in ("a.sql", "b.sql"))
    wire.open(first, QUERY)
    wire.open(second, "SELECT 1;\nSELECT name FROM artist")
    await wire.loaded()
    params = {**wire.at(first, 0, 21), "context": {"includeDeclaration": True}}
    found = await wire.request("textDocument/references", params)
    places = [(one["uri"], one["range"]["start"]["line"]) for one in found]
    assert places == [(first, 0), (second, 1), ((workspace / "schema.sql").as_uri(), 2)]
    params = {**params, "context": {"includeDeclaration": False}}
    assert len(await wire.request("textDocument/references", params)) == 2
    assert await wire.end() == 0


async def test_highlights(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, QUERY)
    await wire.loaded()
    found = await wire.request("textDocument/documentHighlight", wire.at(uri, 1, 9))
    assert [(one["range"]["start"]["character"], one["kind"]) for one in found] == [(28, 3), (9, 2)]
    assert await wire.request("textDocument/documentHighlight", wire.at(uri, 1, 0)) == []
    assert await wire.end() == 0
