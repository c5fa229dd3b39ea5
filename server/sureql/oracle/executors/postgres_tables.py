"""DDL for tables of a scratch database that generated rows go into.

Unlike the judge's shadow they have what decides which rows there can be: NOT NULL, keys, checks and
enumerated types. Computed and counted columns are plain ones, which are given values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.oracle.executors import checks
from sureql.oracle.executors.unknown_types import Unknown
from sureql.oracle.postgres import definitions
from sureql.oracle.postgres.definitions import Definition, Key
from sureql.oracle.postgres.shadow import Blueprint, collect

_MOST_TYPES = 200


@dataclass(frozen=True, slots=True)
class Design:
    """What to run, in order, to make the tables and to drop them.

    Each of `tables` are ways to make one, the stricter first. `unknown` are the columns
    whose type cannot be built: they are of type text instead.
    """

    before: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    drop: tuple[str, ...]
    names: tuple[str, ...]
    search_path: str
    unknown: Unknown


def designed(schema: catalog.Catalog, relations: Sequence[catalog.Relation]) -> Design:
    """The tables for some relations of a catalog, and the types that a query may name."""
    plan = Blueprint(schema)
    wanted: dict[Key, Definition] = {}
    for key in _types(schema)[:_MOST_TYPES]:
        found = plan.definition(key)
        if found is not None and found.whole and not _rests_on_tables(plan, key):
            collect(plan, key, wanted)
    for name in dict.fromkeys((*plan.search_path, *(one.schema for one in relations))):
        if name and name != definitions.TEMPORARY:
            collect(plan, Key("schema", "", name), wanted)
    unknown: set[tuple[str, str]] = set()
    tables = tuple(_table(relation, plan, schema.dialect, unknown) for relation in relations)
    names = tuple(_name(relation) for relation in relations)
    drops = [f"DROP TABLE IF EXISTS {name} CASCADE" for name in names]
    drops += [drop for made in reversed(wanted.values()) for drop in made.drop]
    return Design(
        tuple(create for made in wanted.values() for create in made.create),
        tables,
        tuple(drop for drop in drops if drop != 'DROP SCHEMA IF EXISTS "public" CASCADE'),
        names,
        ", ".join(map(definitions.quoted, plan.search_path)) or "''",
        frozenset(unknown),
    )


def _types(schema: catalog.Catalog) -> list[Key]:
    found: list[Key] = []
    for part in schema.schemas.values():
        found += [Key("type", part.name, enum.name) for enum in part.enums.values()]
        found += [Key("type", part.name, kind.name) for kind in part.types.values()]
    return found


def _rests_on_tables(plan: Blueprint, key: Key) -> bool:
    found = plan.definition(key)
    return found is not None and any(
        need.kind == "relation" or (need.kind == "type" and _rests_on_tables(plan, need))
        for need in found.needs
    )


def _table(
    relation: catalog.Relation, plan: Blueprint, source: str, unknown: set[tuple[str, str]]
) -> tuple[str, ...]:
    def type_of(where: str, parts: tuple[str, ...]) -> Key | None:
        # A type that is the row of a table would have to be made before that table.
        key = plan.type_of(where, parts)
        usable = key is not None and key.kind == "type" and not _rests_on_tables(plan, key)
        return key if usable else None

    types = definitions.Types(relation.schema, type_of)
    columns = []
    for column in relation.columns:
        kind = types.written(column.type) if column.type else None
        if kind is None:
            unknown.add((relation.name, column.name))
        columns.append(
            f"{definitions.quoted(column.name)} {kind or 'text'}"
            + ("" if column.nullable else " NOT NULL")
        )
    keys = _keys(relation)
    written = [f"CHECK ({check})" for check in checks.written(relation, source, "postgres")]
    ways = ([*columns, *keys, *written], [*columns, *keys])
    return tuple(
        dict.fromkeys(f"CREATE TABLE {_name(relation)} ({', '.join(parts)})" for parts in ways)
    )


def _keys(relation: catalog.Relation) -> list[str]:
    known = {column.name for column in relation.columns}
    keys = [("PRIMARY KEY" if key.primary else "UNIQUE", key.columns) for key in relation.keys]
    keys += [("UNIQUE", index.columns) for index in relation.indexes if index.unique]
    return [
        f"{word} ({', '.join(map(definitions.quoted, columns))})"
        for word, columns in dict.fromkeys(keys)
        if columns and known.issuperset(columns)
    ]


def _name(relation: catalog.Relation) -> str:
    return definitions.target_of(Key("relation", relation.schema, relation.name))
