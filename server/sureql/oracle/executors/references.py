"""Foreign keys of a generated database, checked before an engine gets it.

Engines check them row by row, in the order of the tables, and some know no cycles. Here a database
is looked at whole, and in the same way for each engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.ports.executor import Database, Table, Value

_Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reference:
    """`columns` of the relation `source` hold a value that `target_columns` of `target` hold."""

    source: _Name
    columns: tuple[str, ...]
    target: _Name
    target_columns: tuple[str, ...]


def between(
    schema: catalog.Catalog, relations: Sequence[catalog.Relation]
) -> tuple[Reference, ...]:
    """The foreign keys whose both ends are among `relations`."""
    return tuple(_between(schema, {(one.schema, one.name): one for one in relations}))


def broken(database: Database, references: Sequence[Reference]) -> str:
    """Which reference the database breaks, as a sentence, '' if none.

    As in SQL a key with a NULL in it refers to nothing and is fine.
    """
    tables = {(table.schema, table.name): table for table in database}
    for one in references:
        source = tables.get(one.source)
        if source is None or not source.rows:
            continue
        keys = {key for key in _values(source, one.columns) if None not in key}
        target = tables.get(one.target)
        if keys and not keys.issubset(_values(target, one.target_columns) if target else ()):
            return f"A row of {one.source[1]} refers to no row of {one.target[1]}."
    return ""


def _between(schema: catalog.Catalog, named: dict[_Name, catalog.Relation]) -> Iterator[Reference]:
    for name, relation in named.items():
        for key in relation.foreign_keys:
            parts = [part for part in key.target if part]
            target = schema.find(parts) or named.get((relation.schema, key.target[1]))
            if target is None or (target.schema, target.name) not in named:
                continue
            columns = _written(schema, relation, key.columns)
            targets = _written(schema, target, key.target_columns or target.primary_key)
            if columns and len(columns) == len(targets):
                yield Reference(name, columns, (target.schema, target.name), targets)


def _written(
    schema: catalog.Catalog, relation: catalog.Relation, names: Sequence[str]
) -> tuple[str, ...]:
    # The columns as the relation spells them, () if it lacks one.
    found = [schema.column(relation, name) for name in names]
    return tuple(column.name for column in found if column) if all(found) else ()


def _values(table: Table, names: tuple[str, ...]) -> set[tuple[Value, ...]]:
    places = [table.columns.index(name) if name in table.columns else None for name in names]
    return {tuple(None if place is None else row[place] for place in places) for row in table.rows}
