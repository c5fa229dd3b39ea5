"""SQLite, DuckDB and PostgreSQL with random rows in the tables of a shared schema."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Protocol

import duckdb
import psycopg

from support import postgres, schemas
from sureql.ports.executor import Table


class Engine(Protocol):
    """`results` fills the tables, runs queries and empties the tables again: the rows of each as a
    bag with the columns' names, or the engine's message."""

    def results(
        self, rows: Sequence[Table], queries: Sequence[str]
    ) -> list[Counter[str] | str]: ...


class _Driven:
    """All three have cursors that work alike; `mark` is what a value's place looks like."""

    def __init__(self, connection: object, mark: str, errors: type[Exception]) -> None:
        self._connection, self._mark, self._errors = connection, mark, errors

    def results(self, rows: Sequence[Table], queries: Sequence[str]) -> list[Counter[str] | str]:
        cursor = self._connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("BEGIN")
        try:
            for table in rows:
                values = [tuple(map(self._value, row)) for row in table.rows]
                places = ", ".join([self._mark] * len(table.columns))
                if values:
                    cursor.executemany(f"INSERT INTO {table.name} VALUES ({places})", values)
            return [self._run(cursor, query) for query in queries]
        finally:
            cursor.execute("ROLLBACK")

    def _run(self, cursor: object, query: str) -> Counter[str] | str:
        try:
            if self._mark == "%s":
                cursor.execute("SAVEPOINT before")  # type: ignore[attr-defined]
            cursor.execute(query)  # type: ignore[attr-defined]
            found = cursor.fetchall()  # type: ignore[attr-defined]
            names = [one[0] for one in cursor.description]  # type: ignore[attr-defined]
            return Counter(repr((names, tuple(map(_plain, row)))) for row in found)
        except self._errors as error:
            if self._mark == "%s":
                cursor.execute("ROLLBACK TO before")  # type: ignore[attr-defined]
            return str(error)

    def _value(self, value: object) -> object:
        if not isinstance(self._connection, sqlite3.Connection):
            return value
        if isinstance(value, Decimal):
            return float(value)
        return value if isinstance(value, (int, float, bytes, type(None))) else str(value)


def _plain(value: object) -> object:
    """Numbers by their value: sums of floats depend on the order."""
    if isinstance(value, (float, Decimal)) and value == value:
        return f"{float(value):.9g}"
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


@contextmanager
def opened(dialect: str, schema: str) -> Iterator[Engine]:
    """The dialect's engine with the empty tables of a shared schema."""
    text = schemas.text(schema)
    if dialect == "postgres":
        with postgres.running() as url, psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET TIME ZONE 'UTC'")
            connection.execute(text)
            yield _Driven(connection, "%s", psycopg.Error)
    elif dialect == "duckdb":
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET threads = 1")
            connection.execute(text)
            yield _Driven(connection, "?", duckdb.Error)
    else:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.executescript(text)
        try:
            yield _Driven(connection, "?", sqlite3.Error)
        finally:
            connection.close()
