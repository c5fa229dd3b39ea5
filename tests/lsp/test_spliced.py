"""A program that puts values into the text of its SQL, through the wire."""

from __future__ import annotations

from pathlib import Path

from lsp.conftest import Start

PROGRAM = """import sqlite3

def find(db, name):
    é = db.execute(f"SELECT 1 FROM artist WHERE name = '{name}'")
    return db.execute("SELECT 1 FROM artist WHERE name = ?", (name,))
"""


async def test_a_spliced_value_is_found_and_passed_as_a_parameter(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace)
    uri = (workspace / "find.py").as_uri()
    item = {"uri": uri, "languageId": "python", "version": 1, "text": PROGRAM}
    wire.notify("textDocument/didOpen", {"textDocument": item})
    await wire.loaded()
    await wire.codes(uri, ["built-sql"])
    (found,) = wire.diagnostics(uri) or ()
    assert found["severity"] == 2
    params = {
        "textDocument": {"uri": uri},
        "range": found["range"],
        "context": {"diagnostics": [found], "only": ["quickfix"]},
    }
    actions = await wire.request("textDocument/codeAction", params)
    assert actions[0]["title"] == "Pass `name` as a parameter"
    (change,) = actions[0]["edit"]["documentChanges"]
    lines = PROGRAM.split("\n")
    for edit in sorted(change["edits"], key=lambda one: -one["range"]["start"]["character"]):
        line, ends = edit["range"]["start"]["line"], edit["range"]["end"]["character"]
        begins = edit["range"]["start"]["character"]
        lines[line] = lines[line][:begins] + edit["newText"] + lines[line][ends:]
    assert lines[3].strip() == ('é = db.execute("SELECT 1 FROM artist WHERE name = ?", (name,))')
    assert await wire.end() == 0
