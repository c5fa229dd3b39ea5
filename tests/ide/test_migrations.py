"""Migrations are checked as what they are: texts of a time when the schema was another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sureql.ide.diagnostics import runner
from sureql.semantics.snapshot import Snapshot
from sureql.sources import load
from sureql.syntax import dialects, script

FILES = {
    "migrations/001_a.up.sql": "CREATE TABLE album (album_id int, label text);",
    "migrations/001_a.down.sql": "UPDATE album SET label = 'x' WHERE album_id = 1; DROP TABLE album;",
    "migrations/002_b.up.sql": "ALTER TABLE album DROP COLUMN label; ALTER TABLE album RENAME TO disc;",
    "migrations/003_c.up.sql": "CREATE TABLE tour (tour_id int);",
    "queries/a.sql": "SELECT label FROM album;",
    "queries/b.sql": "SELECT label FROM disc;",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def _errors(root: Path, name: str) -> list[str]:
    schema = load.load(load.Spec(str(root), dialect="postgres"))
    assert schema.find(("disc",)) is not None
    text = script.of(FILES[name], dialects.get("postgres"))
    found = runner.document(Snapshot("", str(root / name), 1, text, schema))
    return [one.code for one in found if one.severity == "error"]


def test_a_migration_speaks_of_what_was_there_then(root: Path) -> None:
    assert _errors(root, "migrations/002_b.up.sql") == []
    assert _errors(root, "migrations/001_a.down.sql") == []


def test_a_query_speaks_of_what_is_there_now(root: Path) -> None:
    assert _errors(root, "queries/a.sql") == ["unknown-table"]
    assert _errors(root, "queries/b.sql") == ["unknown-column"]
