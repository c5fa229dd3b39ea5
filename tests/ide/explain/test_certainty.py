"""What is said to be certain is put to SQLite, over random rows that keep the keys of the schema."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from functools import cache

import pytest

from support import schemas
from sureql.catalog.model import Relation
from sureql.ide.diagnostics import context
from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import explain, grain
from sureql.syntax import dialects, script

_SCHEMA = """
CREATE TABLE author (author_id INTEGER PRIMARY KEY, name TEXT NOT NULL, code INTEGER UNIQUE);
CREATE TABLE book (
    book_id INTEGER PRIMARY KEY, title TEXT, author_id INTEGER NOT NULL REFERENCES author (author_id),
    editor_id INTEGER REFERENCES author (author_id), shelf INTEGER, place INTEGER, UNIQUE (shelf, place)
);
CREATE TABLE loan (
    book_id INTEGER NOT NULL REFERENCES book (book_id), day INTEGER NOT NULL, reader INTEGER,
    PRIMARY KEY (book_id, day)
);
"""


def _context(text: str) -> Context:
    rules = dialects.get("sqlite")
    (statement,) = script.of(text, rules).statements
    return context.of(statement, schemas.of(_SCHEMA, "sqlite"), rules, "")


@pytest.fixture(params=range(6))
def database(request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    chance = random.Random(request.param)
    connection = sqlite3.connect(":memory:")
    connection.executescript(_SCHEMA)
    connection.execute("PRAGMA foreign_keys = ON")
    for table, columns in (("author", 3), ("book", 6), ("loan", 3)):
        for _ in range(chance.choice((0, 2, 9, 14))):
            row = [chance.choice((None, 1, 1, 2, 3, 4)) for _ in range(columns)]
            marks = ", ".join("?" * columns)
            if _allowed(connection, table, row):
                connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)
    yield connection
    connection.close()


def _allowed(connection: sqlite3.Connection, table: str, row: list[int | None]) -> bool:
    """OR IGNORE does not skip a row that breaks a foreign key."""
    wanted: dict[str, list[tuple[str, int | None]]] = {
        "book": [("author", value) for value in row[2:4]],
        "loan": [("book", row[0])],
    }
    for target, value in wanted.get(table, []):
        found = f"SELECT 1 FROM {target} WHERE {target}_id IS ?"
        if value is not None and connection.execute(found, (value,)).fetchone() is None:
            return False
    return True


def _joins() -> list[tuple[Relation, Relation, str, str]]:
    """Every pair of tables with every pair of columns."""
    tables = list(schemas.of(_SCHEMA, "sqlite").relations())
    return [
        (left, right, one.name, other.name)
        for left in tables
        for right in tables
        for one in left.columns
        for other in right.columns
    ]


@cache
def _join_told(text: str) -> str:
    steps = explain.explain(_context(f"SELECT 1 {text}")).steps
    return next(step.text for step in steps if step.kind == "join")


def test_joins_multiply_and_drop_no_rows_where_that_is_said(database: sqlite3.Connection) -> None:
    told = dict.fromkeys(("multiplied", "promises"), 0)
    for left, right, one, other in _joins():
        for word in ("JOIN", "LEFT JOIN"):
            text = f"FROM {left.name} AS a {word} {right.name} AS b ON b.{other} = a.{one}"
            said = _join_told(text)
            before = database.execute(f"SELECT count(*) FROM {left.name}").fetchone()[0]
            after = database.execute(f"SELECT count(*) {text}").fetchone()[0]
            if "not multiplied" in said:
                told["multiplied"] += 1
                assert after <= before, text
            if "promises a match" in said or word == "LEFT JOIN":
                told["promises"] += "promises" in said
                assert after >= before, text
    assert told["multiplied"] > 10
    assert told["promises"] == 2


_QUERIES = (
    "SELECT book_id, title FROM book",
    "SELECT * FROM book WHERE shelf > 1",
    "SELECT DISTINCT shelf, place FROM book",
    "SELECT shelf AS s, count(*) FROM book GROUP BY shelf",
    "SELECT count(*) AS n FROM book",
    "SELECT b.book_id, a.name FROM book AS b JOIN author AS a ON a.author_id = b.author_id",
    "SELECT b.book_id, a.name FROM author AS a JOIN book AS b ON a.author_id = b.editor_id",
    "SELECT a.author_id, b.title FROM author AS a LEFT JOIN book AS b ON b.author_id = a.author_id",
    "SELECT l.book_id, l.day, b.title FROM loan AS l, book AS b WHERE b.book_id = l.book_id",
    "SELECT b.book_id, x.n FROM book AS b JOIN (SELECT book_id, count(*) AS n FROM loan GROUP BY book_id) AS x ON x.book_id = b.book_id",
    "WITH x AS (SELECT DISTINCT reader FROM loan) SELECT l.book_id, l.day FROM loan AS l JOIN x ON x.reader = l.reader",
    "WITH x AS (SELECT author_id, name FROM author) SELECT b.book_id FROM book AS b JOIN x ON x.author_id = b.author_id",
    "SELECT title FROM book WHERE book_id = 2",
    "SELECT shelf FROM book UNION SELECT place FROM book",
    "SELECT a.code, b.book_id FROM book AS b LEFT JOIN author AS a ON a.code = b.shelf",
    "SELECT b.book_id FROM book AS b CROSS JOIN (SELECT max(day) AS d FROM loan) AS m",
)


@pytest.mark.parametrize("text", _QUERIES)
def test_keys_of_results_are_keys(database: sqlite3.Connection, text: str) -> None:
    seen = _context(text)
    assert seen.tree is not None
    cursor = database.execute(text)
    rows, names = cursor.fetchall(), [one[0].lower() for one in cursor.description]
    for key in grain.keys(seen, seen.tree):
        places = [names.index(name) for name in key]
        # As everywhere in SQL, NULLs in a key that is only UNIQUE do not count as the same.
        values = [tuple(row[place] for place in places) for row in rows]
        full = [one for one in values if None not in one or not places]
        assert len(set(full)) == len(full), (key, rows)


def test_most_of_these_keys_are_found() -> None:
    found = [_context(text) for text in _QUERIES]
    assert sum(bool(one.tree is not None and grain.keys(one, one.tree)) for one in found) >= 12


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a.name FROM author AS a FULL JOIN book AS b ON b.author_id = a.author_id",
        "SELECT shelf FROM book UNION ALL SELECT place FROM book",
        "SELECT a.name FROM book AS b RIGHT JOIN author AS a ON a.author_id = b.author_id",
    ],
)
def test_nothing_is_said_where_nothing_is_certain(text: str) -> None:
    assert explain.explain(_context(text)).grain == ""


@pytest.mark.parametrize(
    "text",
    [
        "SELECT generate_series(1, 3)",
        "SELECT jsonb_array_elements('[1, 2]')",
        "SELECT count(*), unnest(ARRAY[1, 2]) FROM artist",
        "SELECT artist_id, unnest(ARRAY[1, 2]) FROM artist",
        "SELECT somebodys_function(1)",
        "SELECT x.a FROM artist, (SELECT generate_series(1, 3)) AS x(a) WHERE artist_id = 1",
    ],
)
def test_functions_that_give_several_rows_are_seen(text: str) -> None:
    rules = dialects.get("postgres")
    (statement,) = script.of(text, rules).statements
    seen = context.of(statement, schemas.catalog("music"), rules, "")
    assert explain.explain(seen).grain in ("", "One row per `x` row.")


def test_keys_that_a_warehouse_does_not_enforce_are_no_keys() -> None:
    text = "SELECT a.name, b.title FROM album AS b JOIN artist AS a ON a.artist_id = b.artist_id"
    rules = dialects.get("snowflake")
    (statement,) = script.of(text, rules).statements
    schema = schemas.of(
        "CREATE TABLE artist (artist_id int PRIMARY KEY, name text);"
        "CREATE TABLE album (title text, artist_id int NOT NULL REFERENCES artist (artist_id));",
        "snowflake",
    )
    found = explain.explain(context.of(statement, schema, rules, ""))
    assert "not multiplied" not in found.markdown
    assert "promises" not in found.markdown
