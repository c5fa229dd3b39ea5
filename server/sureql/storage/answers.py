"""Answers of models, kept across restarts in one SQLite file of this user.

A cache may be lost at any time: whatever is wrong with it, it is empty, and nobody is told.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from sureql.storage.small_file import SmallFile

FILE = "answers.sqlite"
MOST = 4_000
LONGEST = 20_000
OLDEST = 30 * 86_400
_TRIM_EVERY = 50
_TABLES = """
CREATE TABLE answer (key TEXT PRIMARY KEY, text TEXT NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX answer_used ON answer (used);
"""


class KeptAnswers:
    """An `Answers` in a file: the answers used last, none older than a month."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = SmallFile(file, _TABLES)
        self._clock = clock

    def get(self, key: str) -> str | None:
        now = int(self._clock())
        with contextlib.suppress(sqlite3.Error, OSError):
            with self._file.reading() as connection:
                row = connection.execute(
                    "SELECT text, used FROM answer WHERE key = ? AND used > ?", (key, now - OLDEST)
                ).fetchone()
            if row is None:
                return None
            with contextlib.suppress(sqlite3.Error, OSError):
                if now - row[1] > 3600:  # Often enough to know what is not used any more.
                    with self._file.writing() as connection:
                        connection.execute("UPDATE answer SET used = ? WHERE key = ?", (now, key))
            return str(row[0])
        return None

    def put(self, key: str, answer: str) -> None:
        if len(answer) > LONGEST:
            return
        now = int(self._clock())
        with contextlib.suppress(sqlite3.Error, OSError), self._file.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (key, answer, now))
            if self._file.writes % _TRIM_EVERY == 0:
                connection.execute("DELETE FROM answer WHERE used <= ?", (now - OLDEST,))
                connection.execute(
                    "DELETE FROM answer WHERE key IN "
                    "(SELECT key FROM answer ORDER BY used DESC LIMIT -1 OFFSET ?)",
                    (MOST,),
                )

    def close(self) -> None:
        """Let go of the file; it opens again when needed."""
        self._file.close()


def open_answers(folder: Path) -> KeptAnswers:
    """The answers in a cache folder. Nothing is read or made before it is used."""
    return KeptAnswers(folder / FILE)
