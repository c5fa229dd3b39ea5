"""Whatever is shown, the real engines accept: SQLite, DuckDB and PostgreSQL are asked themselves.

Statements are cut before their tokens. With the rest removed, some continuation of the text up to
the item's end must be accepted; with the rest in place, the whole text with the item in it. Both
hold after only the item's first word or first lines were accepted. Where the engine refuses the
user's own text whatever follows, it can't rule on the item.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from support import cases, schemas
from support import postgres as postgres_server
from sureql.catalog.model import Catalog
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
MOST_CONTINUATIONS = 80
TPCH = cases.FIXTURES / "gate" / "tpch"
# Every so many tokens a TPC-H query is cut.
STEP = 17


def statements(path: Path, dialect: str) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [found.text for found in script.of(text, dialects.get(dialect)).statements]


def tpch_schema() -> str:
    return (TPCH / "schema.sql").read_text(encoding="utf-8")


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
    return _duckdb(schemas.text("shop"))


@pytest.fixture(scope="module")
def duckdb_tpch() -> Refuses:
    return _duckdb(tpch_schema())


def _duckdb(definitions: str) -> Refuses:
    module = pytest.importorskip("duckdb")
    connection = module.connect(":memory:")
    connection.execute(definitions)

    def refuses(statement: str) -> str:
        try:
            connection.execute("PREPARE p AS " + statement)
            connection.execute("DEALLOCATE p")
        except module.Error as error:
            return str(error)
        return ""

    return refuses


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server.running() as address:
        yield address


@pytest.fixture(scope="module")
def postgres(server: str) -> Iterator[Refuses]:
    with _postgres(server) as connection:
        connection.execute(schemas.text("music").encode())
        yield _prepares(connection)


@pytest.fixture(scope="module")
def postgres_tpch(server: str) -> Iterator[Refuses]:
    with _postgres(server) as connection:
        connection.execute(b"CREATE SCHEMA tpch")
        connection.execute(b"SET search_path = tpch")
        connection.execute(tpch_schema().encode())
        yield _prepares(connection)


def _postgres(uri: str) -> Any:
    psycopg = pytest.importorskip("psycopg")
    return psycopg.connect(uri, autocommit=True, prepare_threshold=None)


def _prepares(connection: Any) -> Refuses:
    errors = pytest.importorskip("psycopg").Error

    def refuses(statement: str) -> str:
        try:
            connection.execute(b"DEALLOCATE ALL")
            connection.execute(b"PREPARE p AS " + statement.encode())
        except errors as error:
            return str(error)
        return ""

    return refuses


@dataclass(frozen=True, slots=True)
class Desk:
    """Where statements are written: an engine, its schema, and what was written before."""

    refuses: Refuses
    dialect: dialects.Dialect
    schema: Catalog
    past: History

    def items(self, before: str, after: str) -> tuple[Item, ...]:
        found = script.of(before + after, self.dialect)
        snapshot = Snapshot("test:///a.sql", "", 1, found, self.schema)
        judge = judges.for_catalog(self.schema)
        return complete(Request(snapshot, len(before), self.past, judge=judge), Cache())

    def goes_on(self, text: str) -> bool:
        """True if the engine accepts some statement that begins with `text`."""
        wholes = continuation.continuations(text, self.dialect, self.schema)
        tries = (text, *islice(wholes, MOST_CONTINUATIONS))
        return any(not self.refuses(whole) for whole in tries)

    def check_removed(self, before: str) -> int:
        """Check what is shown where nothing follows; the number of items."""
        items = self.items(before, "")
        for item in items:
            for part in parts(item.insert):
                written = before[: item.replace.start] + part
                assert self.goes_on(written) or not self.goes_on(before), (before, part)
        return len(items)

    def check_kept(self, before: str, after: str) -> None:
        """Check what is shown where the rest of the statement stands."""
        for item in self.items(before, after):
            start = before[: item.replace.start]
            for part in parts(item.insert):
                written = start + part + after
                if item.verdict.level in WHOLE:
                    assert not self.refuses(written), (before, part, after, self.refuses(written))
                elif self.refuses(written) and self.goes_on(before):
                    # The rest is no statement without the token that was taken away.
                    assert self.goes_on(start + part), (before, part, after)


def parts(insert: str) -> list[str]:
    """All of an item, its first word, and its first lines."""
    lines = insert.splitlines(keepends=True)
    firsts = ["".join(lines[:count]).rstrip("\n") for count in range(1, len(lines))]
    body = insert.lstrip()
    blanks = insert[: len(insert) - len(body)]
    return list(dict.fromkeys([insert, blanks + body.split(None, 1)[0], *firsts]))


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
    catalog = schemas.catalog(schema, engine)
    path = cases.FIXTURES / "gate" / f"{queries}.sql"
    texts = [on_one_line(text) for text in statements(path, engine)]
    asked = shown = 0
    for text in texts:
        assert refuses(text) == ""
        desk = _desk(refuses, engine, catalog, texts, text if with_history else None)
        for token in lexer.code(text, desk.dialect)[1:]:
            asked += 1
            before, after = text[: token.start], text[token.end :]
            shown += desk.check_removed(before)
            if after.strip(" );"):
                desk.check_kept(before, after)
    assert shown / asked >= FEWEST_SHOWN


@pytest.mark.parametrize("with_history", [False, True])
@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_everything_shown_in_long_queries_is_accepted(
    request: pytest.FixtureRequest, engine: str, with_history: bool
) -> None:
    refuses: Refuses = request.getfixturevalue(f"{engine}_tpch")
    catalog = schemas.of(tpch_schema(), engine)
    texts = [text for text in statements(TPCH / "queries.sql", engine) if not refuses(text)]
    assert len(texts) >= 14
    shown = 0
    for number, text in enumerate(texts):
        desk = _desk(refuses, engine, catalog, texts, text if with_history else None)
        for token in lexer.code(text, desk.dialect)[1 + number % STEP :: STEP]:
            before, after = text[: token.start], text[token.end :]
            shown += desk.check_removed(before)
            if after.strip(" );"):
                desk.check_kept(before, after)
    assert shown >= 15


def _desk(
    refuses: Refuses, engine: str, catalog: Catalog, texts: list[str], written: str | None
) -> Desk:
    # The past is every other statement, if `written` is given.
    rules = dialects.get(engine)
    others = [other for other in texts if other != written]
    past = tally.build(others, catalog, rules) if written is not None else NOTHING
    return Desk(refuses, rules, catalog, past)
