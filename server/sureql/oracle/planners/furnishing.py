"""What the planner looks at beside names and types: keys, NOT NULL, indexes and statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sureql.catalog import index_size
from sureql.catalog import model as catalog
from sureql.oracle.planners import holes, postgres_asking
from sureql.oracle.postgres.definitions import literal, quoted
from sureql.oracle.postgres.link import Link
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea


@dataclass(frozen=True, slots=True)
class File:
    """A file of the server's, below its data folder, and how many pages it has to have."""

    path: str
    pages: int


@dataclass(frozen=True, slots=True)
class Furnished:
    """A table of the copy. `files`: its own first, then those of its indexes. `sized`: its size is
    known and the server takes statistics. `left_out` are indexes that could not be built."""

    relation: catalog.Relation
    files: tuple[File, ...] = ()
    sized: bool = False
    left_out: tuple[str, ...] = ()


def furnished(link: Link, relation: catalog.Relation, counts: bool, seconds: float) -> Furnished:
    """Give the copy's table what the catalog knows of it; `counts` says that statistics are taken.

    Raises PlanError.
    """
    target = f"{quoted(relation.schema)}.{quoted(relation.name)}"
    known = {column.name for column in relation.columns}
    commands = [
        f"ALTER TABLE {target} ALTER {quoted(column.name)} SET NOT NULL"
        for column in relation.columns
        if not column.nullable
    ]
    made = {relation.primary_key}
    for key in relation.keys:
        if key.columns and key.columns not in made and known.issuperset(key.columns):
            made.add(key.columns)
            commands.append(_index(key.name, target, key.columns, True))
    left_out = []
    for index in relation.indexes:
        if not index.plain or not index.columns or not known.issuperset(index.columns):
            left_out.append(index.name)
        elif not index.unique or index.columns not in made:
            commands.append(_index(index.name, target, index.columns, index.unique))
    # One that the copy can't build, such as of a type that is not known here, is left out.
    link.run(commands, seconds)
    statistics = relation.statistics
    pages = statistics.pages if statistics else None
    if statistics is None or pages is None or not counts or pages > holes.MOST:
        return Furnished(relation, left_out=tuple(left_out))
    rows = statistics.rows
    built = _built(link, relation, seconds)
    commands = [_of_relation(relation.schema, relation.name, pages, rows)]
    commands += [
        _of_relation(relation.schema, name, _pages(relation, columns), rows)
        for name, _, columns in built
    ]
    commands += [_of_column(relation, name) for name in statistics.columns if name in known]
    postgres_asking.answered(link, commands, seconds)
    files = [File(_path(link, target, seconds), pages)]
    files += [File(path, _pages(relation, columns)) for _, path, columns in built]
    return Furnished(relation, tuple(files), True, tuple(left_out))


def imagined(
    link: Link, idea: IndexIdea, relation: catalog.Relation, sized: bool, seconds: float
) -> tuple[File, ...]:
    """Build an index that is only thought of, in the transaction at hand. Raises PlanError."""
    known = {column.name for column in relation.columns}
    if not idea.columns or not known.issuperset(idea.columns):
        raise PlanError(f"`{idea.relation}` has no such columns.")
    target = f"{quoted(idea.schema)}.{quoted(idea.relation)}"
    name = idea.name
    where = f" WHERE {idea.where}" if idea.where else ""
    create = f"CREATE INDEX {quoted(name)} ON {target} ({_listed(idea.columns)}){where}"
    postgres_asking.answered(link, [create], seconds)
    statistics = relation.statistics
    if not sized or statistics is None or statistics.pages is None:
        return ()
    pages = _pages(relation, idea.columns)
    commands = [
        _of_relation(idea.schema, name, pages, statistics.rows),
        # Building it has counted the rows of the empty table.
        _of_relation(idea.schema, idea.relation, statistics.pages, statistics.rows),
    ]
    postgres_asking.answered(link, commands, seconds)
    path = _path(link, f"{quoted(idea.schema)}.{quoted(name)}", seconds)
    return (File(path, pages),)


def forgetting(table: Furnished, columns: frozenset[str]) -> Iterator[str]:
    """Commands that forget the value counts of columns that are compared with a bound.

    How their values are spread is not known; with a mere count the server would take both bounds
    of a range for half of the rows each, and the range for a single row.
    """
    statistics = table.relation.statistics
    if statistics and table.sized:
        for name in sorted(columns & statistics.columns.keys()):
            yield (
                f"SELECT pg_clear_attribute_stats({literal(table.relation.schema)}, "
                f"{literal(table.relation.name)}, {literal(name)}, false)"
            )


def _pages(relation: catalog.Relation, columns: Sequence[str]) -> int:
    return index_size.pages(relation, columns) or 1


def _index(name: str, target: str, columns: Sequence[str], unique: bool) -> str:
    called = quoted(name) if 0 < len(name.encode()) < 64 else ""
    return f"CREATE {'UNIQUE ' * unique}INDEX {called} ON {target} ({_listed(columns)})"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(quoted, columns))


def _built(
    link: Link, relation: catalog.Relation, seconds: float
) -> list[tuple[str, str, tuple[str, ...]]]:
    target = literal(f"{quoted(relation.schema)}.{quoted(relation.name)}")
    query = (
        "SELECT c.relname, pg_catalog.pg_relation_filepath(c.oid), a.attname "
        "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
        f"WHERE i.indrelid = {target}::pg_catalog.regclass ORDER BY c.oid, a.attnum"
    )
    found: dict[tuple[str, str], list[str]] = {}
    for name, path, column in postgres_asking.answered(link, [query], seconds)[0]:
        found.setdefault((name, path), []).append(column)
    return [(name, path, tuple(columns)) for (name, path), columns in found.items()]


def _path(link: Link, target: str, seconds: float) -> str:
    query = f"SELECT pg_catalog.pg_relation_filepath({literal(target)}::pg_catalog.regclass)"
    ((path,),) = postgres_asking.answered(link, [query], seconds)[0]
    return path


def _of_relation(schema: str, name: str, pages: int, rows: float) -> str:
    return (
        f"SELECT pg_restore_relation_stats('schemaname', {literal(schema)}, "
        f"'relname', {literal(name)}, 'relpages', {pages}::integer, 'reltuples', {rows!r}::real)"
    )


def _of_column(relation: catalog.Relation, name: str) -> str:
    counted = relation.statistics.columns[name] if relation.statistics else None
    assert counted is not None and relation.statistics is not None
    parts = [f"'null_frac', {counted.null_fraction or 0.0!r}::real"]
    parts.append(f"'avg_width', {index_size.width(relation, name)}::integer")
    if counted.distinct:
        # More than a tenth of the rows: PostgreSQL takes it for a share of them.
        share = counted.distinct / max(relation.statistics.rows, 1.0)
        number = -min(share, 1.0) if share > 0.1 else counted.distinct
        parts.append(f"'n_distinct', {number!r}::real")
    if counted.correlation is not None:
        parts.append(f"'correlation', {counted.correlation!r}::real")
    return (
        f"SELECT pg_restore_attribute_stats('schemaname', {literal(relation.schema)}, "
        f"'relname', {literal(relation.name)}, 'attname', {literal(name)}, "
        f"'inherited', false, {', '.join(parts)})"
    )
