"""The schema of a SQLite file, read without ever getting in a writer's way.

A file in rollback-journal mode is opened as immutable: no lock is taken, and if a writer changed
the file meanwhile the reading is thrown away and done again. A file in WAL mode is opened
read-only while its writer is there (WAL readers block nobody), and as immutable otherwise, because
a plain read-only connection would leave -wal and -shm files behind.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.catalog.statistics import ColumnStatistics, Statistics
from sureql.ports.errors import SourceBusy, SourceError
from sureql.sources import ddl_files
from sureql.syntax import dialects

_TRIES = 5
_PAUSE = 0.1  # Seconds between tries.


def load(path: Path) -> catalog.Catalog:
    """The catalog of the file. Raises SourceBusy or SourceError with a plain sentence."""
    if path.exists() and not path.is_file():
        # To open a pipe would wait for whoever writes into it, for ever.
        raise SourceError(f"{path} is not a file.")
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE)
        before = _state(path)
        if before is None:
            continue
        try:
            with _opened(path) as connection:
                found = _read(connection, path)
        except sqlite3.Error as error:
            if _state(path) == before:
                raise _translated(error, path) from error
            continue
        if _state(path) == before:
            return found
    raise SourceBusy(f"{path} is being written by another program; the schema stays as it was.")


def _state(path: Path) -> tuple[int, int, bytes] | None:
    """What changes with every transaction; None while one is being written."""
    journal = path.with_name(path.name + "-journal")
    try:
        if journal.exists() and journal.stat().st_size > 0:
            return None
        stat = path.stat()
        with path.open("rb") as file:
            return stat.st_size, stat.st_mtime_ns, file.read(100)
    except FileNotFoundError as error:
        raise SourceError(f"{path} does not exist.") from error
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror}.") from error


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    wal, shm = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    in_wal = wal.exists() and wal.stat().st_size > 0
    if in_wal and not shm.exists():
        # Its writer died or keeps it for itself: reading in place would create files beside it.
        with tempfile.TemporaryDirectory(prefix="sureql-") as folder:
            copy = Path(folder) / "copy.db"
            shutil.copyfile(path, copy)
            shutil.copyfile(wal, copy.with_name("copy.db-wal"))
            with closing(_connect(copy, "mode=rw")) as connection:
                yield connection
        return
    with closing(_connect(path, "mode=ro" if in_wal else "mode=ro&immutable=1")) as connection:
        yield connection


def _connect(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True, timeout=1)
    # Nothing in a file may run: no views' functions from elsewhere, no triggers.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    return connection


def _translated(error: sqlite3.Error, path: Path) -> SourceError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return SourceBusy(f"{path} is locked by another program; the schema stays as it was.")
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        return SourceError(f"{path} is damaged or no SQLite database: {text}.")
    return SourceError(f"{path} can't be read: {text}.")


def _read(connection: sqlite3.Connection, path: Path) -> catalog.Catalog:
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
        "ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'view' THEN 1 ELSE 2 END, rowid"
    ).fetchall()
    kinds = {row[1]: row[2] for row in connection.execute("PRAGMA main.table_list")}
    # What PRAGMAs do not tell (checks, what views read, virtual tables' modules) the DDL does.
    written = ";\n".join(sql for _, sql in rows)
    dialect = dialects.get("sqlite")
    texts = [ddl_files.SchemaText(str(path), written)]
    base = ddl_files.load(texts, dialect)
    known = base.schemas["main"].relations
    statistics = _statistics(connection)
    relations: dict[str, catalog.Relation] = {}
    hidden = dict(builtins.hidden("sqlite"))
    for name, kind in kinds.items():
        if name.lower() in hidden or name.startswith("sqlite_"):
            continue
        read = known.get(name.lower()) or catalog.Relation("main", name)
        relation = _relation(connection, read, kind)
        relation = replace(relation, statistics=statistics.get(name.lower()))
        (hidden if kind == "shadow" else relations)[name.lower()] = relation
    schema = catalog.Schema("main", MappingProxyType(relations), closed=True, hidden=hidden)
    sizes = sorted((name, found.magnitude) for name, found in statistics.items())
    digest = hashlib.blake2b(f"{base.version}{sizes}".encode(), digest_size=12).hexdigest()
    return replace(
        base,
        schemas=MappingProxyType({"main": schema}),
        problems=(),
        version=digest if sizes else base.version,
    )


def _statistics(connection: sqlite3.Connection) -> dict[str, Statistics]:
    """What ANALYZE left, by the table's name in lower case. Nothing is counted here: the user's
    tables may be large."""
    try:
        rows = connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
    except sqlite3.Error:
        return {}
    sizes: dict[str, float] = {}
    columns: dict[str, dict[str, ColumnStatistics]] = {}
    for table, index, stat in rows:
        words = str(stat).split()
        numbers = [float(word) for word in words if word.isdecimal()]
        if not isinstance(table, str) or not numbers:
            continue
        key = table.lower()
        # A partial index has fewer rows than its table.
        sizes[key] = max(numbers[0], sizes.get(key, 0.0))
        info = connection.execute("SELECT * FROM pragma_index_xinfo(?)", (index,)).fetchall()
        first = next((name for place, _, name, *_ in info if place == 0), None)
        if first and len(numbers) > 1 and numbers[1] and not _is_partial(connection, table, index):
            distinct = max(numbers[0] / numbers[1], 1.0)
            columns.setdefault(key, {})[first] = ColumnStatistics(distinct)
    return {
        key: Statistics(size, None, MappingProxyType(columns.get(key, {})))
        for key, size in sizes.items()
    }


def _is_partial(connection: sqlite3.Connection, table: str, index: str) -> bool:
    rows = connection.execute("SELECT name, partial FROM pragma_index_list(?)", (table,))
    return any(partial for name, partial in rows if name == index)


def _relation(
    connection: sqlite3.Connection, read: catalog.Relation, kind: str
) -> catalog.Relation:
    """`read` from the DDL text, with what the engine itself says about columns and keys."""
    name = read.name
    try:
        rows = connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)).fetchall()
    except sqlite3.Error:  # A view over something that is gone, a module that is not here.
        return replace(read, closed=False, location=None)
    columns = tuple(
        catalog.Column(column, type_name.upper(), not required, default, generated=hidden in (2, 3))
        for _, column, type_name, required, default, _, hidden in rows
        if hidden != 1
    )
    primary = sorted((row[5], row[1]) for row in rows if row[5])
    keys = [catalog.Key(tuple(column for _, column in primary), True)] if primary else []
    indexes = []
    index_rows = connection.execute("SELECT * FROM pragma_index_list(?)", (name,)).fetchall()
    for _, index, unique, origin, partial in reversed(index_rows):
        info = connection.execute("SELECT * FROM pragma_index_info(?)", (index,)).fetchall()
        names = tuple(column for _, _, column in info if column is not None)
        if origin == "c":
            details = connection.execute(
                "SELECT cid, desc, coll FROM pragma_index_xinfo(?) WHERE key", (index,)
            ).fetchall()
            mixed = len({descending for _, descending, _ in details}) > 1
            odd = any(number < 0 or rule != "BINARY" for number, _, rule in details)
            plain = not (partial or mixed or odd)
            indexes.append(catalog.Index(index, names, bool(unique), plain))
        if unique and origin != "pk" and not partial and len(names) == len(info):
            keys.append(catalog.Key(names, False, index if origin == "c" else ""))
    view = kind == "view"
    return replace(
        read,
        kind="view" if view else "virtual table" if kind == "virtual" else "table",
        columns=_with_row_id(columns, primary),
        keys=tuple(keys),
        indexes=tuple(indexes),
        closed=bool(columns) and kind != "virtual",
        location=None,
    )


def _with_row_id(
    columns: tuple[catalog.Column, ...], primary: list[tuple[int, str]]
) -> tuple[catalog.Column, ...]:
    """An INTEGER PRIMARY KEY is never null, though the engine does not say so."""
    if len(primary) != 1:
        return columns
    key = primary[0][1]
    return tuple(
        replace(column, nullable=False)
        if column.name == key and column.type == "INTEGER"
        else column
        for column in columns
    )
