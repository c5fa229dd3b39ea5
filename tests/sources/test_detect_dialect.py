"""The dialect of a text by its own words."""

from __future__ import annotations

import pytest

from support import schemas
from sureql.sources import detect_dialect

TEXTS = [
    ("", "", "postgres"),
    ("SELECT 1", "", "postgres"),
    ("-- dialect: DuckDB\nSELECT x::int FROM t", "", "duckdb"),
    ("-- a comment\n-- sureql: dialect=sqlite\nSELECT 1", "", "sqlite"),
    ("/* dialect: mysql */ SELECT 1", "", "mysql"),
    ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", "", "sqlite"),
    ("PRAGMA foreign_keys = ON;\nCREATE TABLE t (id INT);", "", "sqlite"),
    ("SELECT name FROM sqlite_master", "", "sqlite"),
    ("INSERT OR IGNORE INTO t VALUES (1)", "", "sqlite"),
    ("CREATE TABLE t (a TEXT) WITHOUT ROWID", "", "sqlite"),
    ("CREATE TABLE t (id SERIAL PRIMARY KEY)", "", "postgres"),
    ("SELECT a::text, b->>'x' FROM t", "", "postgres"),
    ("CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql", "", "postgres"),
    ("--\n-- PostgreSQL database dump\n--\n", "", "postgres"),
    ("CREATE TABLE t (data jsonb, at timestamptz)", "", "postgres"),
    ("SELECT * FROM read_parquet('x.parquet')", "", "duckdb"),
    ("SELECT * EXCLUDE (a) FROM t", "", "duckdb"),
    ("SELECT a, sum(b) FROM t GROUP BY ALL", "", "duckdb"),
    ("SELECT * FROM 'data/*.csv'", "", "duckdb"),
    ("CREATE TABLE `t` (`id` int AUTO_INCREMENT) ENGINE=InnoDB", "", "mysql"),
    ("SELECT `a` FROM `t`", "", "mysql"),
    ("SELECT TOP 10 [Id] FROM [dbo].[Users]\nGO\n", "", "tsql"),
    ("SELECT * FROM `proj.data.events` WHERE x = SAFE_CAST(y AS INT64)", "", "bigquery"),
    ("CREATE TABLE t (v VARIANT)", "", "snowflake"),
    ("CREATE TABLE t (n VARCHAR2(10))", "", "oracle"),
    ("SELECT 1", "db/sqlite/queries.sql", "sqlite"),
    ("SELECT 1", "reports/x.duckdb.sql", "duckdb"),
    ("SELECT 1", "schema.pgsql", "postgres"),
    # Words in comments and strings say nothing.
    ("-- no AUTOINCREMENT here\nSELECT 'PRAGMA x'::text", "", "postgres"),
]


@pytest.mark.parametrize(("text", "path", "expected"), TEXTS)
def test_one_text(text: str, path: str, expected: str) -> None:
    assert detect_dialect.of(text, path) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("music", "postgres"), ("music_sqlite", "sqlite"), ("shop", "duckdb")]
)
def test_whole_schemas_without_their_comment(name: str, expected: str) -> None:
    text = schemas.text(name).split("\n", 1)[1]
    assert detect_dialect.of(text) == expected


def test_a_workspace_is_judged_as_a_whole() -> None:
    texts = [
        ("a.sql", "SELECT a::int FROM t"),
        ("b.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)"),
    ]
    assert detect_dialect.of_many(texts) == "sqlite"
    assert detect_dialect.of_many([]) == "postgres"
    assert detect_dialect.of_many([*texts, ("c.sql", "-- dialect: mysql")]) == "mysql"


def test_a_file_of_comments_is_read_in_time_that_grows_with_its_length() -> None:
    # Blank lines in a row once made every pattern start anew at each of them.
    assert detect_dialect.of("-- \n" * 50_000, default="sqlite") == "sqlite"


@pytest.mark.parametrize(
    ("text", "path", "dialect", "foreign"),
    [
        ("CREATE TABLE `t` (`id` INT AUTO_INCREMENT) ENGINE=InnoDB", "", "postgres", True),
        ("SET NOCOUNT ON\nGO\n", "", "sqlite", True),
        ("PRAGMA user_version;\nCREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", "", "mysql", True),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", "db/sqlite/1.sql", "postgres", True),
        # One slip makes no file of another engine.
        ("CREATE TABLE t (id INT AUTO_INCREMENT)", "", "postgres", False),
        ("SELECT `a` FROM `t`", "", "postgres", False),
        ("CREATE TABLE t (id SERIAL, n INT AUTO_INCREMENT) ENGINE=InnoDB", "", "postgres", False),
        ("SELECT a::text FROM t", "", "sqlite", False),
        ("", "", "postgres", False),
    ],
)  # fmt: skip
def test_what_is_plainly_another_dialect(text: str, path: str, dialect: str, foreign: bool) -> None:
    assert detect_dialect.is_foreign(text, path, dialect) is foreign
