"""`sureql explain`: its forms of output, and which statement it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Run

QUERIES = """\
-- names
SELECT name FROM artist JOIN album USING (artist_id) WHERE artist_id > 2;

UPDATE album SET title = 'x';
"""


@pytest.fixture
def queries(project: Path) -> Path:
    file = project / "queries.sql"
    file.write_text(QUERIES)
    return file


def test_each_statement_has_its_place_above(queries: Path, run: Run) -> None:
    outcome = run("explain", "queries.sql", "--dialect", "sqlite")
    assert (outcome.code, outcome.err) == (0, "")
    assert "queries.sql:1 ─" in outcome.out and "queries.sql:4 ─" in outcome.out
    assert "artist_id is more than 2" in outcome.out
    assert "mermaid" not in outcome.out
    alone = run("explain", "queries.sql", "--dialect", "sqlite", "--at", "2:3")
    assert "queries.sql" not in alone.out
    assert "Updates album" not in alone.out


def test_json_holds_what_is_agreed(queries: Path, run: Run) -> None:
    outcome = run("explain", "queries.sql", "--dialect", "sqlite", "--format", "json")
    assert [(one["line"], one["column"]) for one in outcome.json] == [(1, 1), (4, 1)]
    for one in outcome.json:
        assert {"summary", "grain", "columns", "steps", "traps", "plan", "markdown"} <= set(one)
    assert "```mermaid" in outcome.json[0]["markdown"]


def test_markdown_is_for_other_programs(queries: Path, run: Run) -> None:
    outcome = run("explain", "queries.sql", "--dialect", "sqlite", "--format", "markdown")
    assert "`artist`" in outcome.out
    assert "```mermaid" in outcome.out


def test_the_plan_is_asked_for(queries: Path, run: Run) -> None:
    outcome = run(
        "explain", "queries.sql", "--dialect", "sqlite", "--at", "2:1", "--plan", "--format", "json"
    )
    assert any("SQLite" in line for line in outcome.json[0]["plan"])
    none = run("explain", "queries.sql", "--dialect", "snowflake", "--at", "2:1", "--plan")
    assert none.code == 0
    assert "queries.sql:1: no plan: " in none.err


def test_a_place_without_a_statement(queries: Path, run: Run) -> None:
    queries.write_text("-- nothing here\n")
    outcome = run("explain", "queries.sql")
    assert outcome.code == 2
    assert "no statement in queries.sql" in outcome.err
