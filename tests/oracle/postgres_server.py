"""One embedded PostgreSQL for all tests of a run, and what the tests ask it directly."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from support.waiting import wait_until
from sureql.oracle.engine import Engine, EngineSpec
from sureql.oracle.postgres import embedded
from sureql.oracle.postgres.engine import PostgresEngine

LENIENT = 5.0
"""Seconds for a judgement in tests that are not about time: the machine may be busy."""


@dataclass(slots=True)
class Server:
    """`engine` judges with the embedded server whose files are under `cache`."""

    cache: str
    engine: Engine
    lease: embedded.Lease
    _made: dict[str, str] = field(default_factory=dict)

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """A connection string of the server."""
        return self.lease.address(database, user)

    def ask(self, query: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """The rows of a query, as the server's owner."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def database(self, definitions: str) -> str:
        """The name of a database made from DDL text."""
        if definitions not in self._made:
            name = f"real_{len(self._made)}"
            self.ask(f"CREATE DATABASE {name} TEMPLATE template0")
            self._made[definitions] = name
            self.ask(definitions, name)
        return self._made[definitions]

    def prepared(self, definitions: str, statement: str) -> tuple[str, str] | None:
        """None if the real schema accepts a statement, else the error's code and message."""
        with psycopg.connect(self.url(self.database(definitions))) as connection:
            try:
                connection.execute(f"PREPARE asked AS {statement}".encode())
            except psycopg.Error as error:
                return error.sqlstate or "", error.diag.message_primary or ""
        return None


@contextmanager
def started() -> Iterator[Server]:
    """The server, stopped at the end."""
    with cache_folder() as cache:
        engine = PostgresEngine(EngineSpec("postgres", cache=cache, deadline=LENIENT))
        lease = embedded.joined(cache)
        try:
            yield Server(cache, engine, lease)
        finally:
            engine.close()
            lease.leave()


@contextmanager
def cache_folder() -> Iterator[str]:
    """A folder that the server's own user gets to as well, in a run as root."""
    with tempfile.TemporaryDirectory(prefix="sureql-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield folder
        # No server outlives its users, and its keeper tidies up: then the folder can go.
        wait_until(lambda: not any(_belongs(one, folder) for one in psutil.process_iter()))


def _belongs(process: psutil.Process, folder: str) -> bool:
    try:
        return any(folder in word for word in process.cmdline())
    except psutil.Error:
        return False
