"""`sureql.schema` with `insert`: a name written as the string of a program needs it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Start
from lsp.wire import Wire

PYTHON = """\
def of(con):
    con.execute("SELECT  FROM album WHERE title = 'é'")
    con.execute('''SELECT old FROM album''')
"""
NAME = '"Größe \\ in cm"'


async def written(wire: Wire, uri: str, start: tuple[int, int], end: tuple[int, int]) -> Any:
    places = [{"line": line, "character": character} for line, character in (start, end)]
    given = {"uri": uri, "insert": NAME, "range": {"start": places[0], "end": places[1]}}
    params = {"command": "sureql.schema", "arguments": [given]}
    return (await wire.request("workspace/executeCommand", params))["edits"]


def after(text: str, edits: list[dict[str, Any]]) -> str:
    lines = text.split("\n")
    for one in sorted(edits, key=lambda edit: edit["range"]["start"]["character"], reverse=True):
        (line, first), (_, last) = (one["range"][edge].values() for edge in ("start", "end"))
        lines[line] = lines[line][:first] + one["newText"] + lines[line][last:]
    return "\n".join(lines)


def strings(text: str) -> list[str]:
    found = [one.value for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Constant)]
    return [one for one in found if isinstance(one, str)]


async def opened(start: Start, workspace: Path, name: str, language: str, text: str) -> Any:
    wire = await start(workspace, configuration={"dialect": "sqlite"})
    uri = (workspace / name).as_uri()
    item = {"uri": uri, "languageId": language, "version": 1, "text": text}
    wire.notify("textDocument/didOpen", {"textDocument": item})
    return wire, uri


async def test_a_name_is_escaped_for_its_string(start: Start, workspace: Path) -> None:
    wire, uri = await opened(start, workspace, "a.py", "python", PYTHON)
    edits = await written(wire, uri, (1, 24), (1, 24))
    assert f"SELECT {NAME} FROM album WHERE title = 'é'" in strings(after(PYTHON, edits))
    edits = await written(wire, uri, (2, 26), (2, 29))
    assert f"SELECT {NAME} FROM album" in strings(after(PYTHON, edits))


async def test_outside_of_sql_nothing_is_written(start: Start, workspace: Path) -> None:
    wire, uri = await opened(start, workspace, "a.py", "python", PYTHON)
    assert await written(wire, uri, (0, 4), (0, 4)) is None
    assert await written(wire, "untitled:not-open", (0, 0), (0, 0)) is None
    # What is selected is written over as a whole, or not at all.
    assert await written(wire, uri, (1, 4), (1, 24)) is None
    assert await written(wire, uri, (1, 24), (1, 60)) is None
    assert await written(wire, uri, (1, 24), (2, 29)) is None


async def test_in_sql_it_is_written_as_it_is(start: Start, workspace: Path) -> None:
    wire, uri = await opened(start, workspace, "a.sql", "sql", "SELECT  FROM album")
    (edit,) = await written(wire, uri, (0, 7), (0, 7))
    assert edit["newText"] == NAME


@pytest.mark.parametrize("between", [None, {}, {"start": 1, "end": 2}])
async def test_a_wrong_range_is_refused(start: Start, workspace: Path, between: object) -> None:
    wire, uri = await opened(start, workspace, "a.sql", "sql", "SELECT 1")
    params = {
        "command": "sureql.schema",
        "arguments": [{"uri": uri, "insert": "a", "range": between}],
    }
    answer = await wire.answer(wire.ask("workspace/executeCommand", params))
    assert answer["error"]["message"].startswith("sureql.schema takes")
