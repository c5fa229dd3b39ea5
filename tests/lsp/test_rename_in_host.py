"""Renames and references in the SQL strings of a program."""

from __future__ import annotations

from pathlib import Path

from lsp.conftest import Start

PROGRAM = """def f(db, x):
    db.execute("WITH big AS (SELECT name FROM artist) "
               'SELECT big.name FROM big WHERE "big".name = ?', (x,))
"""


async def test_a_rename_reaches_all_literals_of_a_statement(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri, script = (workspace / "q.py").as_uri(), (workspace / "q.sql").as_uri()
    item = {"uri": uri, "languageId": "python", "version": 1, "text": PROGRAM}
    wire.notify("textDocument/didOpen", {"textDocument": item})
    wire.open(script, "SELECT name FROM artist")
    await wire.loaded()
    here = {**wire.at(uri, 1, 22), "newName": "large"}
    edit = await wire.request("textDocument/rename", here)
    (change,) = edit["documentChanges"]
    places = [tuple(one["range"]["start"].values()) for one in change["edits"]]
    assert places == [(1, 21), (2, 23), (2, 37), (2, 47)]
    params = {**wire.at(script, 0, 8), "context": {"includeDeclaration": False}}
    found = await wire.request("textDocument/references", params)
    assert [(one["uri"], one["range"]["start"]["line"]) for one in found] == [(script, 0), (uri, 1)]
    assert await wire.request("textDocument/prepareRename", wire.at(uri, 0, 4)) is None
    assert await wire.end() == 0
