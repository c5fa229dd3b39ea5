"""SQL in programs on the command line: places are those of the program, edits are written as its strings want."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Run

PROGRAM = '''\
"""Select a song."""

ARTISTS = "SELECT naem FROM artist"


def f(con, name):
    con.execute("SELECT title FROM album "
                "WHERE titel = \\'x\\'")
    con.execute(f"SELECT title FROM album WHERE title = '{name}'")
    con.execute("SELECT title FROM album WHERE ")
    log("Select a song from the list")
'''


def test_findings_have_the_places_of_the_program(project: Path, run: Run) -> None:
    (project / "app.py").write_text(PROGRAM)
    (project / "plain.py").write_text("print('no SQL: select one')\n")
    outcome = run("check", ".", "--format", "json")
    assert outcome.code == 1
    found = [one for one in outcome.json if one["path"] == "app.py"]
    assert [(one["code"], one["line"], one["column"]) for one in found] == [
        ("unknown-column", 3, 19),
        ("unknown-column", 8, 24),
        ("built-sql", 9, 57),
        ("syntax-error", 10, 42),
    ]
    (edit,) = found[0]["fixes"][0]["edits"]
    lines = PROGRAM.splitlines()
    line = lines[edit["line"] - 1]
    fixed = line[: edit["column"] - 1] + edit["newText"] + line[edit["endColumn"] - 1 :]
    assert fixed == 'ARTISTS = "SELECT name FROM artist"'
    assert not [one for one in outcome.json if one["path"] == "plain.py"]


def test_fixes_change_only_the_strings(project: Path, run: Run) -> None:
    file = project / "app.py"
    file.write_text(PROGRAM)
    run("check", "app.py", "--fix")
    assert file.read_text() == PROGRAM.replace("naem", "name").replace("titel", "title")


def test_nothing_is_looked_for_where_that_is_not_wanted(project: Path, run: Run) -> None:
    (project / "app.py").write_text(PROGRAM)
    with (project / "sureql.toml").open("a") as settings:
        settings.write("\n[programs]\nenabled = false\n")
    assert not [one for one in run("check", ".", "--format", "json").json if "app" in one["path"]]


def test_places_in_programs(project: Path, run: Run) -> None:
    (project / "app.py").write_text(PROGRAM)
    told = run("explain", "app.py", "--at", "9:30", "--format", "json").json
    assert len(told) == 1 and "album" in told[0]["summary"]
    outcome = run("complete", "app.py", "--at", "10:47", "--format", "json")
    for item in outcome.json["items"]:
        assert item["line"] == 10
    outside = run("explain", "app.py", "--at", "11:8")
    assert outside.code == 2 and "There is no SQL at 11:8" in outside.err


def test_optimising_writes_the_program(project: Path, run: Run) -> None:
    file = project / "app.py"
    text = 'con.execute("""\n    SELECT DISTINCT album_id\n    FROM album\n""")\n'
    file.write_text(text)
    offers = run("optimize", "app.py", "--format", "json").json
    numbers = [index for index, one in enumerate(offers, start=1) if one.get("sql")]
    assert numbers, offers
    run("optimize", "app.py", "--apply", str(numbers[0]))
    assert file.read_text() == text.replace("DISTINCT ", "")


def test_cells_of_notebooks(project: Path, run: Run) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# SELECT naem"]},
        {"cell_type": "code", "source": ["%%sql\n", "SELECT naem\n", "FROM artist"], "outputs": []},
    ]
    (project / "songs.ipynb").write_text(json.dumps({"cells": cells}, indent=1))
    (found,) = run("check", "songs.ipynb", "--format", "json").json
    assert found["code"] == "unknown-column"
    written = (project / "songs.ipynb").read_text().splitlines()[found["line"] - 1]
    assert written[found["column"] - 1 : found["endColumn"] - 1] == "naem"
