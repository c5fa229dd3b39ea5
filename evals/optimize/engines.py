"""The three engines with their data: runs a query and says how long it took and what it gave."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing.connection import Connection
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
    version: str

    def run(self, sql: str, seconds: float) -> Ran: ...

    def close(self) -> None: ...


_LEAST = 50
"""Milliseconds."""


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
        # A limit of a millisecond would end the next SET as well.
        limit = max(int(seconds * 1000), _LEAST)
        self._connection.execute(f"SET statement_timeout = {limit}".encode())
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


class Apart:
    """SQLite or DuckDB in a process of its own: what compares and plans in this one limits the memory
    of SQLite for all of the process, and opens DuckDB's file with settings of its own."""

    def __init__(self, name: str, address: str) -> None:
        self.name, self.address = name, address
        here = multiprocessing.get_context("spawn")
        self._here, there = here.Pipe()
        serve = _serve_sqlite if name == "sqlite" else _serve_duckdb
        self._process = here.Process(target=serve, args=(address, there), daemon=True)
        self._process.start()
        self.version: str = self._here.recv()

    def run(self, sql: str, seconds: float) -> Ran:
        self._here.send((sql, seconds))
        answer: Ran = self._here.recv()
        return answer

    def close(self) -> None:
        self._here.send(None)
        self._process.join()


def _serve_sqlite(address: str, asked: Connection) -> None:
    until = 0.0
    link = sqlite3.connect(f"file:{address}?mode=ro", uri=True)
    link.set_progress_handler(lambda: time.perf_counter() > until, 10_000)
    link.execute("PRAGMA cache_size = -200000")
    asked.send(f"SQLite {sqlite3.sqlite_version}")
    while (question := asked.recv()) is not None:
        sql, seconds = question
        started = time.perf_counter()
        until = started + seconds
        try:
            rows = link.execute(sql).fetchall()
        except sqlite3.Error as error:
            limited = "interrupted" in str(error)
            took = seconds * 1000 if limited else _since(started)
            asked.send(Ran(took, [], "" if limited else str(error), limited))
        else:
            asked.send(Ran(_since(started), rows))
    link.close()


def _serve_duckdb(address: str, asked: Connection) -> None:
    import duckdb

    link = duckdb.connect(address, read_only=True, config={"threads": "1"})
    asked.send(f"DuckDB {duckdb.__version__}")
    while (question := asked.recv()) is not None:
        sql, seconds = question
        guard = threading.Timer(seconds, link.interrupt)
        started = time.perf_counter()
        guard.start()
        try:
            rows = link.execute(sql).fetchall()
            asked.send(Ran(_since(started), rows))
        except duckdb.Error as error:
            limited = time.perf_counter() - started >= seconds
            took = seconds * 1000 if limited else _since(started)
            asked.send(Ran(took, [], "" if limited else str(error).partition("\n")[0], limited))
        finally:
            guard.cancel()
    link.close()


def opened(name: str, place: data.Place, part: str, server: Any = None) -> Postgres | Apart:
    """The engine `name` with the data of a set; `server` is PostgreSQL's."""
    if name == "postgres":
        return Postgres(data.postgres(place, part, server))
    made = data.sqlite(place, part) if name == "sqlite" else data.duckdb(place, part)
    return Apart(name, str(made))


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
