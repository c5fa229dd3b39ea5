"""What was found in files that have not changed since, in one SQLite file.

A cache may be lost at any time: whatever is wrong with it, it is empty, and nobody is told.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sureql.catalog.model import Location
from sureql.ide.model import Diagnostic, Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span

FORMAT = 1
MOST = 50_000
"""Files; the oldest results are forgotten."""

Found = tuple[Diagnostic, ...]


def read(file: Path, keys: Iterable[str]) -> Mapping[str, Found]:
    """What is known for each of `keys`."""
    known: dict[str, Found] = {}
    with contextlib.suppress(sqlite3.Error, OSError, ValueError, TypeError, KeyError):
        if file.exists():
            with contextlib.closing(_opened(file)) as connection:
                for key in keys:
                    row = connection.execute("SELECT found FROM result WHERE key = ?", (key,))
                    if (found := row.fetchone()) is not None:
                        known[key] = tuple(_decoded(one) for one in json.loads(found[0]))
    return known


def write(file: Path, results: Mapping[str, Found]) -> None:
    """Remember results; if that is not possible, nothing happens."""
    with contextlib.suppress(sqlite3.Error, OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(_opened(file)) as connection, connection:
            connection.executemany(
                "INSERT OR REPLACE INTO result VALUES (?, ?)",
                (
                    (key, json.dumps([asdict(one) for one in found]))
                    for key, found in results.items()
                ),
            )
            connection.execute(
                "DELETE FROM result WHERE rowid <= (SELECT max(rowid) FROM result) - ?", (MOST,)
            )


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=2)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != FORMAT:
            with connection:
                connection.execute("DROP TABLE IF EXISTS result")
                connection.execute(
                    "CREATE TABLE result (key TEXT PRIMARY KEY, found TEXT NOT NULL)"
                )
                connection.execute(f"PRAGMA user_version = {FORMAT}")
    except sqlite3.DatabaseError:
        connection.close()
        # It is no database, or a torn one: the next run starts anew.
        file.unlink(missing_ok=True)
        raise
    return connection


def _decoded(one: dict[str, Any]) -> Diagnostic:
    declared = one["declared"]
    return Diagnostic(
        _span(one["span"]),
        one["code"],
        one["message"],
        one["severity"],
        tuple(
            Fix(
                fix["title"],
                tuple(TextEdit(_span(edit["span"]), edit["new_text"]) for edit in fix["edits"]),
                fix["applicability"],
                fix["preferred"],
            )
            for fix in one["fixes"]
        ),
        tuple((_span(span), note) for span, note in one["related"]),
        tuple(one["tags"]),
        one["source"],
        (_location(declared[0]), declared[1]) if declared else None,
    )


def _location(one: dict[str, Any]) -> Location:
    return Location(one["path"], _span(one["span"]), _span(one["name"]), one["line"])


def _span(one: dict[str, int]) -> Span:
    return Span(one["start"], one["end"])
