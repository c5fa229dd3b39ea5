"""What ranking needs to know about a whole catalog: keys both ways, and who owns a column name.

Built once per catalog version. Huge catalogs are indexed by name only, because their relations
are decoded one by one when they are asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sureql.candidates import match
from sureql.catalog import model as catalog

RelationKey = tuple[str, str]
"""Schema and relation name in lower case."""

SYSTEM_SCHEMAS = frozenset(
    {"pg_catalog", "information_schema", "pg_toast", "sqlite_catalog", "duckdb_catalog", "system"}
)
_MOST_RELATIONS = 4000
_MOST_OWNERS = 6


@dataclass(frozen=True, slots=True)
class Edge:
    """`columns` of a relation meet `other_columns` of `other`. `outgoing`: the relation refers to
    `other`. `declared`: by a foreign key; else by the names alone."""

    columns: tuple[str, ...]
    other: RelationKey
    other_columns: tuple[str, ...]
    outgoing: bool
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    """Relations of a catalog without its system schemas. `owners` maps a column name in lower case
    to the relations that have it, `names` are these names sorted."""

    relations: dict[RelationKey, catalog.Relation]
    edges: dict[RelationKey, tuple[Edge, ...]]
    owners: dict[str, tuple[RelationKey, ...]]
    names: tuple[str, ...]
    complete: bool = True
    schema: catalog.Catalog | None = field(default=None, repr=False)

    def with_prefix(self, prefix: str, most: int) -> list[str]:
        """At most `most` column names that start with `prefix`, sorted."""
        start = bisect_left(self.names, prefix)
        found = []
        for name in self.names[start : start + most]:
            if not name.startswith(prefix):
                break
            found.append(name)
        return found

    def between(self, left: RelationKey, right: RelationKey) -> Iterator[Edge]:
        """The edges from `left` to `right`, foreign keys first."""
        return (edge for edge in self.edges.get(left, ()) if edge.other == right)


_recent: list[Index] = []


def of(schema: catalog.Catalog) -> Index:
    """The index of `schema`, cached."""
    for found in _recent:
        if found.schema is schema:
            return found
    built = _build(schema)
    _recent.insert(0, built)
    del _recent[4:]
    return built


def key(relation: catalog.Relation) -> RelationKey:
    return relation.schema.lower(), relation.name.lower()


def is_system(schema_name: str) -> bool:
    """True for the schemas that the engine itself brings along."""
    return schema_name.lower() in SYSTEM_SCHEMAS


def _build(schema: catalog.Catalog) -> Index:
    own = [schema.schemas[name] for name in schema.schema_names() if not is_system(name)]
    if sum(len(one.relations) for one in own) > _MOST_RELATIONS:
        return Index({}, {}, {}, (), complete=False, schema=schema)
    relations = {key(relation): relation for one in own for relation in one.relations.values()}
    owners: dict[str, list[RelationKey]] = defaultdict(list)
    for name, relation in relations.items():
        for column in relation.columns:
            owners[column.name.lower()].append(name)
    edges = _edges(relations)
    return Index(
        relations,
        {name: tuple(found) for name, found in edges.items()},
        {name: tuple(found) for name, found in owners.items()},
        tuple(sorted(owners)),
        schema=schema,
    )


def _edges(relations: dict[RelationKey, catalog.Relation]) -> dict[RelationKey, list[Edge]]:
    edges: dict[RelationKey, list[Edge]] = defaultdict(list)
    for name, relation in relations.items():
        for foreign in relation.foreign_keys:
            other = (foreign.target[0].lower(), foreign.target[1].lower())
            if other not in relations or not foreign.target_columns:
                continue
            edges[name].append(Edge(foreign.columns, other, foreign.target_columns, True))
            edges[other].append(Edge(foreign.target_columns, name, foreign.columns, False))
    _add_inferred(relations, edges)
    return edges


def _add_inferred(
    relations: dict[RelationKey, catalog.Relation], edges: dict[RelationKey, list[Edge]]
) -> None:
    """Edges that only the names tell: a column called like another table's single key."""
    stems = {name: _stem(relation) for name, relation in relations.items()}
    by_core: dict[str, list[tuple[RelationKey, str]]] = defaultdict(list)
    for name, relation in relations.items():
        primary = relation.primary_key
        if len(primary) == 1:
            for core in _key_cores(relation.name, primary[0], stems[name]):
                by_core[core].append((name, primary[0]))
    endings = {core[-1:] for core in by_core}
    for name, relation in relations.items():
        linked = {edge.other for edge in edges[name]}
        declared = {column for edge in edges[name] if edge.outgoing for column in edge.columns}
        declared.update(relation.primary_key[:1])
        for column in relation.columns:
            # Most columns end in no key's last letter: a cheap test before the words are compared.
            last = column.name[-1:].lower()
            if column.name in declared or (last.isalnum() and last not in endings):
                continue
            targets = next(
                (by_core[core] for core in _cores(column.name, stems[name]) if core in by_core), ()
            )
            if not targets or len(targets) > _MOST_OWNERS:
                continue
            for other, primary_column in targets:
                if other == name or other in linked:
                    continue
                edges[name].append(Edge((column.name,), other, (primary_column,), True, False))
                edges[other].append(Edge((primary_column,), name, (column.name,), False, False))


def _key_cores(relation: str, primary: str, stem: str) -> set[str]:
    core = _core(primary, stem)
    if core not in ("id", "key", "code", "name", "uuid", "no"):
        return {core}
    # A key called `id` is referred to as `customer_id`.
    table = "".join(match.words(relation))
    return {table + core, table.removesuffix("s") + core}


def _core(name: str, stem: str) -> str:
    return "".join(_parts(name, stem))


def _cores(name: str, stem: str) -> Iterator[str]:
    """What a column may refer to: `sold_date_sk` to `date_sk`, `reported_by_staff_id` to
    `staff_id`. The last word alone is too little."""
    parts = _parts(name, stem)
    for start in range(max(1, len(parts) - 1)):
        yield "".join(parts[start:])


def _parts(name: str, stem: str) -> tuple[str, ...]:
    low = name.lower()
    return match.words(name[len(stem) :] if stem and low.startswith(stem) else name)


def _stem(relation: catalog.Relation) -> str:
    """What all columns of a relation begin with, such as `l_` or `ss_`."""
    names = [column.name.lower() for column in relation.columns]
    if len(names) < 2:
        return ""
    low, high = min(names), max(names)
    shared = 0
    while shared < min(len(low), len(high)) and low[shared] == high[shared]:
        shared += 1
    cut = low[:shared].rfind("_") + 1
    return low[:cut]
