"""Our reading of every DDL fixture against what the real engine makes of the same statements."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
import pytest

from support import cases, schemas
from support import postgres as postgres_server
from support.fixture import Case
from sureql.catalog import model as catalog
from sureql.sources import ddl_files, duckdb_file, sqlite_file
from sureql.syntax import dialects, script

Shape = dict[tuple[str, str], list[tuple[str, bool | None]]]

_COLUMNS = """
SELECT n.nspname, c.relname, c.relkind, a.attname, NOT a.attnotnull
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
ORDER BY n.nspname, c.relname, a.attnum
"""
_ENUMS = """
SELECT t.typname, array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname
"""


def load(text: str, dialect: str) -> catalog.Catalog:
    return ddl_files.load([ddl_files.SchemaText("x.sql", text)], dialects.get(dialect))


def shape(found: catalog.Catalog) -> Shape:
    """Relations with column names and, but for views, whether they take NULL."""
    return {
        (relation.schema, relation.name): [
            (column.name, None if "view" in relation.kind else column.nullable)
            for column in relation.columns
        ]
        for relation in found.relations()
    }


def of_dialect(name: str) -> list[Case]:
    found = [case for case in cases.load("ddl") if case.options["dialect"] == name and case.files]
    return [case for case in found if case.path.stem != "broken"]


@pytest.fixture(scope="module")
def postgres() -> Iterator[psycopg.Connection]:
    with postgres_server.running() as address, psycopg.connect(address) as connection:
        yield connection


def in_postgres(connection: psycopg.Connection, text: str) -> tuple[Shape, dict[str, list[str]]]:
    """What PostgreSQL makes of the statements; those it refuses are passed over."""
    try:
        connection.execute("CREATE ROLE joe")
        for statement in script.of(text, dialects.get("postgres")).statements:
            connection.execute("SAVEPOINT one")
            try:
                connection.execute(statement.text.replace(" CONCURRENTLY", "").encode())
                connection.execute("RELEASE one")
            except psycopg.Error:
                connection.execute("ROLLBACK TO one")
        found: Shape = {}
        for schema, name, kind, column, nullable in connection.execute(_COLUMNS):
            columns = found.setdefault((schema, name), [])
            if column:
                columns.append((column, None if kind in "vm" else nullable))
        return found, dict(connection.execute(_ENUMS).fetchall())
    finally:
        connection.rollback()


# What the engine needs and the fixture leaves out, or what it can't have here.
_NOT_IN_POSTGRES = {
    "a table in another schema makes it",
    "an empty search path as pg_dump sets it",
    "enums in a schema, and dropped ones",
    "a foreign table",
    "exclusion constraints and storage options",
    "foreign keys of every form",
    "a foreign key to a table that comes later is settled",
    "a view over a view that comes later",
    "a view over an unknown table is open, and so is its schema",
    "a view whose query cannot be read is open",
    "ADD, DROP and ALTER COLUMN in one statement",
    "pg_catalog names are plain types",
    "dynamic DDL leaves the schema open",
}


@pytest.mark.parametrize("case", of_dialect("postgres"), ids=lambda case: case.title)
def test_postgres_agrees(case: Case, postgres: psycopg.Connection) -> None:
    if case.title in _NOT_IN_POSTGRES:
        pytest.skip("the engine refuses a statement of it")
    ours = load(case.source.text, "postgres")
    theirs, enums = in_postgres(postgres, case.source.text)

    assert shape(ours) == theirs
    told = {
        enum.name: list(enum.values) for s in ours.schemas.values() for enum in s.enums.values()
    }
    assert told == enums


def test_postgres_agrees_on_the_music_store(postgres: psycopg.Connection) -> None:
    theirs, enums = in_postgres(postgres, schemas.text("music"))

    assert shape(load(schemas.text("music"), "postgres")) == theirs
    assert enums["invoice_status"] == ["draft", "open", "paid", "void"]


@pytest.mark.parametrize("case", of_dialect("sqlite"), ids=lambda case: case.title)
def test_sqlite_agrees(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        for statement in script.of(case.source.text, dialects.get("sqlite")).statements:
            with contextlib.suppress(sqlite3.Error):
                connection.execute(statement.text)
        connection.commit()
    ours = load(case.source.text, "sqlite")
    known = {"thing"}  # Its module is not built in.

    assert {k: v for k, v in shape(ours).items() if k[1] not in known} == shape(
        sqlite_file.load(path)
    )


@pytest.mark.parametrize("case", of_dialect("duckdb"), ids=lambda case: case.title)
def test_duckdb_agrees(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        for statement in script.of(case.source.text, dialects.get("duckdb")).statements:
            with contextlib.suppress(duckdb.Error):
                connection.execute(statement.text)
    ours = load(case.source.text, "duckdb")
    known = {"g"}  # It reads a file that is not there.

    assert {k: v for k, v in shape(ours).items() if k[1] not in known} == shape(
        duckdb_file.load(path)
    )
