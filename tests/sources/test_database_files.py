"""SQLite and DuckDB files: read-only, closed at once, never in anybody's way."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from support import schemas
from support.waiting import PATIENCE
from sureql.catalog import render
from sureql.ports.errors import SourceBusy, SourceError
from sureql.sources import duckdb_file, load, sqlite_file


@pytest.fixture
def music(tmp_path: Path) -> Path:
    path = tmp_path / "music.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schemas.text("music_sqlite"))
    return path


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_ddl_files_and_the_engine_agree(music: Path) -> None:
    """Two ways to the same schema: our reading of the text, and what SQLite says."""
    read = schemas.catalog("music_sqlite", "sqlite")
    told = sqlite_file.load(music)
    names = {relation.name for relation in read.relations()}

    assert {relation.name for relation in told.relations()} == names
    for name in names - {"customer_spend"}:  # Of a view SQLite knows the names only.
        ours, engine = read.find((name,)), told.find((name,))
        assert ours is not None and engine is not None
        assert [(c.name, c.type, c.nullable, c.generated) for c in ours.columns] == [
            (c.name, c.type, c.nullable, c.generated) for c in engine.columns
        ]
        assert {key.columns for key in ours.keys} == {key.columns for key in engine.keys}
        assert set(ours.foreign_keys) == set(engine.foreign_keys)
        assert set(ours.indexes) == set(engine.indexes)
        assert ours.checks == engine.checks


def test_shadow_tables_resolve_but_are_not_listed(music: Path) -> None:
    found = sqlite_file.load(music)

    assert found.find(("track_search_data",)) is not None
    assert found.find(("sqlite_master",)) is not None
    assert found.find(("main", "sqlite_schema")) is not None
    assert not [
        r.name for r in found.relations() if r.name.startswith(("track_search_", "sqlite_"))
    ]


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_reading_leaves_no_files_behind(music: Path, journal: str) -> None:
    with closing(sqlite3.connect(music)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
    before = listed(music.parent)
    sqlite_file.load(music)

    assert listed(music.parent) == before


def test_a_writer_in_wal_mode_is_read_beside(music: Path) -> None:
    with closing(sqlite3.connect(music, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE fresh (id INTEGER)")
        writer.execute("BEGIN IMMEDIATE")
        found = sqlite_file.load(music)
        writer.execute("COMMIT")

    assert found.find(("fresh",)) is not None


def test_a_wal_that_its_writer_left_is_read(music: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(music, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE fresh (id INTEGER)")
        folder = tmp_path / "crashed"
        folder.mkdir()
        for name in ("music.db", "music.db-wal"):
            (folder / name).write_bytes((tmp_path / name).read_bytes())
    found = sqlite_file.load(folder / "music.db")

    assert found.find(("fresh",)) is not None
    assert listed(folder) == ["music.db", "music.db-wal"]


def test_a_writer_gets_through_while_we_read(music: Path) -> None:
    """It has no patience at all: one lock of ours would make it fail."""
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                sqlite_file.load(music)
            except SourceBusy:
                continue

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with closing(sqlite3.connect(music, timeout=0)) as writer:
            for number in range(50):
                with writer:
                    writer.execute("INSERT INTO genre (name) VALUES (?)", (f"g{number}",))
    finally:
        stop.set()
        reader.join()


def test_a_file_that_is_locked_is_busy_or_read(music: Path) -> None:
    with closing(sqlite3.connect(music, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert sqlite_file.load(music).find(("track",)) is not None
        writer.execute("PRAGMA cache_spill = 1")
        writer.execute("INSERT INTO genre (name) VALUES ('x')")
        with pytest.raises(SourceBusy, match="being written by another program"):
            sqlite_file.load(music)
        writer.execute("ROLLBACK")


@pytest.mark.parametrize(
    "damage", [b"no database at all", b"SQLite format 3\0" + b"\xff" * 3000, b""]
)
def test_a_damaged_file_says_so(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(damage)
    if not damage:  # SQLite takes an empty file for an empty database.
        assert list(sqlite_file.load(path).relations()) == []
        return
    with pytest.raises(SourceError, match=r"x\.db (is damaged|can't be read)"):
        sqlite_file.load(path)


def test_a_damaged_page_in_the_middle(music: Path) -> None:
    content = bytearray(music.read_bytes())
    content[100:2000] = b"\xee" * 1900
    music.write_bytes(bytes(content))
    with pytest.raises(SourceError):
        sqlite_file.load(music)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        sqlite_file.load(tmp_path / "none.db")
    with pytest.raises(SourceError, match="does not exist"):
        duckdb_file.load(tmp_path / "none.duckdb")


def test_a_view_over_something_that_is_gone_is_open(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t; "
            "CREATE VIEW w AS SELECT evil(a) FROM t; DROP TABLE t;"
        )
    found = sqlite_file.load(path)

    assert found.find(("v",)) is not None and not found.find(("v",)).closed  # type: ignore[union-attr]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(schemas.text("shop"))
    return path


def test_duckdb_and_the_ddl_files_agree(shop: Path) -> None:
    read = schemas.catalog("shop", "duckdb")
    told = duckdb_file.load(shop)

    assert {(r.schema, r.name) for r in read.relations()} == {
        (r.schema, r.name) for r in told.relations()
    }
    for engine in told.relations():
        ours = read.find((engine.schema, engine.name))
        assert ours is not None
        assert [c.name for c in ours.columns] == [c.name for c in engine.columns]
        assert {key.columns for key in ours.keys} == {key.columns for key in engine.keys}
        assert set(ours.foreign_keys) == set(engine.foreign_keys)
        assert ours.comment == engine.comment
    state = told.find(("orders",))
    assert state is not None
    enum = told.enum_of(state.columns[2])
    assert enum is not None and enum.values == ("new", "packed", "sent", "returned")


def test_duckdb_is_closed_at_once(shop: Path) -> None:
    duckdb_file.load(shop)
    script = f"import duckdb; duckdb.connect({str(shop)!r}).execute('CREATE TABLE w (a INT)')"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=PATIENCE)

    assert duckdb_file.load(shop).find(("w",)) is not None
    assert listed(shop.parent) == ["shop.duckdb"]


def test_duckdb_held_by_another_program_is_busy(shop: Path) -> None:
    script = f"import duckdb; c = duckdb.connect({str(shop)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        assert holder.stdout.readline().strip() == "open"
        with pytest.raises(SourceBusy, match="open in another program"):
            duckdb_file.load(shop)
        holder.communicate("\n", timeout=PATIENCE)


def test_duckdb_that_is_damaged_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    path.write_bytes(b"\0" * 8 + b"DUCK" + b"\xff" * 4000)
    with pytest.raises(SourceError, match=r"x\.duckdb can't be read"):
        duckdb_file.load(path)


def test_without_the_duckdb_package(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(SourceError, match=r"pip install 'sureql\[duckdb\]'"):
        duckdb_file.load(shop)


def test_database_urls_in_settings(music: Path, shop: Path) -> None:
    root = str(music.parent)
    relative = load.load(load.Spec(root, ("sqlite:///music.db",)))
    absolute = load.load(load.Spec("/", (f"sqlite:///{music}",)))
    duck = load.load(load.Spec(root, ("duckdb:///shop.duckdb",)))

    assert render.text(relative) == render.text(absolute)
    assert (relative.dialect, duck.dialect) == ("sqlite", "duckdb")
    with pytest.raises(SourceError, match="postgresql://"):
        load.load(load.Spec(root, ("postgresql://somewhere/db",)))
