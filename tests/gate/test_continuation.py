"""Continuations: the real engine accepts some continuation of every beginning of a statement."""

from __future__ import annotations

import sqlite3
from itertools import islice

import pytest

from support import cases, schemas
from sureql.gate import continuation
from sureql.syntax import dialects, lexer, script

RULES = dialects.get("sqlite")
STATEMENTS = [
    found.text
    for found in script.of(
        (cases.FIXTURES / "gate" / "music_queries.sql").read_text(encoding="utf-8"), RULES
    ).statements
]


@pytest.fixture(scope="module")
def engine() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(schemas.text("music_sqlite"))
    return connection


def refusal(engine: sqlite3.Connection, statement: str) -> str:
    try:
        engine.execute("EXPLAIN " + statement)
    except sqlite3.ProgrammingError:
        return ""
    except sqlite3.Error as error:
        return str(error)
    return ""


@pytest.mark.parametrize("text", STATEMENTS)
def test_every_beginning_has_a_continuation(engine: sqlite3.Connection, text: str) -> None:
    schema = schemas.catalog("music_sqlite", "sqlite")
    assert refusal(engine, text) == ""
    for token in lexer.code(text, RULES)[1:]:
        for prefix in (text[: token.start], text[: token.start].rstrip()):
            found = list(islice(continuation.continuations(prefix, RULES, schema), 12))
            assert all(whole.startswith(prefix) for whole in found)
            assert any(not refusal(engine, whole) for whole in found), (prefix, found[:2])


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", "\nSELECT 1"),
        ("SELECT 'a", "SELECT 'a'"),
        ("SELECT /* a", "SELECT /* a */ NULL"),
        ("SELECT 1 -- a", "SELECT 1 -- a\n"),
        ("SELECT CASE WHEN name", "SELECT CASE WHEN name THEN NULL END FROM artist"),
        ("SELECT name", "SELECT name FROM artist"),
        ("SELECT x.title", "SELECT x.title FROM album AS x"),
        ("WITH a AS (SELECT 1", "WITH a AS (SELECT 1) SELECT 1"),
        ("INSERT INTO genre (name", "INSERT INTO genre (name) VALUES (NULL)"),
        ("UPDATE genre SET name", "UPDATE genre SET name = NULL"),
        (
            "SELECT name FROM artist WHERE name BETWEEN 1",
            "SELECT name FROM artist WHERE name BETWEEN 1 AND NULL",
        ),
    ],
)
def test_the_shortest_continuation(prefix: str, expected: str) -> None:
    schema = schemas.catalog("music_sqlite", "sqlite")
    assert next(continuation.continuations(prefix, RULES, schema)) == expected


def test_columns_beside_an_aggregate_are_grouped() -> None:
    rules = dialects.get("postgres")
    schema = schemas.catalog("music")
    found = continuation.continuations("SELECT country, count(*) FROM customer", rules, schema)
    assert next(found) == "SELECT country, count(*) FROM customer GROUP BY country"


@pytest.mark.parametrize(
    "text",
    ["(", ")", "((((", "CASE END CASE", "SELECT )", "'", '"', "$$", "/*", "END", ".", ",", "::"],
)
def test_never_raises(text: str) -> None:
    for dialect in ("postgres", "sqlite", "duckdb", "mysql", "tsql"):
        rules = dialects.get(dialect)
        schema = schemas.catalog("none", dialect)
        assert list(islice(continuation.continuations(text, rules, schema), 5))
