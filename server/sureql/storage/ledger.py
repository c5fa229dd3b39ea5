"""The log of requests to models and of what became of ghost texts, in one SQLite file of this user.

It may be lost or locked at any time: that costs what it holds, never an answer. What is spent is counted
apart from the log, so that clearing or trimming one does not change the other.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sureql.ports.errors import CacheError
from sureql.ports.ledger import Entry, Event, Spent
from sureql.ports.provider import Usage
from sureql.storage.small_file import SmallFile

FILE = "requests.sqlite"
MOST_ENTRIES = 20_000
MOST_TEXTS = 1_000
"""Requests of which the text is kept too."""
MOST_EVENTS = 100_000
LONGEST = 64_000
"""Characters of a text that are kept."""
_MINUTE = 60
_KEPT_MINUTES = 60 * 24 * 62

_log = logging.getLogger(__name__)
_TABLES = """
CREATE TABLE entry (id INTEGER PRIMARY KEY, at REAL NOT NULL, body TEXT NOT NULL, sent BLOB);
CREATE TABLE event (id INTEGER PRIMARY KEY, at REAL NOT NULL, body TEXT NOT NULL);
CREATE TABLE spent (minute INTEGER PRIMARY KEY, tokens INTEGER, cost REAL, requests INTEGER);
CREATE INDEX event_at ON event (at);
"""


class RequestLedger:
    """A `Ledger` in a file. What cannot be written is still counted as spent, by this process."""

    def __init__(self, file: Path) -> None:
        self._file = SmallFile(file, _TABLES)
        self._unsaved: dict[int, Spent] = {}
        self._told = False

    def record(self, entry: Entry) -> None:
        minute = int(entry.at // _MINUTE)
        tokens = entry.usage.prompt + entry.usage.completion
        asked = 1 if tokens else 0
        body = {**asdict(entry), "sent": ""}
        # Half a letter of a broken file can be no part of a text in SQLite.
        sent = entry.sent[:LONGEST].encode("utf-8", "surrogatepass")
        try:
            with self._file.writing() as connection:
                if asked:
                    connection.execute(
                        "INSERT INTO spent VALUES (?, ?, ?, ?) ON CONFLICT (minute) DO UPDATE SET "
                        "tokens = tokens + excluded.tokens, cost = cost + excluded.cost, "
                        "requests = requests + excluded.requests",
                        (minute, tokens, entry.cost or 0.0, asked),
                    )
                at = _append(connection, "entry", entry.at, body, MOST_ENTRIES)
                connection.execute("UPDATE entry SET sent = ? WHERE id = ?", (sent, at))
                connection.execute("UPDATE entry SET sent = NULL WHERE id = ?", (at - MOST_TEXTS,))
                if self._file.writes % 100 == 0:
                    connection.execute(
                        "DELETE FROM spent WHERE minute < ?", (minute - _KEPT_MINUTES,)
                    )
        except (sqlite3.Error, OSError) as problem:
            old = self._unsaved.get(minute, Spent())
            self._unsaved[minute] = _sum(old, Spent(tokens, entry.cost or 0.0, asked))
            self._tell(problem)

    def spent(self, since: float) -> Spent:
        first = int(since // _MINUTE)
        total = Spent()
        for minute, one in self._unsaved.items():
            if minute >= first:
                total = _sum(total, one)
        try:
            with self._file.reading() as connection:
                row = connection.execute(
                    "SELECT total(tokens), total(cost), total(requests) FROM spent WHERE minute >= ?",
                    (first,),
                ).fetchone()
        except (sqlite3.Error, OSError) as problem:
            self._tell(problem)
            return total
        return _sum(total, Spent(int(row[0]), float(row[1]), int(row[2])))

    def entries(self, most: int = 100) -> Sequence[Entry]:
        rows = self._rows("SELECT body, sent FROM entry ORDER BY id DESC LIMIT ?", most)
        return [found for row, sent in rows if (found := _entry(row, sent))]

    def happened(self, event: Event) -> None:
        body = asdict(event)
        body["prompt"], body["text"] = event.prompt[:LONGEST], event.text[:LONGEST]
        try:
            with self._file.writing() as connection:
                _append(connection, "event", event.at, body, MOST_EVENTS)
        except (sqlite3.Error, OSError) as problem:
            self._tell(problem)

    def events(self, since: float = 0.0) -> Sequence[Event]:
        rows = self._rows("SELECT body, NULL FROM event WHERE at >= ? ORDER BY id", since)
        return [found for row, _ in rows if (found := _event(row))]

    def clear(self) -> None:
        """Forget what was sent; what was spent stays counted. Raises CacheError."""
        try:
            with self._file.writing() as connection:
                connection.execute("DELETE FROM entry")
            self._file.shrink()
        except (sqlite3.Error, OSError) as problem:
            raise CacheError(f"The log cannot be deleted: {problem}.") from problem

    def close(self) -> None:
        """Let go of the file; it opens again when needed."""
        self._file.close()

    def _rows(self, query: str, value: float) -> list[tuple[dict[str, Any], bytes | None]]:
        try:
            with self._file.reading() as connection:
                rows = connection.execute(query, (value,))
                return [(json.loads(body), sent) for body, sent in rows]
        except (sqlite3.Error, OSError, ValueError) as problem:
            self._tell(problem)
            return []

    def _tell(self, problem: Exception) -> None:
        if not self._told:
            self._told = True
            _log.warning("The log of requests cannot be used: %s", problem)


def open_ledger(folder: Path) -> RequestLedger:
    """The ledger in a cache folder. Nothing is read or made before it is used."""
    return RequestLedger(folder / FILE)


def _append(
    connection: sqlite3.Connection, table: str, at: float, body: dict[str, Any], most: int
) -> int:
    text = json.dumps(body, ensure_ascii=True)
    done = connection.execute(f"INSERT INTO {table} (at, body) VALUES (?, ?)", (at, text))
    number = done.lastrowid or 0
    connection.execute(f"DELETE FROM {table} WHERE id <= ?", (number - most,))
    return number


def _entry(body: dict[str, Any], sent: bytes | None) -> Entry | None:
    """None for what another version has written that says something else."""
    text = (sent or b"").decode("utf-8", "surrogatepass")
    try:
        return Entry(**{**body, "usage": Usage(**body["usage"]), "sent": text})
    except (TypeError, KeyError):
        return None


def _event(body: dict[str, Any]) -> Event | None:
    try:
        return Event(**body)
    except TypeError:
        return None


def _sum(one: Spent, other: Spent) -> Spent:
    return Spent(one.tokens + other.tokens, one.cost + other.cost, one.requests + other.requests)
