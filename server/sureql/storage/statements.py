"""The statements of one workspace and its user, found again by the words in them, in a SQLite file.

The index may be lost at any time: a file that is damaged is made anew. What is kept is what could be
sent to a model, so secrets are taken out before anything is written.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sureql.ports.recall import Snippet
from sureql.storage import statement_words

log = logging.getLogger(__name__)

HISTORY = "history"
MOST_STATEMENTS = 50_000
MOST_HISTORY = 5_000
LONGEST = 4_000
"""Characters of a statement that is worth to be shown as an example."""

_FORMAT = 1
_MOST_TERMS = 16
_CANDIDATES = 48
_MOST_MATCHED = 1_500
"""Statements that one question may look at; of words that are in more, the newest statements count."""
_FORM = 0.1
"""How much the same keywords say, next to the same names."""
_BEGINNING = 0.3
"""How much it says that a statement begins as the other does: the rest may be what comes next."""
_PEAK = 2.2
"""What a word can add to a score at most, as a multiple of its rarity: BM25's k1 + 1."""
_SCHEMA = """
CREATE TABLE file (path TEXT PRIMARY KEY, changed INTEGER NOT NULL, size INTEGER NOT NULL);
CREATE TABLE statement (
    id INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL, hash BLOB NOT NULL,
    text TEXT NOT NULL, keywords TEXT NOT NULL
);
CREATE INDEX statement_origin ON statement (origin, hash);
CREATE VIRTUAL TABLE terms USING fts5 (words, detail = column, tokenize = "unicode61 tokenchars _");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (terms, row);
"""

Stamp = tuple[int, int]
"""When a file was changed, and its size."""


@dataclass(frozen=True, slots=True)
class Statements:
    """An open index. Nothing here raises: what cannot be read is not there."""

    file: Path
    connection: sqlite3.Connection

    def stamps(self) -> Mapping[str, Stamp]:
        """The files that are indexed, as they were then."""
        rows = self._rows("SELECT path, changed, size FROM file")
        return {path: (changed, size) for path, changed, size in rows}

    def replace(self, files: Iterable[tuple[str, Stamp, Sequence[str]]]) -> None:
        """These are the statements of these files now."""
        with self._change():
            for path, (changed, size), texts in files:
                self._drop("origin = ?", path)
                for text in texts:
                    self._add(path, text)
                row = (path, changed, size)
                self.connection.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", row)
            self._keep("origin <> ?", MOST_STATEMENTS)

    def forget(self, paths: Iterable[str]) -> None:
        """These files are gone, or nothing may be known of them."""
        with self._change():
            for path in paths:
                self._drop("origin = ?", path)
                self.connection.execute("DELETE FROM file WHERE path = ?", (path,))

    def remember(self, texts: Iterable[str]) -> None:
        """The user has accepted or asked for these statements; one that was known is the newest."""
        with self._change():
            for text in texts:
                self._drop("origin = ? AND hash = ?", HISTORY, _hash(text))
                self._add(HISTORY, text)
            self._keep("origin = ?", MOST_HISTORY)

    def similar(self, text: str, most: int) -> tuple[Snippet, ...]:
        """Statements most like `text`, best first, no two alike."""
        words = self._telling(statement_words.of(text))
        if not words or most < 1:
            return ()
        form, begun = statement_words.keywords(text), statement_words.run(text)
        found: list[Snippet] = []
        for origin, statement, keywords, score in self._candidates(words):
            alike = len(form.intersection(keywords.split())) / len(form) if form else 0.0
            ahead = _ahead(begun, statement_words.run(statement)) / max(1, len(begun))
            score = (score + _FORM * alike + _BEGINNING * ahead) / (1 + _FORM + _BEGINNING)
            found.append(Snippet(statement, origin, score))
        found.sort(key=lambda snippet: -snippet.score)
        kept: dict[str, Snippet] = {}
        for snippet in found:
            kept.setdefault(" ".join(snippet.text.lower().split()), snippet)
            if len(kept) == most:
                break
        return tuple(kept.values())

    def newest(self, most: int) -> tuple[Snippet, ...]:
        """The newest statements, all with score 0."""
        rows = self._rows("SELECT text, origin FROM statement ORDER BY id DESC LIMIT ?", most)
        return tuple(Snippet(text, origin, 0.0) for text, origin in rows)

    def count(self) -> int:
        """How many statements are known."""
        rows = self._rows("SELECT count(*) FROM statement")
        return int(rows[0][0]) if rows else 0

    @property
    def sound(self) -> bool:
        """False once the file was found to be damaged: open another."""
        return self.file.exists()

    def close(self) -> None:
        self.connection.close()

    def _telling(self, words: Sequence[str]) -> dict[str, tuple[float, int]]:
        """The rarest of `words` with their rarity, and how many statements have them."""
        total = max(1, self.count())
        known: dict[str, tuple[float, int]] = {}
        for word in dict.fromkeys(words):
            rows = self._rows("SELECT doc FROM vocabulary WHERE term = ?", word)
            if rows:
                documents = int(rows[0][0])
                rarity = math.log((total - documents + 0.5) / (documents + 0.5))
                known[word] = max(rarity, 1e-6), documents
        rarest = sorted(known, key=lambda word: known[word][1])[:_MOST_TERMS]
        return {word: known[word] for word in rarest}

    def _candidates(
        self, words: Mapping[str, tuple[float, int]]
    ) -> list[tuple[str, str, str, float]]:
        asked: list[str] = []
        room = _MOST_MATCHED
        for word, (_, documents) in words.items():
            if asked and documents > room:
                break
            asked.append(word)
            room -= documents
        oldest = 0
        if room < 0:
            rows = self._rows("SELECT max(id) FROM statement")
            oldest = (rows[0][0] or 0) - _MOST_MATCHED
        rows = self._rows(
            "SELECT origin, text, keywords, words, score FROM ("
            "  SELECT rowid AS id, words, bm25(terms) AS score FROM terms"
            "  WHERE terms MATCH ? AND rowid > ? ORDER BY rank LIMIT ?"
            ") JOIN statement USING (id)",
            " OR ".join(f'"{word}"' for word in asked),
            oldest,
            _CANDIDATES,
        )
        best = sum(rarity for rarity, _ in words.values()) * _PEAK
        rest = words.keys() - set(asked)
        return [
            (origin, text, form, min(1.0, (_rarity(words, rest, has) - score) / best))
            for origin, text, form, has, score in rows
        ]

    def _add(self, origin: str, text: str) -> None:
        words = " ".join(statement_words.of(text))
        form = " ".join(sorted(statement_words.keywords(text)))
        row = (origin, _hash(text), text, form)
        made = self.connection.execute(
            "INSERT INTO statement (origin, hash, text, keywords) VALUES (?, ?, ?, ?)", row
        )
        self.connection.execute(
            "INSERT INTO terms (rowid, words) VALUES (?, ?)", (made.lastrowid, words)
        )

    def _drop(self, condition: str, *values: object) -> None:
        chosen = f"SELECT id FROM statement WHERE {condition}"
        self.connection.execute(f"DELETE FROM terms WHERE rowid IN ({chosen})", values)
        self.connection.execute(f"DELETE FROM statement WHERE {condition}", values)

    def _keep(self, condition: str, most: int) -> None:
        self._drop(
            f"{condition} AND id <= (SELECT id FROM statement WHERE {condition}"
            " ORDER BY id DESC LIMIT 1 OFFSET ?)",
            HISTORY,
            HISTORY,
            most,
        )

    @contextlib.contextmanager
    def _change(self) -> Iterator[None]:
        try:
            with self.connection:
                yield
        except sqlite3.Error as error:
            self._failed(error)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self.connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            self._failed(error)
            return []

    def _failed(self, error: sqlite3.Error) -> None:
        log.warning("The index of past statements failed: %s", error)
        if not isinstance(error, sqlite3.OperationalError):
            _remove(self.file)


def file_of(folder: Path, root: str) -> Path:
    """The index file of the workspace at `root` ('' for documents without one)."""
    name = hashlib.blake2b(root.encode(errors="replace"), digest_size=12).hexdigest()
    return folder / "statements" / f"{name}.db"


def opened(file: Path) -> Statements | None:
    """The index in `file`, made if it is missing or damaged; None if that is not possible."""
    for _ in range(2):
        try:
            return Statements(file, _connection(file))
        except (sqlite3.Error, OSError) as error:
            log.warning("The index of past statements cannot be opened: %s", error)
            if isinstance(error, sqlite3.OperationalError | OSError):
                break  # Locked, or a folder that is not ours: it may be in order.
            _remove(file)
    return None


def _connection(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Statements are the user's own: nobody else may read them.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(file, timeout=2, check_same_thread=False)
    try:
        # It may be lost, so it need not reach the disk at once.
        connection.execute("PRAGMA synchronous = OFF")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != _FORMAT:
            tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN "
            with connection:
                known = "('file', 'statement', 'terms', 'vocabulary')"
                for (name,) in connection.execute(tables + known).fetchall():
                    connection.execute(f"DROP TABLE {name}")
            connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {_FORMAT};COMMIT;")
        connection.execute("SELECT rowid FROM terms LIMIT 1").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _remove(file: Path) -> None:
    for path in (file, file.with_name(file.name + "-journal")):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _ahead(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words the two begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _rarity(words: Mapping[str, tuple[float, int]], rest: Set[str], has: str) -> float:
    """What the words that were not looked for add, because the statement has them too."""
    return sum(words[word][0] for word in rest & set(has.split()))


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=12).digest()
