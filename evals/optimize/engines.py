"""The three engines with their data: runs a query and says how long it took and what it gave."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from evals.optimize import data

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Ran:
    """`milliseconds` until the last row was there; the limit if it ended the query (`limited`).
    `error` is the engine's message, '' if there was none."""

    milliseconds: float
    rows: Rows
    error: str = ""
    limited: bool = False


class Engine(Protocol):
    name: str
    address: str

    def run(self, sql: str, seconds: float) -> Ran: ...

    def close(self) -> None: ...


class Postgres:
    name = "postgres"

    def __init__(self, address: str) -> None:
        import psycopg

        self.address = address
        self._error = psycopg.Error
        self._limit = psycopg.errors.QueryCanceled
        self._connection = psycopg.connect(address, autocommit=True, prepare_threshold=None)
        self._connection.execute("SET default_transaction_read_only = on")
        self.version = "PostgreSQL " + self._connection.info.parameter_status("server_version")  # type: ignore[operator]

    def run(self, sql: str, seconds: float) -> Ran:
        self._connection.execute(f"SET statement_timeout = {int(seconds * 1000)}".encode())
        started = time.perf_counter()
        try:
            rows = self._connection.execute(sql.encode()).fetchall()
        except self._limit:
            return Ran(seconds * 1000, [], limited=True)
        except self._error as error:
            return Ran(_since(started), [], str(error).partition("\n")[0])
        return Ran(_since(started), rows)

    def close(self) -> None:
        self._connection.close()


class Sqlite:
    name = "sqlite"

    def __init__(self, address: str) -> None:
        self.address = address
        self._until = 0.0
        self._connection = sqlite3.connect(f"file:{address}?mode=ro", uri=True)
        self._connection.set_progress_handler(lambda: time.perf_counter() > self._until, 10_000)
        self._connection.execute("PRAGMA cache_size = -200000")
        self.version = f"SQLite {sqlite3.sqlite_version}"

    def run(self, sql: str, seconds: float) -> Ran:
        started = time.perf_counter()
        self._until = started + seconds
        try:
            rows = self._connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            if "interrupted" in str(error):
                return Ran(seconds * 1000, [], limited=True)
            return Ran(_since(started), [], str(error))
        return Ran(_since(started), rows)

    def close(self) -> None:
        self._connection.close()


class Duckdb:
    name = "duckdb"

    def __init__(self, address: str) -> None:
        import duckdb

        self.address = address
        self._error = duckdb.Error
        self._connection = duckdb.connect(address, read_only=True)
        self._connection.execute("SET threads = 1")
        self.version = f"DuckDB {duckdb.__version__}"

    def run(self, sql: str, seconds: float) -> Ran:
        guard = threading.Timer(seconds, self._connection.interrupt)
        started = time.perf_counter()
        guard.start()
        try:
            rows = self._connection.execute(sql).fetchall()
        except self._error as error:
            if time.perf_counter() - started >= seconds:
                return Ran(seconds * 1000, [], limited=True)
            return Ran(_since(started), [], str(error).partition("\n")[0])
        finally:
            guard.cancel()
        return Ran(_since(started), rows)

    def close(self) -> None:
        self._connection.close()


def opened(
    name: str, place: data.Place, part: str, server: Any = None
) -> Postgres | Sqlite | Duckdb:
    """The engine `name` with the data of a set; `server` is PostgreSQL's."""
    if name == "postgres":
        return Postgres(data.postgres(place, part, server))
    if name == "sqlite":
        return Sqlite(str(data.sqlite(place, part)))
    return Duckdb(str(data.duckdb(place, part)))


def median(engine: Engine, sql: str, runs: int, seconds: float) -> tuple[float, Ran]:
    """The median time of several runs after one that only warms up, and what the query gave. What
    meets the limit is not run again."""
    first = engine.run(sql, seconds)
    if first.limited or first.error:
        return first.milliseconds, first
    times = []
    for _ in range(runs):
        last = engine.run(sql, seconds)
        if last.limited:
            return last.milliseconds, last
        times.append(last.milliseconds)
    return sorted(times)[len(times) // 2], first


def same(first: Sequence[tuple[Any, ...]], second: Sequence[tuple[Any, ...]]) -> bool:
    """True if both have the same rows as bags; of numbers with a fraction nine digits count."""
    return sorted(map(_plain, first)) == sorted(map(_plain, second))


def _plain(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(_text(value) for value in row)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return repr(value)
    number = float(value)
    return f"{number:.9g}" if abs(number) >= 1e-9 else "0"


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
