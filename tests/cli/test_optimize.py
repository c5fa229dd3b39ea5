"""`sureql optimize`: what is shown, applied and timed, and what is said about the rest."""

from __future__ import annotations

import io
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli.conftest import Run

SLOW = """\
-- who has made something
SELECT a.name
FROM artist a
WHERE (SELECT count(*) FROM album b WHERE b.artist_id = a.artist_id) > 0;
"""
OTHERS = "\nDELETE FROM album;\n\nSELECT random() FROM album;\n\nSELECT x FROM nowhere;\n"


@pytest.fixture
def slow(project: Path) -> Path:
    file = project / "slow.sql"
    file.write_bytes(SLOW.encode())
    return file


@pytest.fixture
def database(project: Path) -> Path:
    """The only schema of the project is a file with rows in it."""
    (project / "schema.sql").rename(project / "schema.txt")
    file = project / "shop.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((project / "schema.txt").read_text())
        connection.executemany("INSERT INTO artist (name) VALUES (?)", [("a",)] * 2000)
        connection.execute(
            "INSERT INTO album (title, artist_id) SELECT 't', 1 + artist_id / 9 FROM artist"
        )
        connection.execute("ANALYZE")
        connection.commit()
    return file


def test_each_form_is_shown_as_a_change_with_its_evidence(slow: Path, run: Run) -> None:
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite")
    assert outcome.code == 0
    assert "slow.sql:1\n" in outcome.out
    assert "│ -WHERE (SELECT count(*) FROM album b" in outcome.out
    assert "Proved: " in outcome.out
    assert "Apply one with --apply NUMBER." in outcome.out
    assert slow.read_text() == SLOW


def test_json_holds_what_is_agreed(slow: Path, run: Run) -> None:
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite", "--format", "json")
    assert outcome.err == ""
    first = outcome.json[0]
    assert {"rewrite", "title", "sql", "precondition", "equivalence", "cost"} <= set(first)
    assert {"verdict", "databases", "coverage", "witness"} <= set(first["equivalence"])
    assert (first["line"], first["column"]) == (1, 1)
    known = [one["cost"] for one in outcome.json if one["cost"]]
    assert all({"before", "after", "unit", "engine"} <= set(cost) for cost in known)


def test_one_is_applied_and_nothing_else_in_the_file_is_touched(slow: Path, run: Run) -> None:
    before = "﻿" + SLOW.replace("\n", "\r\n") + "-- ends here: ñ"
    slow.write_bytes(before.encode())
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite", "--apply", "1")
    after = slow.read_bytes().decode()
    assert outcome.code == 0
    assert after != before
    assert after.startswith("﻿-- who has made something\r\nSELECT a.name\r\n")
    assert after.endswith("-- ends here: ñ")
    assert after.count("\n") == after.count("\r\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--apply", "9"], "no rewrite 9"),
        (["--apply", "0"], "no rewrite 0"),
        (["--seconds", "0"], "above 0"),
        (["--at", "99:1"], "no line 99"),
        (["--at", "here"], "LINE:COL"),
    ],
)
def test_wrong_usage_changes_nothing(slow: Path, run: Run, arguments: list[str], said: str) -> None:
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite", *arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.out == ""
    assert slow.read_text() == SLOW


def test_a_file_that_is_read_only_stays_as_it_is(slow: Path, run: Run) -> None:
    slow.chmod(0o444)
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite", "--apply", "1")
    assert outcome.code == 2
    assert "slow.sql cannot be written: it is read-only." in outcome.err
    assert slow.read_text() == SLOW


def test_a_write_that_fails_leaves_nothing_behind(
    slow: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "replace", refuse)
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite", "--apply", "1")
    assert outcome.code == 2
    assert slow.read_text() == SLOW
    assert {file.name for file in slow.parent.iterdir()} == {"schema.sql", "slow.sql"}


def test_a_statement_may_be_too_long(slow: Path, run: Run) -> None:
    columns = ", ".join(f"a.name AS name_{number}" for number in range(4000))
    slow.write_text(f"SELECT {columns} FROM artist a")
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite")
    assert outcome.code == 0
    assert "slow.sql:1: The statement is too long" in outcome.err


def test_what_cannot_be_optimised_says_why_and_where(slow: Path, run: Run) -> None:
    slow.write_text(OTHERS)
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite")
    assert outcome.code == 0
    assert "slow.sql:4: `random()` gives something else" in outcome.err
    assert "slow.sql:6: Something is wrong with the statement: No table `nowhere`" in outcome.err
    assert "slow.sql:2" not in outcome.err  # Nobody asked about that one.
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite", "--at", "2:1")
    assert (outcome.code, outcome.out) == (0, "")
    assert "slow.sql:2: Only queries are optimised." in outcome.err


def test_standard_input(slow: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = SimpleNamespace(buffer=io.BytesIO(SLOW.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    outcome = run("optimize", "-", "--dialect", "sqlite", "--format", "json")
    assert outcome.json[0]["line"] == 1
    assert run("optimize", "-", "--apply", "1").code == 2


def test_a_database_file_that_was_found_tells_costs_and_times(
    slow: Path, database: Path, run: Run
) -> None:
    before = database.read_bytes()
    planned = run("optimize", "slow.sql", "--format", "json").json
    assert planned[0]["cost"]["basis"] == "the counts that ANALYZE left in the file"
    timed = [
        one["cost"]
        for one in run("optimize", "slow.sql", "--time", "--format", "json").json
        if one["rewrite"] != "index"
    ]
    assert timed
    for cost in timed:
        assert min(cost["afterMilliseconds"]) < max(cost["beforeMilliseconds"])
    assert database.read_bytes() == before
    assert {file.name for file in database.parent.iterdir()} == {
        "schema.txt",
        "shop.db",
        "slow.sql",
    }


def test_without_a_database_nothing_is_timed_and_no_number_made_up(slow: Path, run: Run) -> None:
    outcome = run("optimize", "slow.sql", "--dialect", "sqlite", "--time")
    assert "slow.sql:1: Nothing was timed: no database is connected." in outcome.err
    assert " × " not in outcome.out
