"""A small SQLite file that several processes write to, each a little and often.

Readable by its owner only. A torn file is made anew; one that is locked is left alone after a few
milliseconds, because the process that writes also answers the editor. Of a file that another version
of sureql has made, the tables that are the same stay.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

_PATIENCE = 0.005
"""Seconds that a writer waits for another."""
_PATIENCE_AT_START = 0.05  # Two editors that start together make the file together.
_REST, _SHORT_REST = 30.0, 0.1
"""Seconds after which a file that could not be opened is tried again; a locked one sooner."""


class SmallFile:
    """Opened when first used. `tables` are the statements that make them, with `;` in between.
    `writes` counts what this process has written."""

    def __init__(self, file: Path, tables: str) -> None:
        self._path = file
        self._tables = {one.strip() for one in tables.split(";") if one.strip()}
        self._connection: sqlite3.Connection | None = None
        self._resting = 0.0
        self.writes = 0

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction. Raises sqlite3.Error or OSError."""
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        self.writes += 1

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Raises sqlite3.Error or OSError."""
        with self._opened() as connection:
            yield connection

    def shrink(self) -> None:
        """Leave nothing of what was deleted in the file. Raises sqlite3.Error or OSError."""
        with self._opened() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Let go of the file; it opens again when needed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        if self._connection is None:
            if time.monotonic() < self._resting:
                raise OSError(f"{self._path} could not be opened a moment ago")
            try:
                self._connection = self._open()
            except (sqlite3.Error, OSError) as problem:
                locked = isinstance(problem, sqlite3.OperationalError) and "locked" in str(problem)
                self._resting = time.monotonic() + (_SHORT_REST if locked else _REST)
                raise
        try:
            yield self._connection
        except sqlite3.DatabaseError as problem:
            # Locked or full is none of the file's fault; torn is.
            if not isinstance(problem, sqlite3.OperationalError):
                self.close()
                self._remove()
            elif "no such" in str(problem) or "column" in str(problem):
                # Another version has the file too, and has made its own tables of ours.
                self.close()
                self._resting = time.monotonic() + _REST
            raise

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # What SQLite makes beside it has the same mode.
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        with contextlib.suppress(OSError):
            self._path.chmod(0o600)
        try:
            return self._connected()
        except sqlite3.DatabaseError as problem:
            if isinstance(problem, sqlite3.OperationalError):
                raise
            self._remove()
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_PATIENCE_AT_START, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA secure_delete = ON")
            self._make(connection)
            connection.execute(f"PRAGMA busy_timeout = {int(_PATIENCE * 1000)}").fetchall()
        except (sqlite3.Error, OSError):
            connection.close()
            raise
        return connection

    def _make(self, connection: sqlite3.Connection) -> None:
        if self._found(connection).keys() == self._tables:
            return
        connection.execute("BEGIN IMMEDIATE")
        # An index goes with its table.
        for made, (kind, name) in sorted(self._found(connection).items()):
            if made not in self._tables:
                quoted = name.replace('"', '""')
                connection.execute(f'DROP {kind} IF EXISTS "{quoted}"')
        left = self._found(connection)
        for statement in sorted(self._tables - left.keys(), key=_is_index):
            connection.execute(statement)
        connection.execute("COMMIT")

    def _found(self, connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
        """What is in the file: its kind and name, by the statement that has made it."""
        rows = connection.execute(
            "SELECT sql, type, name FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
        )
        return {sql: (kind, name) for sql, kind, name in rows}

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()


def _is_index(statement: str) -> bool:
    return statement.startswith("CREATE INDEX")
