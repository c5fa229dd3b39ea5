"""Names: folding, quoting, reserved words, aliases of dialects."""

from __future__ import annotations

import sqlite3

import duckdb
import pytest
import sqlglot

from sureql.syntax import dialects


@pytest.mark.parametrize(
    ("dialect", "written", "name"),
    [
        ("postgres", "Album", "album"),
        ("postgres", '"Album"', "Album"),
        ("postgres", '"a""b"', 'a"b'),
        ("postgres", '"half', "half"),
        ("sqlite", "Album", "Album"),
        ("sqlite", "[a b]", "a b"),
        ("sqlite", "`a``b`", "a`b"),
        ("mysql", "`a`", "a"),
        ("tsql", "[a]]b]", "a]b"),
        ("snowflake", "album", "ALBUM"),
        ("oracle", '"album"', "album"),
        ("postgres", "", ""),
    ],
)
def test_normalize(dialect: str, written: str, name: str) -> None:
    assert dialects.get(dialect).normalize(written) == name


@pytest.mark.parametrize(
    ("dialect", "name", "written"),
    [
        ("postgres", "album", "album"),
        ("postgres", "Album", '"Album"'),
        ("postgres", "order", '"order"'),
        ("postgres", "name", "name"),
        ("postgres", "date", "date"),
        ("postgres", "a b", '"a b"'),
        ("postgres", 'a"b', '"a""b"'),
        ("postgres", "1st", '"1st"'),
        ("sqlite", "Album", "Album"),
        ("sqlite", "order", '"order"'),
        ("mysql", "order", "`order`"),
        ("tsql", "a]b", "[a]]b]"),
        ("snowflake", "ALBUM", "ALBUM"),
        ("snowflake", "album", '"album"'),
    ],
)
def test_write_quotes_only_when_needed(dialect: str, name: str, written: str) -> None:
    rules = dialects.get(dialect)
    assert rules.write(name) == written
    assert rules.normalize(written) == name


@pytest.mark.parametrize("name", [*sorted(dialects.get("sqlite").reserved), "key", "end", "date"])
def test_sqlite_takes_what_is_written(name: str) -> None:
    written = dialects.get("sqlite").write(name)
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE {written} ({written} int)")
    database.execute(f"SELECT {written}.{written}, {written} FROM {written} WHERE {written} = 1")


def test_duckdb_takes_what_is_written() -> None:
    rules = dialects.get("duckdb")
    database = duckdb.connect()
    words = database.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()
    for (word,) in words:
        written = rules.write(word)
        database.execute(f"CREATE OR REPLACE TABLE {written} ({written} int)")
        database.execute(f"SELECT {written} FROM {written} WHERE {written} = 1")


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("PostgreSQL", "postgres"),
        ("pg", "postgres"),
        ("sqlite3", "sqlite"),
        ("mariadb", "mysql"),
        ("mssql", "tsql"),
        (" bq ", "bigquery"),
        ("nothing known", "generic"),
    ],
)
def test_aliases(alias: str, name: str) -> None:
    assert dialects.get(alias).name == name


def test_every_dialect_is_known_to_the_parser() -> None:
    for dialect in dialects.ALL:
        assert sqlglot.Dialect.get_or_raise(dialect.sqlglot or None)
