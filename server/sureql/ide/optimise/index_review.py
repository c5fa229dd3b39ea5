"""Indexes of a schema that do nothing that another one does not do, and foreign keys without one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sureql.catalog import index_size
from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.optimise import index_ideas, index_names
from sureql.syntax.dialects import Dialect


@dataclass(frozen=True, slots=True)
class IndexFinding:
    """`kind`: duplicate, prefix or foreign key. `ddl` drops or makes the index named `index`. `bytes`
    is its size where that is known."""

    kind: str
    relation: catalog.Relation
    index: str
    message: str
    ddl: str
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class _There:
    label: str
    columns: tuple[str, ...]
    index: catalog.Index | None


def sentences(context: Context) -> tuple[str, ...]:
    """What is redundant on the tables that a statement reads, for people."""
    read = {
        (item.relation.schema, item.relation.name): item.relation
        for level in levels.of(context)
        for item in level.items
        if item.relation is not None
    }
    found = redundant(context.schema, context.dialect, read.values())
    return tuple(f"{one.message} {one.ddl}" for one in found)


def redundant(
    schema: catalog.Catalog,
    dialect: Dialect,
    relations: Iterable[catalog.Relation] | None = None,
) -> Iterator[IndexFinding]:
    """Indexes that repeat another one, or the beginning of one. Never a unique one, which has rows
    to keep apart, nor one of which the catalog does not know all. `relations` None: all there are."""
    for relation in schema.relations() if relations is None else relations:
        if relation.kind not in ("table", "materialized view"):
            continue
        there = list(_there(relation))
        gone: list[_There] = []
        # The last one first: of two equal indexes the older one stays.
        for one in reversed(there):
            index = one.index
            if index is None or index.unique or not index.plain or not one.columns:
                continue
            other = next(
                (
                    two
                    for two in there
                    if two is not one and two not in gone and _covers(schema, two, one)
                ),
                None,
            )
            if other is not None:
                gone.append(one)
                yield _finding(schema, relation, index, one, other, dialect)


def unindexed(schema: catalog.Catalog, dialect: Dialect) -> Iterator[IndexFinding]:
    """Foreign keys whose columns no index begins with: each change of the other table's key reads
    the whole table."""
    for relation in schema.relations():
        # An index over an expression may serve in a way that is not known here.
        if relation.kind != "table" or any(not index.columns for index in relation.indexes):
            continue
        for key in relation.foreign_keys:
            if not key.columns or index_ideas.served(schema, relation, key.columns):
                continue
            listed = ", ".join(key.columns)
            name = index_names.new_name(schema, relation, key.columns)
            columns = ", ".join(map(dialect.write, key.columns))
            pages = index_size.pages(relation, key.columns)
            yield IndexFinding(
                "foreign key",
                relation,
                name,
                f"No index begins with `{relation.name}` ({listed}): deleting from `{key.target[1]}` "
                "reads every row.",
                f"CREATE INDEX {dialect.write(name)} ON {_target(schema, relation, dialect)} ({columns});",
                None if pages is None else pages * index_size.PAGE,
            )


def _there(relation: catalog.Relation) -> Iterator[_There]:
    named = {index.name for index in relation.indexes}
    for key in relation.keys:
        if not key.name or key.name not in named:
            label = "the primary key" if key.primary else "the unique constraint"
            yield _There(label, key.columns, None)
    for index in relation.indexes:
        yield _There(f"`{index.name}`", index.columns, index)


def _covers(schema: catalog.Catalog, other: _There, one: _There) -> bool:
    if other.index is not None and not other.index.plain:
        return False
    mine = [schema.key(name) for name in one.columns]
    return [schema.key(name) for name in other.columns[: len(mine)]] == mine


def _finding(
    schema: catalog.Catalog,
    relation: catalog.Relation,
    index: catalog.Index,
    one: _There,
    other: _There,
    dialect: Dialect,
) -> IndexFinding:
    same = len(other.columns) == len(one.columns)
    mine, theirs = ", ".join(one.columns), ", ".join(other.columns)
    said = "is over the same columns as" if same else "is the beginning of"
    pages = index_size.pages(relation, one.columns)
    more = "" if same else " The longer one is a little slower to search, as it is larger."
    drop = f"DROP INDEX {_home(schema, relation, dialect)}{dialect.write(index.name)}"
    if dialect.name in ("mysql", "tsql"):
        drop += f" ON {dialect.write(relation.name)}"
    return IndexFinding(
        "duplicate" if same else "prefix",
        relation,
        index.name,
        f"`{index.name}` on `{relation.name}` ({mine}) {said} {other.label} ({theirs}).{more}",
        drop + ";",
        None if pages is None else pages * index_size.PAGE,
    )


def _target(schema: catalog.Catalog, relation: catalog.Relation, dialect: Dialect) -> str:
    return _home(schema, relation, dialect) + dialect.write(relation.name)


def _home(schema: catalog.Catalog, relation: catalog.Relation, dialect: Dialect) -> str:
    # An index is in the schema of its table.
    found = schema.find([relation.name])
    return (
        ""
        if found is not None and found.schema == relation.schema
        else f"{dialect.write(relation.schema)}."
    )
