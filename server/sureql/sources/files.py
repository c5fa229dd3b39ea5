"""Finds schema sources in a workspace with nothing configured.

DDL and migration files are grouped by the project folder that owns them, so that a monorepo has one
schema per project; `for_file` picks the nearest. Inside a group a complete schema file and the
migrations that led to it are not both read.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pathspec

from sureql.sources import detect_dialect, migrations
from sureql.sources.dbt import layout
from sureql.sources.migrations import SchemaFile

Rules = pathspec.PathSpec[Any]

MAX_BYTES = 10_000_000
_MAX_FOLDERS = 20_000
_MAX_FILES = 5_000
_MAX_TOTAL = 100_000_000

_TEXT = frozenset({".sql", ".ddl", ".pgsql", ".psql"})
_DATABASES = {
    ".db": "sqlite",
    ".db3": "sqlite",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
}
# Folders that hold other people's code, build results or data for tests.
_LEFT_OUT = frozenset(
    {
        *("node_modules", "bower_components", "vendor", "venv", "env", "site-packages"),
        *("__pycache__", "dist", "build", "target", "out", "coverage", "htmlcov"),
        *("test", "tests", "__tests__", "spec", "testdata", "test-data", "test_data"),
        *("fixture", "fixtures", "seed", "seeds", "seeders", "mock", "mocks", "testing"),
        *("rollback", "rollbacks", "revert", "verify", "undo", "down"),
    }
)
# Folders that belong to the project above them.
_PARTS = frozenset(
    {
        *("db", "database", "databases", "sql", "schema", "schemas", "ddl", "dump", "dumps"),
        *("migration", "migrations", "migrate", "flyway", "liquibase", "alembic", "versions"),
        *("prisma", "drizzle", "supabase", "sqitch", "deploy", "changelog", "changelogs", "goose"),
        *("main", "resources", "src", "store", "storage", "data", "instance", "var", "init"),
        *("docker-entrypoint-initdb.d", "initdb", "scripts", "tables", "table", "views", "view"),
        *("functions", "types", "enums", "indexes", "triggers", "public", "postgres", "postgresql"),
        *("sqlite", "sqlite3", "duckdb", "mysql", "pg", "structure", "internal", "pkg", "up"),
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """The schema sources of one project folder: ordered files, one database file, or a dbt project.

    `project` is the latter's folder; its `dialect` is '' until it is read, unless one is set.
    `left_out` are files that define things but are too large to be read unasked.
    """

    folder: str
    dialect: str
    files: tuple[str, ...] = ()
    database: str = ""
    left_out: tuple[str, ...] = ()
    project: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        if self.project:
            return (str(Path(self.project, layout.FILE)),)
        return (self.database,) if self.database else self.files


def discover(root: Path, dialect: str = "") -> tuple[Group, ...]:
    """Every group of schema sources below `root`, nearest to the root first.

    `dialect` is the one set for the workspace: files are then not told apart by their dialect.
    """
    texts: dict[str, list[SchemaFile]] = {}
    databases: dict[tuple[str, str], list[str]] = {}
    left_out: dict[str, list[str]] = {}
    projects: list[Group] = []
    total = 0
    for path in walk(root):
        suffix = path.suffix.lower()
        if path.name == layout.FILE:
            projects.append(Group(str(path.parent), dialect, project=str(path.parent)))
        elif suffix in _DATABASES:
            if is_database(path, _DATABASES[suffix]):
                key = (str(owner(path.parent, root)), _DATABASES[suffix])
                databases.setdefault(key, []).append(str(path))
        elif file := migrations.read(path, min(MAX_BYTES, _MAX_TOTAL - total)):
            total += len(file.text)
            texts.setdefault(str(owner(path.parent, root)), []).append(file)
        elif migrations.is_large_schema(path, min(MAX_BYTES, _MAX_TOTAL - total)):
            left_out.setdefault(str(owner(path.parent, root)), []).append(str(path))
    groups = projects
    for folder, found in texts.items():
        for name, files in _by_dialect(found, dialect).items():
            chosen = migrations.choose(files)
            paths = tuple(file.path for file in chosen)
            skipped = tuple(left_out.get(folder, ()))
            groups.append(Group(folder, name, paths, left_out=skipped))
    taken = {(group.folder, group.dialect) for group in groups}
    for (folder, name), found_databases in databases.items():
        # DDL says more than the file it made: comments, and where things are defined.
        if (folder, name) not in taken and dialect in ("", name):
            groups.append(Group(folder, name, database=min(found_databases, key=_database_order)))
    return tuple(sorted(groups, key=lambda group: (len(Path(group.folder).parts), group.folder)))


def for_file(groups: Sequence[Group], path: str, dialect: str = "") -> Group | None:
    """The group that the file at `path` belongs to: of the nearest folder above it.

    A file outside all of them belongs to the only group there is; several leave it undecided.
    """
    fitting = [group for group in groups if dialect in ("", group.dialect) or group.project]
    above = [group for group in fitting if path and _is_below(path, group.folder)]
    if above:
        longest = max(len(Path(group.folder).parts) for group in above)
        nearest = [group for group in above if len(Path(group.folder).parts) == longest]
        # A source file belongs to its own group; else a dbt project comes before DDL, and that
        # before a database file.
        return min(
            nearest,
            key=lambda group: (path not in group.files, not group.project, bool(group.database)),
        )
    return fitting[0] if len(fitting) == 1 else None


def expand(root: Path, source: str) -> list[Path]:
    """The files that a configured entry means: a file, a folder or a glob below `root`."""
    path = Path(source).expanduser()
    path = path if path.is_absolute() else root / path
    if path.is_file():
        return [path]
    if path.is_dir():
        below = sorted(path.rglob("*"))
        return [found for found in below if found.suffix.lower() in _TEXT and found.is_file()]
    if Path(source).is_absolute():
        return []
    return sorted(found for found in root.glob(source) if found.is_file())


def ordered(paths: Iterable[Path]) -> list[SchemaFile]:
    """Configured files in the order in which they apply: as given, but migrations by number."""
    files = [file for path in paths if (file := migrations.read(path, MAX_BYTES, any_text=True))]
    return migrations.in_order(files)


def walk(root: Path) -> Iterator[Path]:
    """Files below `root` that may hold a schema, in a fixed order; ignored ones are left out."""
    stack: list[tuple[Path, tuple[tuple[Path, Rules], ...]]] = [(root, ())]
    folders = files = 0
    while stack and folders < _MAX_FOLDERS and files < _MAX_FILES:
        folder, ignores = stack.pop()
        folders += 1
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue  # Vanished or not ours to read.
        if any(entry.name == ".gitignore" for entry in entries):
            ignores = (*ignores, (folder, ignore_rules(folder / ".gitignore")))
        below: list[Path] = []
        for entry in entries:
            path = Path(entry.path)
            is_folder = _is_folder(entry)
            if is_ignored(path, is_folder, ignores):
                continue
            if is_folder:
                hidden = entry.name.startswith(".")
                # A virtual environment under any name is other people's code.
                foreign = (path / "pyvenv.cfg").exists()
                if not (hidden or foreign or entry.name.lower() in _LEFT_OUT):
                    below.append(path)
            elif (
                path.suffix.lower() in _TEXT | _DATABASES.keys() or path.name == layout.FILE
            ) and _is_file(entry):
                files += 1
                yield path
        stack.extend((path, ignores) for path in reversed(below))


def owner(folder: Path, root: Path) -> Path:
    """The project folder that `folder` belongs to: above db/, migrations/, sql/ and their like."""
    while folder not in (root, folder.parent):
        name = folder.name.lower()
        if name not in _PARTS and not migrations.is_step_folder(name):
            break
        folder = folder.parent
    return folder


def is_database(path: Path, kind: str) -> bool:
    """True if the file begins as that engine's files do."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    return head.startswith(b"SQLite format 3\0") if kind == "sqlite" else head[8:12] == b"DUCK"


def _by_dialect(found: list[SchemaFile], dialect: str) -> dict[str, list[SchemaFile]]:
    """Files of one folder by dialect; one that shows none goes with the others."""
    if dialect:
        return {dialect: found}
    shown = {file.path: detect_dialect.of(file.text, file.path, default="") for file in found}
    whole = Counter(name for name in shown.values() if name)
    likeliest = whole.most_common(1)[0][0] if whole else detect_dialect.DEFAULT
    # Migrations of one series are of one dialect, whatever single ones look like.
    series: dict[str, Counter[str]] = {}
    for file in found:
        if file.series and shown[file.path]:
            series.setdefault(file.series, Counter())[shown[file.path]] += 1
    grouped: dict[str, list[SchemaFile]] = {}
    for file in found:
        name = shown[file.path]
        if file.series in series:
            name = series[file.series].most_common(1)[0][0]
        grouped.setdefault(name or likeliest, []).append(file)
    return grouped


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    # A link to a device would never end.
    try:
        return entry.is_file()
    except OSError:
        return False


def ignore_rules(file: Path) -> Rules:
    """The patterns of a `.gitignore` file; none if it cannot be read."""
    lines: list[str] = []
    with suppress(OSError):
        if file.is_file() and file.stat().st_size <= MAX_BYTES:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return pathspec.PathSpec.from_lines("gitignore", lines)


def is_ignored(path: Path, is_folder: bool, ignores: tuple[tuple[Path, Rules], ...]) -> bool:
    """True if one of `ignores`, pairs of a folder and its patterns, leaves `path` out."""
    for base, rules in ignores:
        relative = path.relative_to(base).as_posix() + ("/" if is_folder else "")
        if rules.match_file(relative):
            return True
    return False


def _is_below(path: str, folder: str) -> bool:
    return Path(path).is_relative_to(folder)


def _database_order(path: str) -> tuple[bool, int, str]:
    name = Path(path).name.lower()
    return any(word in name for word in ("test", "cache", "tmp", "backup")), len(name), path
