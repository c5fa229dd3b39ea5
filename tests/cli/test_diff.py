"""`sureql diff`: verdicts, exit codes, and what is said about bad input."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Run
from sureql.equivalence import compare
from sureql.equivalence.model import Means, Question, Verdict

ALBUMS = "SELECT title FROM album WHERE artist_id > 1"


def write(project: Path, **texts: str) -> None:
    for name, text in texts.items():
        (project / f"{name}.sql").write_text(text)


def test_proved(project: Path, run: Run) -> None:
    write(project, a=ALBUMS, b="-- the same\nselect x.title from album as x where 1 < x.artist_id;")
    outcome = run("diff", "a.sql", "b.sql")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("They return the same rows: proved.\n")


def test_different_shows_the_rows(project: Path, run: Run) -> None:
    write(project, a=ALBUMS, b="SELECT title FROM album WHERE artist_id >= 1")
    outcome = run("diff", "a.sql", "b.sql")
    assert outcome.code == 1
    assert outcome.out.startswith("They return different rows.\n")
    assert "With these rows, and no others:" in outcome.out
    assert "artist_id" in outcome.out
    assert "a.sql" in outcome.out and "b.sql" in outcome.out
    assert "Tried on SQLite" in outcome.out


def test_the_witness_in_json_shows_the_difference(project: Path, run: Run) -> None:
    write(project, a=ALBUMS, b="SELECT title FROM album WHERE artist_id >= 1")
    found = run("diff", "a.sql", "b.sql", "--format", "json").json
    assert found["verdict"] == "different"
    assert {"verdict", "databases", "coverage", "witness", "reason"} <= found.keys()
    albums = next(one for one in found["witness"]["database"] if one["name"] == "album")
    at = albums["columns"].index("artist_id")
    assert any(row[at] == 1 for row in albums["rows"])
    assert len(found["witness"]["second"]["rows"]) > len(found["witness"]["first"]["rows"])


def test_no_difference(project: Path, run: Run) -> None:
    write(
        project,
        a="SELECT a.title FROM album a WHERE a.artist_id IN (SELECT artist_id FROM artist WHERE name = 'x')",
        b="SELECT title FROM album WHERE (SELECT name FROM artist r WHERE r.artist_id = album.artist_id) = 'x'",
    )
    outcome = run("diff", "a.sql", "b.sql")
    assert outcome.code == 0, outcome.out
    assert outcome.out.startswith("No difference was found.\n")
    assert "generated databases (" in outcome.out


def test_nothing_is_known(project: Path, run: Run) -> None:
    write(project, a="SELECT random() FROM album", b="SELECT random() FROM artist")
    outcome = run("diff", "a.sql", "b.sql")
    assert outcome.code == 3
    assert outcome.out.startswith("Nothing is known.\n")
    assert "`random()`" in outcome.out
    write(project, a="SELECT * FROM {{ ref('album') }}", b="SELECT * FROM album")
    assert "template" in run("diff", "a.sql", "b.sql", "--format", "json").json["reason"]


def test_several_statements_are_compared_in_order(project: Path, run: Run) -> None:
    write(
        project,
        a=f"{ALBUMS}; SELECT name FROM artist",
        b=f"{ALBUMS};\nSELECT name FROM artist WHERE artist_id > 1;\n",
    )
    outcome = run("diff", "a.sql", "b.sql")
    assert outcome.code == 1
    assert outcome.out.startswith("2 pairs of queries. The worst is pair 2:\n")
    found = run("diff", "a.sql", "b.sql", "--format", "json").json
    assert [one["verdict"] for one in found["statements"]] == ["proved", "different"]
    assert found["verdict"] == "different"


def test_tables_may_be_made_in_the_file(project: Path, run: Run) -> None:
    made = "CREATE TABLE passing (a INTEGER NOT NULL);\n"
    write(project, a=made + "SELECT count(a) FROM passing", b=made + "SELECT count(*) FROM passing")
    outcome = run("diff", "a.sql", "b.sql", "--any-names")
    assert outcome.code == 0, outcome.out


def test_names_of_columns_count_unless_told(project: Path, run: Run) -> None:
    write(project, a="SELECT title FROM album", b="SELECT title AS name FROM album")
    assert run("diff", "a.sql", "b.sql").code == 1
    assert run("diff", "a.sql", "b.sql", "--any-names").code == 0


def test_standard_input(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, b=ALBUMS)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ALBUMS.lower().encode())))
    assert run("diff", "-", "b.sql").code == 0


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("missing.sql", "b.sql", "missing.sql does not exist."),
        ("binary.sql", "b.sql", "binary.sql is not a text file."),
        ("b.sql", ".", ". is a folder, not a file."),
        ("empty.sql", "b.sql", "There is no query in empty.sql."),
        ("b.sql", "broken.sql", "broken.sql:2:"),
        ("b.sql", "two.sql", "b.sql has 1 query and two.sql has 2 queries"),
        ("-", "-", "Only one of the two can be `-`"),
    ],
)
def test_plain_message(project: Path, run: Run, first: str, second: str, message: str) -> None:
    write(
        project,
        b=ALBUMS,
        empty="-- nothing\n",
        broken="SELECT title\nFROM WHERE x",
        two=f"{ALBUMS};{ALBUMS}",
    )
    (project / "binary.sql").write_bytes(b"\x7fELF\0\0")
    outcome = run("diff", first, second)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_odd_times_are_refused(project: Path, run: Run) -> None:
    write(project, a=ALBUMS)
    assert "--seconds" in run("diff", "a.sql", "a.sql", "--seconds", "0").err


def test_interrupted(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(question: Question, means: Means) -> Verdict:
        raise KeyboardInterrupt

    monkeypatch.setattr(compare, "compare", interrupted)
    write(project, a=ALBUMS)
    outcome = run("diff", "a.sql", "a.sql")
    assert (outcome.code, outcome.out) == (130, "")


def test_as_a_program(project: Path) -> None:
    write(project, a=ALBUMS, b="SELECT title FROM album")
    command = [sys.executable, "-m", "sureql", "diff", "a.sql", "b.sql", "--schema", "schema.sql"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "They return different rows." in done.stdout
