"""A schema as a tree to look at: schemas, their tables and views in pages, the columns of one.

Large schemas decode a relation only when it is asked for, so nothing here walks over all of them,
except a search, which belongs into another process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from sureql.catalog import model as catalog
from sureql.syntax.dialects import Dialect

PAGE = 200
"""Relations in one answer."""
_MOST_COLUMNS = 20
"""Columns that a search shows of one relation."""
_MOST_READ = 2_000
"""Relations in whose columns a search looks."""


@dataclass(frozen=True, slots=True)
class SchemaEntry:
    """`default` is where names without a schema are looked up."""

    name: str
    relations: int
    default: bool


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """`insert` is the name as it must be written. `key`: primary, foreign, unique or ''. `references`
    is the column that a foreign key leads to, '' if none."""

    name: str
    insert: str
    type: str
    nullable: bool
    key: str = ""
    references: str = ""
    default: str = ""
    comment: str = ""
    location: catalog.Location | None = None


@dataclass(frozen=True, slots=True)
class RelationEntry:
    """A table or view. `columns` counts its columns; `found` are those that a search has found. `rows`
    is None where no engine has told how many there are."""

    schema: str
    name: str
    kind: str
    insert: str
    columns: int
    complete: bool
    comment: str = ""
    rows: int | None = None
    location: catalog.Location | None = None
    found: tuple[ColumnEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some relations, and where the next ones start, None after the last."""

    relations: tuple[RelationEntry, ...]
    next: int | None = None


class _Mentioning(Protocol):
    """A mapping that finds those of its values that contain a word, without decoding all."""

    def mentioning(self, words: Sequence[str]) -> Iterator[str]: ...


def schemas(schema: catalog.Catalog) -> tuple[SchemaEntry, ...]:
    """The user's schemas, those first in which names are looked up. Empty ones are left out."""
    defaults = {schema.key(name) for name in schema.search_path}
    return tuple(
        SchemaEntry(schema.schemas[key].name, len(schema.schemas[key].relations), key in defaults)
        for key in schema.schema_names()
        if schema.schemas[key].relations
    )


def relations(
    schema: catalog.Catalog, dialect: Dialect, name: str, start: int = 0, most: int = PAGE
) -> Page:
    """Tables and views of one schema by name, from the one numbered `start`."""
    inside = schema.schemas.get(schema.key(name))
    if inside is None:
        return Page(())
    keys = sorted(inside.relations)
    shown = tuple(
        _relation(schema, dialect, inside.relations[key]) for key in keys[start : start + most]
    )
    return Page(shown, start + most if start + most < len(keys) else None)


def columns(
    schema: catalog.Catalog, dialect: Dialect, name: str, relation: str
) -> tuple[ColumnEntry, ...]:
    """The columns of one relation in order; () if it is not known."""
    inside = schema.schemas.get(schema.key(name))
    found = inside.relations.get(schema.key(relation)) if inside is not None else None
    return tuple(_columns(dialect, found)) if found is not None else ()


def search(
    schema: catalog.Catalog, dialect: Dialect, text: str, start: int = 0, most: int = PAGE
) -> Page:
    """Relations whose names or columns contain every word of `text` (dots divide words, too): names
    that begin with it first, then those that contain it, then columns."""
    words = text.lower().replace(".", " ").split()
    if not words:
        return Page(())
    ranked = sorted(_called(schema, words)) + sorted(_with_columns(schema, words))
    shown = tuple(
        _found(schema, dialect, schema.schemas[key].relations[name], words)
        for _, name, key in ranked[start : start + most]
    )
    return Page(shown, start + most if start + most < len(ranked) else None)


def _called(schema: catalog.Catalog, words: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Relations by their names alone, as (rank, key, key of the schema): none is decoded."""
    for key in schema.schema_names():
        for name in schema.schemas[key].relations:
            if all(word in f"{key} {name}".lower() for word in words):
                yield int(not name.lower().startswith(words[-1])), name, key


def _with_columns(schema: catalog.Catalog, words: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """The first relations in whose columns the words are that their names lack."""
    read = 0
    for key in schema.schema_names():
        inside = schema.schemas[key].relations
        for name in _mentioning(inside, words):
            left = _missing(f"{key} {name}", words)
            if left and read < _MOST_READ:
                read += 1
                if any(not _missing(one.name, left) for one in inside[name].columns):
                    yield 0, name, key


def _missing(name: str, words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in name.lower()]


def _found(
    schema: catalog.Catalog, dialect: Dialect, relation: catalog.Relation, words: Sequence[str]
) -> RelationEntry:
    """A relation with the columns that were searched for."""
    left = _missing(f"{relation.schema} {relation.name}", words)
    columns = [one for one in _columns(dialect, relation) if left and not _missing(one.name, left)]
    return _relation(schema, dialect, relation, tuple(columns[:_MOST_COLUMNS]))


def _mentioning(inside: Mapping[str, catalog.Relation], words: Sequence[str]) -> Iterator[str]:
    if hasattr(inside, "mentioning") and all(word.isascii() for word in words):
        return cast("_Mentioning", inside).mentioning(words)
    return iter(inside)


def _relation(
    schema: catalog.Catalog,
    dialect: Dialect,
    found: catalog.Relation,
    columns: tuple[ColumnEntry, ...] = (),
) -> RelationEntry:
    name = dialect.write(found.name)
    plain = schema.find((found.name,))
    same = plain is not None and (plain.schema, plain.name) == (found.schema, found.name)
    insert = name if same or not found.schema else f"{dialect.write(found.schema)}.{name}"
    rows = found.statistics.rows if found.statistics is not None else None
    return RelationEntry(
        found.schema,
        found.name,
        found.kind,
        insert,
        len(found.columns),
        found.closed,
        found.comment,
        round(rows) if rows is not None and rows >= 0 else None,
        found.location,
        columns,
    )


def _columns(dialect: Dialect, found: catalog.Relation) -> Iterator[ColumnEntry]:
    leads: dict[str, str] = {}
    for foreign in found.foreign_keys:
        # A key that names no columns of its target leads to the primary key, whatever that is.
        targets = foreign.target_columns or ("",) * len(foreign.columns)
        for name, target in zip(foreign.columns, targets, strict=False):
            leads[name] = f"{foreign.target[1]}.{target}" if target else foreign.target[1]
    primary = set(found.primary_key)
    unique = {key.columns[0] for key in found.keys if not key.primary and len(key.columns) == 1}
    for one in found.columns:
        kinds = (
            ("primary", one.name in primary),
            ("foreign", one.name in leads),
            ("unique", one.name in unique),
        )
        yield ColumnEntry(
            one.name,
            dialect.write(one.name),
            one.type,
            one.nullable,
            next((kind for kind, holds in kinds if holds), ""),
            leads.get(one.name, ""),
            one.default or "",
            one.comment,
            one.location,
        )
