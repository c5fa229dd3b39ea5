"""`sureql complete`: checked completions for one place."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Run

QUERY = "SELECT al.title\nFROM album al\nJOIN art"


def test_json_has_the_documented_shape(project: Path, run: Run) -> None:
    (project / "q.sql").write_text(QUERY)
    outcome = run("complete", "q.sql", "--at", "3:9", "--format", "json")
    assert outcome.code == 0
    items = outcome.json["items"]
    assert 1 <= len(items) <= 3
    first = items[0]
    assert set(first) == {
        "insertText",
        "line",
        "column",
        "endLine",
        "endColumn",
        "source",
        "verdict",
    }
    assert first["insertText"].startswith("artist")
    assert "artist_id" in first["insertText"]
    assert (first["line"], first["column"]) == (3, 6)
    assert (first["endLine"], first["endColumn"]) == (3, 9)
    assert first["verdict"]["level"]


def test_text_shows_the_line(project: Path, run: Run) -> None:
    (project / "q.sql").write_text(QUERY)
    outcome = run("complete", "q.sql", "--at", "3:9")
    assert outcome.code == 0
    assert "JOIN artist" in outcome.out


def test_nothing_in_a_comment(project: Path, run: Run) -> None:
    (project / "q.sql").write_text("-- the sel")
    assert run("complete", "q.sql", "--at", "1:11", "--format", "json").json == {"items": []}
    assert "Nothing" in run("complete", "q.sql", "--at", "1:11").out


def test_learns_from_the_project_s_own_queries(project: Path, run: Run) -> None:
    (project / "old.sql").write_text(
        "SELECT name FROM artist WHERE name LIKE 'A%';\n"
        "SELECT artist_id FROM artist WHERE name LIKE 'A%';\n"
        "SELECT count(*) FROM artist WHERE name LIKE 'A%';\n"
    )
    (project / "q.sql").write_text("SELECT artist_id, name FROM artist WHERE ")
    items = run("complete", "q.sql", "--at", "1:42", "--format", "json").json["items"]
    assert any("LIKE 'A%'" in item["insertText"] for item in items)
