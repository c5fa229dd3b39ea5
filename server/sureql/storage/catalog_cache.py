"""A catalog as a SQLite file: the worker writes it, every process opens it and decodes on demand.

Opening reads names only; a relation is decoded when it is first asked for. A file is named by its
catalog's version and never changes, so readers need no locks and two servers do not get in each
other's way. A damaged file reads as None: load the schema again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import platformdirs

from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.ports.errors import CacheError
from sureql.storage import catalog_rows as rows

FORMAT = "6"
_KEPT_DAYS = 30
_LIKE = re.compile(r"[!%_]")
_ESCAPED = r"!\g<0>"

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE schema (key TEXT PRIMARY KEY, name TEXT, closed INTEGER);
CREATE TABLE item (id INTEGER PRIMARY KEY, schema TEXT, kind TEXT, key TEXT, data TEXT);
CREATE TABLE reference (schema TEXT, name TEXT, from_schema TEXT, from_key TEXT);
CREATE INDEX reference_target ON reference (schema, name);
"""

V = TypeVar("V")


class LazyMapping(Mapping[str, V], Generic[V]):
    """Values of one kind in one schema, decoded when first asked for."""

    lazy = True  # Whoever walks over all values should think twice: see `catalog.overlay`.

    def __init__(self, file: OpenFile, schema: str, kind: str, ids: dict[str, int]) -> None:
        self._file = file
        self._schema = schema
        self._kind = kind
        self._ids = ids
        self._decoded: dict[str, V] = {}

    def __getitem__(self, key: str) -> V:
        if key not in self._decoded:
            self._decoded[key] = self._file.decode(self._kind, self._ids[key])
        return self._decoded[key]

    def __contains__(self, key: object) -> bool:
        return key in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def mentioning(self, words: Sequence[str]) -> Iterator[str]:
        """Keys of values that contain each of these ASCII words in whatever case, and perhaps others:
        a first sieve that decodes nothing."""
        return iter(self._file.mentioning(words, self._schema, self._kind))

    def referencing(self, schema: str, name: str) -> Iterator[str]:
        """Keys of relations here with a foreign key to `schema.name`: see `catalog.overlay`."""
        return iter(self._file.referencing(schema, name, self._schema))


class OpenFile:
    """One cache file, open for reading as long as its catalog is in use."""

    def __init__(self, path: Path) -> None:
        # Immutable: the file never changes under its name, so no lock is taken.
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self.connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self.paths: list[str] = []

    def decode(self, kind: str, number: int) -> Any:
        (data,) = self.connection.execute(
            "SELECT data FROM item WHERE id = ?", (number,)
        ).fetchone()
        return rows.decode(kind, json.loads(data), self.paths)

    def mentioning(self, words: Sequence[str], schema: str, kind: str) -> list[str]:
        # The value holds the schema's name, too.
        patterns = [f"%{_LIKE.sub(_ESCAPED, json.dumps(word)[1:-1])}%" for word in words]
        tests = "".join(" AND data LIKE ? ESCAPE '!'" for _ in patterns)
        found = self.connection.execute(
            f"SELECT key FROM item WHERE schema = ? AND kind = ?{tests}", (schema, kind, *patterns)
        )
        return [key for (key,) in found]

    def referencing(self, schema: str, name: str, of_schema: str) -> list[str]:
        found = self.connection.execute(
            "SELECT DISTINCT from_key FROM reference "
            "WHERE schema = ? AND name = ? AND from_schema = ?",
            (schema, name, of_schema),
        )
        return [key for (key,) in found]


def folder() -> Path:
    """The user's own folder for cache files."""
    return Path(platformdirs.user_cache_dir("sureql", appauthor=False)) / "catalogs"


def stored(version: str, place: Path) -> catalog.Catalog | None:
    """The catalog of a version that was written into `place`, None if there is none."""
    return read(_file(version, place))


def write(found: catalog.Catalog, into: Path | None = None) -> Path:
    """Leave a catalog in a file and return its path. A file that is there already is kept.

    Raises CacheError if nothing can be written there.
    """
    place = into or folder()
    path = _file(found.version, place)
    try:
        place.mkdir(parents=True, exist_ok=True)
        if path.exists() and read(path) is not None:
            with contextlib.suppress(OSError):
                os.utime(path)
            return path
        handle, name = tempfile.mkstemp(dir=place, suffix=".new")
        os.close(handle)
        temporary = Path(name)
        try:
            _write(found, temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:
        reason = str(getattr(error, "strerror", "") or error).lower()
        raise CacheError(
            f"The schema cannot be kept in {place}: {reason}. "
            "Make room there, or set SUREQL_CACHE to another folder."
        ) from error
    _remove_old(place)
    return path


def read(path: Path) -> catalog.Catalog | None:
    """The catalog in a cache file; None if it is missing, damaged or of another format."""
    try:
        if not _is_whole(path):
            return None
        return _read(OpenFile(path))
    except (OSError, sqlite3.Error, ValueError, KeyError, TypeError):
        return None


def _is_whole(path: Path) -> bool:
    """True if the file is as long as its header says: a half-written one is not."""
    with path.open("rb") as file:
        head = file.read(32)
    if len(head) < 32 or not head.startswith(b"SQLite format 3\0"):
        return False
    page = int.from_bytes(head[16:18], "big")
    size = 65536 if page == 1 else page
    return path.stat().st_size == size * int.from_bytes(head[28:32], "big")


def _write(found: catalog.Catalog, path: Path) -> None:
    paths: dict[str, int] = {}
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_TABLES)
        for key, schema in found.schemas.items():
            row = (key, schema.name, schema.closed)
            connection.execute("INSERT INTO schema VALUES (?, ?, ?)", row)
            for kind, values in rows.parts(schema).items():
                connection.executemany(
                    "INSERT INTO item (schema, kind, key, data) VALUES (?, ?, ?, ?)",
                    (
                        (key, kind, name, json.dumps(rows.encode(kind, value, paths)))
                        for name, value in values.items()
                    ),
                )
            connection.executemany(
                "INSERT INTO reference VALUES (?, ?, ?, ?)",
                (
                    (*foreign.target, key, name)
                    for name, relation in schema.relations.items()
                    for foreign in relation.foreign_keys
                ),
            )
        meta = {
            "format": FORMAT,
            "dialect": found.dialect,
            "version": found.version,
            "search_path": found.search_path,
            "sources": found.sources,
            "case_sensitive": found.case_sensitive,
            "closed": found.closed,
            "unstable": sorted(found.unstable),
            "operators": sorted(found.operators),
            "any_dialect": found.any_dialect,
            "project": rows.encode_project(found.project),
            "problems": [rows.encode_problem(problem) for problem in found.problems],
            "paths": list(paths),
        }
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            ((key, json.dumps(value)) for key, value in meta.items()),
        )
        connection.commit()


def _read(file: OpenFile) -> catalog.Catalog:
    connection = file.connection
    meta = {key: json.loads(value) for key, value in connection.execute("SELECT * FROM meta")}
    if meta["format"] != FORMAT:
        raise ValueError("another format")
    file.paths = meta["paths"]
    ids: dict[tuple[str, str], dict[str, int]] = {}
    for number, schema, kind, key in connection.execute("SELECT id, schema, kind, key FROM item"):
        ids.setdefault((schema, kind), {})[key] = number
    schemas: dict[str, catalog.Schema] = {}
    for key, name, closed in connection.execute("SELECT key, name, closed FROM schema"):
        lazy: dict[str, Any] = {
            kind: LazyMapping(file, key, kind, ids.get((key, kind), {})) for kind in rows.KINDS
        }
        schemas[key] = catalog.Schema(name=name, closed=bool(closed), **lazy)
    return catalog.Catalog(
        dialect=meta["dialect"],
        schemas=MappingProxyType(schemas),
        search_path=tuple(meta["search_path"]),
        version=meta["version"],
        sources=tuple(meta["sources"]),
        problems=tuple(rows.decode_problem(row) for row in meta["problems"]),
        case_sensitive=meta["case_sensitive"],
        closed=meta["closed"],
        system=builtins.schemas(meta["dialect"]),
        unstable=frozenset((schema, name) for schema, name in meta["unstable"]),
        operators=frozenset(meta.get("operators", ())),
        any_dialect=meta.get("any_dialect", False),
        project=rows.decode_project(meta["project"]),
    )


def _file(version: str, place: Path) -> Path:
    return place / f"{version or 'none'}.{FORMAT}.catalog"


def _remove_old(place: Path) -> None:
    """Delete what nobody has written again for a month, and half-written files of yesterday."""
    now = time.time()
    for path in place.iterdir():
        limit = 1 if path.suffix == ".new" else _KEPT_DAYS
        # Another server may be removing it, or Windows may hold it open.
        with contextlib.suppress(OSError):
            if path.suffix in (".new", ".catalog") and now - path.stat().st_mtime > limit * 86_400:
                path.unlink()
