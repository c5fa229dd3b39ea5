"""The one entry: what a workspace or a setting names, as a Catalog."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from sureql.catalog import model as catalog
from sureql.ports.errors import SourceError
from sureql.semantics.ddl_draft import default_search_path
from sureql.sources import (
    ddl_files,
    detect_dialect,
    duckdb_file,
    files,
    migrations,
    postgres_server,
    sqlite_file,
)
from sureql.sources.dbt import layout as dbt_layout
from sureql.sources.dbt import load as dbt
from sureql.sources.ddl_files import Progress, SchemaText
from sureql.sources.migrations import SchemaFile
from sureql.syntax import dialects

_DATABASE_SUFFIXES = {".db", ".db3", ".sqlite", ".sqlite3"}
_DUCKDB_SUFFIXES = {".duckdb", ".ddb"}


@dataclass(frozen=True, slots=True)
class Spec:
    """What to load. `sources` are the configured ones: files, folders, globs, `sqlite:///x.db`,
    `duckdb:///x.duckdb`, `postgresql://user@host/db`, a `dbt_project.yml`; with none, they are looked for below `root`, for the file at `path`.

    `dialect` is the configured one, '' to find out.
    """

    root: str
    sources: tuple[str, ...] = ()
    dialect: str = ""
    path: str = ""


def load(
    spec: Spec, progress: Progress | None = None, stored: dbt.Stored | None = None
) -> catalog.Catalog:
    """The catalog that `spec` names. What can't be read is among its problems. `stored` gives the
    catalog of a version that is known before it is made, if somebody left it.

    Without any source it is `catalog.empty`. Raises SourceBusy or SourceError if the only source is
    a database that can't be read now: keep the old catalog then.
    """
    root = Path(spec.root or ".").absolute()
    if spec.sources:
        return _configured(spec, root, progress)
    groups = files.discover(root, spec.dialect)
    hint = _written_in(spec.path, {group.dialect for group in groups}) if len(groups) > 1 else ""
    group = files.for_file(groups, spec.path, spec.dialect or hint)
    if group is None:
        name = spec.dialect or (groups[0].dialect if groups else detect_dialect.DEFAULT)
        return catalog.empty(dialects.get(name).name)
    if group.project:
        return dbt.load(Path(group.project), root, spec.dialect, stored)
    if group.database:
        return database(Path(group.database), group.dialect)
    read = [_text(Path(path)) for path in group.files]
    texts = [SchemaText(file.path, file.text) for file in read if file]
    dialect = dialects.get(group.dialect)
    complete = not group.left_out and len(texts) == len(group.files)
    found = ddl_files.load(texts, dialect, progress, complete=complete)
    message = "This file is over 10 MB: name it in the `schema` setting to read it."
    large = tuple(catalog.LoadProblem(path, message) for path in group.left_out)
    return _guessed(replace(found, problems=found.problems + large), spec, texts)


def _written_in(path: str, known: set[str]) -> str:
    """The dialect of the file that asks, if it shows one that a schema here is written in."""
    file = Path(path) if path else None
    if file is None or not file.is_file():
        return ""
    read = migrations.read(file, files.MAX_BYTES, any_text=True)
    name = detect_dialect.of(read.text, path, default="") if read else ""
    return name if name in known else ""


def database(path: Path, dialect: str) -> catalog.Catalog:
    """The catalog of a database file."""
    return duckdb_file.load(path) if dialect == "duckdb" else sqlite_file.load(path)


def _configured(spec: Spec, root: Path, progress: Progress | None) -> catalog.Catalog:
    paths: list[Path] = []
    parts: list[catalog.Catalog] = []
    problems: list[catalog.LoadProblem] = []
    for source in spec.sources:
        try:
            found, part = _entry(source, root, spec.dialect)
        except SourceError as error:
            if len(spec.sources) == 1:
                raise
            problems.append(catalog.LoadProblem(_shown(source), str(error)))
            continue
        paths.extend(path for path in found if path not in paths)
        parts.extend(part)
        if not found and not part:
            problems.append(catalog.LoadProblem(source, f"`{source}` names no file."))
    read = files.ordered(paths)
    missing = {str(path) for path in paths} - {file.path for file in read}
    problems += [catalog.LoadProblem(path, "This is no readable text file.") for path in missing]
    if read or not parts:
        parts.insert(0, _from_texts(spec, read, problems, progress))
    return _merged(parts, tuple(problems))


def _from_texts(
    spec: Spec,
    read: Sequence[SchemaFile],
    problems: Sequence[catalog.LoadProblem],
    progress: Progress | None,
) -> catalog.Catalog:
    name = spec.dialect or detect_dialect.of_many((file.path, file.text) for file in read)
    dialect = dialects.get(name)
    if not read:
        return catalog.empty(dialect.name)
    texts = [SchemaText(file.path, file.text) for file in read]
    found = ddl_files.load(texts, dialect, progress, complete=not problems)
    return _guessed(found, spec, texts)


def _guessed(found: catalog.Catalog, spec: Spec, texts: Iterable[SchemaText]) -> catalog.Catalog:
    """`found` with whether its dialect is set, or shown by one of the `texts` that it was made of."""
    if spec.dialect or any(detect_dialect.of(one.text, one.path, default="") for one in texts):
        return found
    return replace(found, any_dialect=True, version=f"{found.version}~any")


def _entry(source: str, root: Path, dialect: str) -> tuple[list[Path], list[catalog.Catalog]]:
    """The text files or the database that one configured source means."""
    scheme, separator, rest = source.partition("://")
    if separator and scheme in postgres_server.SCHEMES:
        return [], [postgres_server.load(source)]
    if separator:
        kind = {"sqlite": "sqlite", "sqlite3": "sqlite", "duckdb": "duckdb", "file": ""}.get(scheme)
        if kind is None:
            raise SourceError(f"`{scheme}://` can't be read yet: use DDL files or a database file.")
        path = _local(rest, root)
        return ([path], []) if not kind else ([], [database(path, kind)])
    texts: list[Path] = []
    parts: list[catalog.Catalog] = []
    for path in files.expand(root, source):
        suffix = path.suffix.lower()
        if path.name == dbt_layout.FILE:
            parts.append(dbt.load(path.parent, path.parent, dialect))
        elif suffix in _DUCKDB_SUFFIXES or files.is_database(path, "duckdb"):
            parts.append(database(path, "duckdb"))
        elif suffix in _DATABASE_SUFFIXES:
            parts.append(database(path, "sqlite"))
        else:
            texts.append(path)
    return texts, parts


def _shown(source: str) -> str:
    """A configured source for people: an address without its password."""
    server = source.partition("://")[0] in postgres_server.SCHEMES
    return postgres_server.shown(source) if server else source


def _local(rest: str, root: Path) -> Path:
    """The file of `sqlite:///x.db` (below the root) or `sqlite:////tmp/x.db` (absolute)."""
    text = unquote(rest.partition("?")[0])
    path = Path(text[1:] if text.startswith("/") else text).expanduser()
    return path if path.is_absolute() else root / path


def _text(path: Path) -> SchemaFile | None:
    return migrations.read(path, files.MAX_BYTES, any_text=True)


def _merged(
    parts: Sequence[catalog.Catalog], problems: tuple[catalog.LoadProblem, ...]
) -> catalog.Catalog:
    """Several sources as one catalog; what an earlier one defines wins."""
    first = parts[0]
    if len(parts) == 1 and not problems:
        return first
    schemas: dict[str, catalog.Schema] = {}
    for part in parts:
        for key, schema in part.schemas.items():
            known = schemas.get(key)
            schemas[key] = _joined(known, schema) if known else schema
    if problems:
        schemas = {key: replace(schema, closed=False) for key, schema in schemas.items()}
    digest = hashlib.blake2b(
        "\0".join((*(part.version for part in parts), *(p.message for p in problems))).encode(),
        digest_size=12,
    )
    return replace(
        first,
        schemas=schemas,
        search_path=first.search_path or default_search_path(dialects.get(first.dialect)),
        version=digest.hexdigest(),
        sources=tuple(source for part in parts for source in part.sources),
        problems=tuple(_all_problems(parts)) + problems,
        closed=first.closed and not problems,
        any_dialect=all(part.any_dialect for part in parts),
        project=next((part.project for part in parts if part.project), None),
    )


def _joined(one: catalog.Schema, other: catalog.Schema) -> catalog.Schema:
    return replace(
        one,
        relations={**other.relations, **one.relations},
        enums={**other.enums, **one.enums},
        functions={**other.functions, **one.functions},
        hidden={**other.hidden, **one.hidden},
        types={**other.types, **one.types},
        closed=one.closed and other.closed,
    )


def _all_problems(parts: Iterable[catalog.Catalog]) -> Iterable[catalog.LoadProblem]:
    for part in parts:
        yield from part.problems
