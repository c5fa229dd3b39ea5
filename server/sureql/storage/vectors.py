"""The meanings of texts as an embeddings model told them, by the text's hash, in a SQLite file.

A model is asked once for each text. The file may be lost at any time.
"""

from __future__ import annotations

import array
import contextlib
import hashlib
import logging
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

log = logging.getLogger(__name__)

MOST = 20_000
_FORMAT = 1
_AT_ONCE = 500

Vector: TypeAlias = "array.array[float]"


def get(folder: Path, model: str, texts: Iterable[str]) -> Mapping[str, Vector]:
    """What is known of `texts`; an empty vector stands for a text that the model is not told."""
    asked = {_hash(text): text for text in texts}
    found: dict[str, Vector] = {}
    file = _file(folder)
    if not file.exists():
        return found
    hashes = list(asked)
    try:
        with contextlib.closing(_connection(file)) as connection:
            for start in range(0, len(hashes), _AT_ONCE):
                some = hashes[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = connection.execute(
                    f"SELECT hash, value FROM vector WHERE model = ? AND hash IN ({marks})",
                    (model, *some),
                )
                for hashed, value in rows:
                    found[asked[hashed]] = array.array("f", value)
    except (sqlite3.Error, OSError, ValueError) as error:
        _failed(file, error)
    return found


def put(folder: Path, model: str, vectors: Iterable[tuple[str, Sequence[float]]]) -> None:
    """Remember vectors of texts, brought to length one."""
    rows = [(model, _hash(text), unit(vector).tobytes()) for text, vector in vectors]
    file = _file(folder)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.closing(_connection(file)) as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
            connection.execute(
                "DELETE FROM vector WHERE rowid <= (SELECT max(rowid) FROM vector) - ?", (MOST,)
            )
    except (sqlite3.Error, OSError) as error:
        _failed(file, error)


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine between two vectors of length one; 0 if they are not of one model."""
    return sum(map(float.__mul__, one, other)) if len(one) == len(other) else 0.0


def unit(vector: Sequence[float]) -> Vector:
    """The vector with length one; empty if it has none."""
    length = sum(value * value for value in vector) ** 0.5
    return array.array("f", [value / length for value in vector] if length else [])


def _file(folder: Path) -> Path:
    return folder / "statements" / "vectors.db"


def _connection(file: Path) -> sqlite3.Connection:
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(file, timeout=2)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != _FORMAT:
            connection.executescript(
                "BEGIN; DROP TABLE IF EXISTS vector;"
                "CREATE TABLE vector (model TEXT, hash BLOB, value BLOB, PRIMARY KEY (model, hash));"
                f"PRAGMA user_version = {_FORMAT}; COMMIT;"
            )
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _failed(file: Path, error: Exception) -> None:
    log.warning("The vectors of past statements failed: %s", error)
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).digest()
