"""The log of requests: shared by processes, bounded, private, and never in the way."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sureql.ports.errors import CacheError
from sureql.ports.ledger import Entry, Event, Spent
from sureql.ports.provider import Usage
from sureql.storage import ledger, small_file
from sureql.storage.ledger import open_ledger

NOW = 1_700_000_000.0
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Modes are POSIX ones.")


def entry(at: float = NOW, sent: str = "SELECT", tokens: int = 10, cost: float = 0.5) -> Entry:
    usage = Usage(tokens - 2, 2)
    return Entry(at, "h", "m", "continue", usage, cost, 1.0, 2.0, "answered", "", sent, 1)


def test_what_is_recorded_is_there_again(tmp_path: Path) -> None:
    one, other = open_ledger(tmp_path), open_ledger(tmp_path)
    one.record(entry(sent="é\ud800"))
    other.record(entry(NOW + 1, sent="b"))
    assert [found.sent for found in one.entries()] == ["b", "é\ud800"]
    assert one.entries(1) == [entry(NOW + 1, sent="b")]
    assert other.spent(NOW - 60) == Spent(20, 1.0, 2)
    assert other.spent(NOW + 120) == Spent()
    event = Event(NOW, "1", "shown", "model", "accept", "id")
    one.happened(event)
    assert (other.events(), other.events(NOW + 1)) == ([event], [])


def test_clearing_the_log_does_not_lift_a_limit(tmp_path: Path) -> None:
    book = open_ledger(tmp_path)
    book.record(entry(sent="findme" * 50))
    book.clear()
    assert book.entries() == []
    assert book.spent(0) == Spent(10, 0.5, 1)
    book.close()
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"findme" not in left


def test_what_cost_nothing_is_no_request(tmp_path: Path) -> None:
    book = open_ledger(tmp_path)
    book.record(Entry(NOW, "h", "m", "continue", Usage(0, 0), None, 0, 0, "cached"))
    assert book.spent(0) == Spent()


def test_the_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST_ENTRIES", 5)
    monkeypatch.setattr(ledger, "MOST_TEXTS", 3)
    monkeypatch.setattr(ledger, "LONGEST", 10)
    book = open_ledger(tmp_path)
    for at in range(20):
        book.record(entry(NOW + at, sent="x" * 1000))
    assert [found.at - NOW for found in book.entries()] == [19, 18, 17, 16, 15]
    assert [found.sent for found in book.entries()] == [*["x" * 10] * 3, "", ""]
    assert book.spent(0) == Spent(200, 10.0, 20)


@POSIX
def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        book = open_ledger(tmp_path / "new")
        book.record(entry())
        modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new").iterdir()}
    finally:
        os.umask(old)
    assert modes == {0o600}


def test_a_torn_file_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / ledger.FILE
    file.write_bytes(b"no database at all " * 100)
    book = open_ledger(tmp_path)
    book.record(entry())
    assert book.spent(0) == Spent(10, 0.5, 1)
    # Torn while in use: one entry is lost at most, and what it cost is counted all the same.
    book.close()
    with file.open("r+b") as out:
        out.seek(100)
        out.write(b"\xff" * 20_000)
    for at in range(3):
        book.record(entry(NOW + at))
    assert book.spent(0).tokens >= 30
    assert len(book.entries()) >= 2


def test_a_file_of_another_version_is_made_anew(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / ledger.FILE) as connection:
        connection.execute("CREATE TABLE entry (x)")
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    book = open_ledger(tmp_path)
    book.record(entry())
    assert len(book.entries()) == 1


_EARLIER = """
CREATE TABLE entry (id INTEGER PRIMARY KEY, at REAL NOT NULL, body TEXT NOT NULL);
CREATE TABLE event (id INTEGER PRIMARY KEY, at REAL NOT NULL, body TEXT NOT NULL);
CREATE TABLE spent (minute INTEGER PRIMARY KEY, tokens INTEGER, cost REAL, requests INTEGER);
CREATE INDEX event_at ON event (at);
PRAGMA user_version = 1;
"""


def test_what_an_earlier_version_has_spent_stays_counted(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / ledger.FILE) as connection:
        connection.executescript(_EARLIER)
        connection.execute("INSERT INTO spent VALUES (?, 5, 0.5, 1)", (int(NOW // 60),))
        connection.execute("INSERT INTO entry VALUES (1, ?, '{}')", (NOW,))
        connection.execute("INSERT INTO event VALUES (1, ?, '{\"other\": 1}')", (NOW,))
    connection.close()
    book = open_ledger(tmp_path)
    event = Event(NOW, "1", "shown", "model", "accept", "id")
    book.happened(event)
    book.record(entry())
    # What says something else by now is left out.
    assert (book.entries(), book.events()) == ([entry()], [event])
    assert book.spent(0) == Spent(15, 1.0, 2)


def test_another_version_that_takes_the_file_does_not_end_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_file, "_REST", 0.0)
    book = open_ledger(tmp_path)
    book.record(entry())
    with sqlite3.connect(tmp_path / ledger.FILE) as other:
        other.executescript("DROP TABLE entry; DROP TABLE event; DROP TABLE spent;" + _EARLIER)
    other.close()
    book.record(entry())
    book.record(entry(NOW + 1))
    assert book.entries() == [entry(NOW + 1)]
    # What could not be written is counted all the same.
    assert book.spent(0) == Spent(20, 1.0, 2)


def test_a_locked_file_costs_only_the_log(tmp_path: Path) -> None:
    book = open_ledger(tmp_path)
    book.record(entry())
    other = sqlite3.connect(tmp_path / ledger.FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    start = time.perf_counter()
    book.record(entry(NOW + 1))
    # SQLite itself waits for five seconds.
    assert time.perf_counter() - start < 4
    other.execute("ROLLBACK")
    other.close()
    assert len(book.entries()) == 1
    assert book.spent(0) == Spent(20, 1.0, 2)


@pytest.mark.parametrize("kind", ["file", "missing"])
def test_a_folder_that_cannot_be_used_costs_only_the_log(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    place.touch()
    book = open_ledger(place if kind == "file" else place / "deep")
    book.record(entry())
    book.happened(Event(NOW, "1", "shown", "model", "accept", "id"))
    assert (list(book.entries()), list(book.events())) == ([], [])
    assert book.spent(0) == Spent(10, 0.5, 1)


_WRITER = """
import sys
from pathlib import Path
from storage.test_ledger import NOW, entry
from sureql.storage.ledger import open_ledger
book = open_ledger(Path(sys.argv[1]))
for at in range(100):
    book.record(entry(NOW))
    book.entries(1)
print(book.spent(0).tokens)
"""


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path)]
    folder = Path(__file__).parents[1]
    both = [
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for one in both:
        out, _ = one.communicate(timeout=120)
        # Each sees what it has spent itself, written or not.
        assert (one.returncode, int(out) >= 1000) == (0, True)
    book = open_ledger(tmp_path)
    # What met a lock may be missing: a few milliseconds are waited, not more.
    assert len(book.entries(1000)) > 150
    book.record(entry())


def test_writing_takes_little(tmp_path: Path) -> None:
    book = open_ledger(tmp_path)
    times = []
    for at in range(60):
        start = time.process_time()
        book.record(entry(NOW + at, sent="x" * 8000))
        book.spent(NOW - 86_400)
        times.append((time.process_time() - start) * 1000)
    # Measured 0.3 ms.
    assert sorted(times)[30] < 4


def test_a_log_that_cannot_be_deleted_says_so(tmp_path: Path) -> None:
    book = open_ledger(tmp_path)
    book.record(entry())
    other = sqlite3.connect(tmp_path / ledger.FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CacheError, match="cannot be deleted"):
        book.clear()
    other.execute("ROLLBACK")
    other.close()
