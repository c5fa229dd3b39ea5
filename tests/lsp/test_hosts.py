"""SQL in the strings of a program: every feature answers there, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from lsp.conftest import Start
from lsp.test_corrections import RESOLVING, actions, applied, corrected, edited
from lsp.wire import Wire

PYTHON = '''\
"""Select a song from the list."""
import sqlite3

ARTISTS = "SELECT naem FROM artist"


def of(con: sqlite3.Connection, artist_id: int) -> None:
    con.execute("SELECT ti FROM album WHERE artist_id = ?", (artist_id,))
    con.execute(
        """
        SELECT al.title  -- 🎵
        FROM album al
        JOIN 
        """
    )
    con.execute(f"SELECT title FROM album WHERE album_id = {artist_id} AND titel = 'it\\'\\'s'")
    print("select it")
'''


def opened(wire: Wire, path: Path, text: str, language: str = "python") -> str:
    uri = path.as_uri()
    item = {"uri": uri, "languageId": language, "version": 1, "text": text}
    wire.notify("textDocument/didOpen", {"textDocument": item})
    return uri


def place(text: str, marked: str, after: str = "") -> tuple[int, int]:
    """The line and UTF-16 column behind `after` in the first line that holds `marked`."""
    lines = text.split("\n")
    line = next(i for i, one in enumerate(lines) if marked in one)
    column = lines[line].index(marked) + len(marked) if not after else lines[line].index(after)
    return line, len(lines[line][:column].encode("utf-16-le")) // 2


def _lines(wire: Wire, uri: str) -> set[int]:
    """The lines that have an error."""
    found = wire.diagnostics(uri) or []
    return {one["range"]["start"]["line"] for one in found if one["severity"] == 1}


async def items(wire: Wire, uri: str, line: int, column: int) -> list[dict[str, Any]]:
    asked = wire.at(uri, line, column, context={"triggerKind": 1})
    found: list[dict[str, Any]] = (await wire.request("textDocument/inlineCompletion", asked))[
        "items"
    ]
    return found


async def test_features_in_strings(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = opened(wire, workspace / "app.py", PYTHON)
    await wire.loaded()
    await wire.until(lambda: {3, 7, 12, 15} <= _lines(wire, uri))
    found = wire.diagnostics(uri) or []
    misspelt = next(one for one in found if one["range"]["start"]["line"] == 3)
    line, column = place(PYTHON, "naem", "naem")
    assert misspelt["range"]["start"] == {"line": line, "character": column}
    assert misspelt["range"]["end"] == {"line": line, "character": column + 4}

    assert "title" in await wire.labels(uri, *place(PYTHON, "SELECT ti"))
    assert await wire.labels(uri, *place(PYTHON, "print(")) == []
    assert await wire.labels(uri, *place(PYTHON, '"select')) == []

    hover = await wire.request("textDocument/hover", wire.at(uri, *place(PYTHON, "FROM albu")))
    assert "album_id" in hover["contents"]["value"]
    assert await wire.request("textDocument/hover", wire.at(uri, *place(PYTHON, "Connec"))) is None

    asked = wire.at(uri, *place(PYTHON, "FROM albu"))
    target, *_ = await wire.request("textDocument/definition", asked)
    assert str(target.get("targetUri") or target.get("uri")).endswith("schema.sql")

    ghost, *_ = await items(wire, uri, *place(PYTHON, "        JOIN "))
    assert "artist" in ghost["insertText"]
    assert ghost["range"]["end"]["line"] == place(PYTHON, "        JOIN ")[0]
    assert await items(wire, uri, *place(PYTHON, "import sqlite3")) == []
    assert await wire.end() == 0


async def test_fixes_are_written_as_the_string_wants_them(start: Start, workspace: Path) -> None:
    wire = await start(workspace, capabilities=RESOLVING, configuration={"save": {"fix_all": True}})
    uri = opened(wire, workspace / "app.py", PYTHON)
    await wire.loaded()
    await wire.until(lambda: {3, 7, 12, 15} <= _lines(wire, uri))
    listed = await actions(wire, uri, *place(PYTHON, "naem", "naem"))
    change = next(one for one in listed if one["title"] == "Change to `name`")
    assert edited(PYTHON, change) == PYTHON.replace("naem", "name")
    assert await actions(wire, uri, *place(PYTHON, "import")) == []
    saved = applied(PYTHON, await corrected(wire, uri))
    assert saved == PYTHON.replace("naem", "name").replace("titel", "title")
    params = {"textDocument": {"uri": uri}, "options": {"tabSize": 4, "insertSpaces": True}}
    assert await wire.request("textDocument/formatting", params) == []
    assert await wire.end() == 0


async def test_edits_elsewhere_move_what_is_shown(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    text = 'con.execute("SELECT naem FROM artist")\r\n'
    uri = opened(wire, workspace / "app.py", text)
    await wire.loaded()
    await wire.codes(uri, ["unknown-column"])
    top = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    wire.change(uri, 2, {"range": top, "text": "# 🎵 one\r\n# two\r\n"})
    await wire.until(
        lambda: [one["range"]["start"]["line"] for one in wire.diagnostics(uri) or []] == [2]
    )
    inside = {"start": {"line": 2, "character": 20}, "end": {"line": 2, "character": 24}}
    wire.change(uri, 3, {"range": inside, "text": "name"})
    await wire.codes(uri, [])
    # A string that is no SQL any more has no diagnostics, and one that becomes SQL has.
    whole = {"text": 'log("naem")\ncon.execute("SELECT x FROM artist")\n'}
    wire.change(uri, 4, whole)
    await wire.codes(uri, ["unknown-column"])
    assert await wire.end() == 0


async def test_strings_know_what_others_create(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    text = """\
def use(con):
    con.execute("SELECT id, later FROM basket")
    con.execute("SELECT title FROM album")


def make(con):
    con.execute("CREATE TEMP TABLE basket (id integer)")
    con.execute("CREATE TABLE IF NOT EXISTS artist (artist_id integer)")
    con.execute("CREATE TABLE artist (artist_id integer)")
    con.execute("DROP TABLE album")
    con.execute("SELECT nothing FROM nowhere")
"""
    uri = opened(wire, workspace / "app.py", text)
    await wire.loaded()
    await wire.until(
        lambda: (
            [
                (one["code"], one["range"]["start"]["line"])
                for one in wire.diagnostics(uri) or []
                if one["severity"] == 1
            ]
            == [("unknown-table", 10)]
        )
    )
    assert await wire.end() == 0


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("a.ts", "typescript", "const q = sql`SELECT naem FROM artist`;\n"),
        ("a.tsx", "typescriptreact", "const q = await db.query('SELECT naem FROM artist');\n"),
        ("a.js", "javascript", 'db.all("SELECT naem FROM artist", done);\n'),
        ("a.go", "go", "package a\n\nfunc f() {\n\tdb.Query(`SELECT naem FROM artist`)\n}\n"),
        (
            "A.java",
            "java",
            'class A { void f() { con.prepareStatement("SELECT naem FROM artist"); } }\n',
        ),
        ("a.md", "markdown", "# Songs\n\n```sql\nSELECT naem FROM artist\n```\n"),
    ],
)
async def test_other_languages(
    start: Start, workspace: Path, name: str, language: str, text: str
) -> None:
    wire = await start(workspace)
    uri = opened(wire, workspace / name, text, language)
    await wire.loaded()
    await wire.codes(uri, ["unknown-column"])
    (found,) = wire.diagnostics(uri) or []
    line, column = place(text, "naem", "naem")
    assert found["range"]["start"] == {"line": line, "character": column}
    assert await wire.end() == 0


async def test_explaining_and_optimising(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    text = """\
con.execute("SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album)")
"""
    uri = opened(wire, workspace / "app.py", text)
    await wire.loaded()
    where = {"uri": uri, "position": {"line": 0, "character": 20}}
    told = await wire.request(
        "workspace/executeCommand", {"command": "sureql.explain", "arguments": [where]}
    )
    assert "artist" in told["markdown"] and not told["message"]
    away = {"uri": uri, "position": {"line": 0, "character": 2}}
    told = await wire.request(
        "workspace/executeCommand", {"command": "sureql.explain", "arguments": [away]}
    )
    assert "no SQL here" in told["message"]
    found = await wire.request(
        "workspace/executeCommand",
        {"command": "sureql.optimize", "arguments": [{**where, "model": False}]},
    )
    assert found["statement"].startswith("SELECT name")
    assert await wire.end() == 0


async def test_the_code_around_is_told_to_a_model(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    text = '''\
def songs_of_artist(con, country: str):
    """All songs of artists from one country."""
    con.execute("SELECT title FROM album WHERE ")
'''
    uri = opened(wire, workspace / "app.py", text)
    await wire.loaded()
    asked = {"uri": uri, "position": {"line": 2, "character": 47}}
    shown = await wire.request(
        "workspace/executeCommand", {"command": "sureql.showPrompt", "arguments": [asked]}
    )
    assert "songs_of_artist" in shown and "All songs of artists" in shown
    assert await wire.end() == 0


async def test_the_editor_says_what_a_cell_is(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    cell = "vscode-notebook-cell:" + quote(str(workspace / "songs.ipynb"))
    cells = [
        ("#one", "sql", "SELECT naem FROM artist"),
        ("#two", "python", "%%sql\nSELECT naem FROM artist"),
        ("#kept", "sql", "%%sql\nSELECT naem FROM artist"),
        ("#three", "python", 'con.execute("SELECT naem FROM artist")'),
    ]
    for name, language, text in cells:
        item = {"uri": cell + name, "languageId": language, "version": 1, "text": text}
        wire.notify("textDocument/didOpen", {"textDocument": item})
    await wire.loaded()
    for name, _, _ in cells:
        await wire.codes(cell + name, ["unknown-column"])
    wire.notify("textDocument/didClose", {"textDocument": {"uri": cell + "#one"}})
    await wire.codes(cell + "#one", [])
    assert await wire.labels(cell + "#one", 0, 9) == []
    assert await wire.end() == 0


async def test_no_list_without_tables_while_the_schema_is_loaded(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace)
    uri = (workspace / "early.sql").as_uri()
    wire.open(uri, "SELECT title FROM al")
    found = await wire.request("textDocument/completion", wire.at(uri, 0, 20))
    labels = [item["label"] for item in found["items"]]
    # Either the schema was there already, or the client is to ask again.
    assert "album" in labels or (found["isIncomplete"] and not labels)
    await wire.loaded()
    assert "album" in await wire.labels(uri, 0, 20)
    assert await wire.end() == 0
