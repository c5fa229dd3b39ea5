"""Which values are worth trying in each column: those that the queries' conditions tell apart.

Columns that are compared with each other, or tied by a foreign key, share a domain: otherwise joins
would find nothing. A domain has the constants the domain's columns are compared with, their
neighbours, texts that match LIKE patterns and nearly do, and a few plain values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.equivalence import conditions, families, scenes, values
from sureql.equivalence.families import Family

ColumnName = tuple[str, str, str]
"""Schema and relation as in the catalog, column in lower case."""

_MOST = 40
_TEXTS = (str, values.Pattern)


@dataclass(frozen=True, slots=True)
class Domains:
    """`of` gives the values of a column as the engine takes them, `group` which domain it belongs to;
    `aimed` are those that conditions speak of, the more interesting ones, and `telling` those that
    only one of the two queries speaks of."""

    of: Mapping[ColumnName, tuple[Any, ...]]
    aimed: Mapping[ColumnName, tuple[Any, ...]]
    telling: Mapping[ColumnName, tuple[Any, ...]]
    group: Mapping[ColumnName, ColumnName]
    family: Mapping[ColumnName, Family]


def of(
    whole: Sequence[scenes.Scene],
    relations: Iterable[catalog.Relation],
    schema: catalog.Catalog,
    dialect: str,
) -> Domains:
    """The domains of all columns, from the whole scenes of both queries."""
    columns = {
        (relation.schema, relation.name, column.name.lower()): (relation, column)
        for relation in relations
        for column in relation.columns
    }
    parent = {name: name for name in columns}
    used: dict[ColumnName, list[Any]] = {name: [] for name in columns}
    by_scene: list[dict[ColumnName, list[Any]]] = []
    for relation, _ in columns.values():
        for foreign in relation.foreign_keys:
            for left, right in zip(foreign.columns, foreign.target_columns, strict=True):
                _join(
                    parent,
                    (relation.schema, relation.name, left.lower()),
                    (*foreign.target, right.lower()),
                )
    for scene in whole:
        by_scene.append({name: [] for name in columns})
        for part in (*scene.wanted, *scene.keys, *scene.outputs):
            _read(part, scene, parent, by_scene[-1])
        for name, found in by_scene[-1].items():
            used[name].extend(found)
    family = {name: families.of(column.type, schema) for name, (_, column) in columns.items()}
    constants: dict[ColumnName, list[Any]] = {}
    told: dict[ColumnName, Family] = {}
    for name in columns:
        root = _root(parent, name)
        constants.setdefault(root, []).extend(used[name])
        if family[name] is not Family.UNKNOWN:
            told.setdefault(root, family[name])
    for name in columns:
        if family[name] is Family.UNKNOWN:
            leader = _root(parent, name)
            family[name] = told.get(leader) or values.family_of(constants[leader])
    every: dict[ColumnName, tuple[Any, ...]] = {}
    aimed: dict[ColumnName, tuple[Any, ...]] = {}
    telling: dict[ColumnName, tuple[Any, ...]] = {}
    for name, (_, column) in columns.items():
        enum = families.enum_values(column.type, schema)
        spoken = constants[_root(parent, name)]
        near = values.near(spoken, family[name])
        aimed[name] = _fitting(near, family[name], column, enum, dialect)
        if odd := _odd(by_scene[:2], name):
            near = values.near(odd, family[name])
            telling[name] = _fitting(near, family[name], column, enum, dialect)
        plain = values.PLAIN.get(family[name], (None,))
        if family[name] is Family.TEXT and any(not isinstance(v, _TEXTS) for v in spoken):
            # A text that is compared as a number or date has to be one.
            plain = ()
        every[name] = _fitting([*near, *plain], family[name], column, enum, dialect) or _fitting(
            values.PLAIN.get(family[name], ()), family[name], column, enum, dialect
        )
    return Domains(every, aimed, telling, {name: _root(parent, name) for name in columns}, family)


def _odd(queries: Sequence[Mapping[ColumnName, Sequence[Any]]], name: ColumnName) -> list[Any]:
    # What the two queries do not both say: a number that was changed, a value that was left out.
    if len(queries) < 2:
        return []
    first, second = ({repr(one): one for one in query[name]} for query in queries)
    return [{**first, **second}[text] for text in sorted(first.keys() ^ second.keys())]


def _fitting(
    wanted: Iterable[Any],
    family: Family,
    column: catalog.Column,
    enum: tuple[str, ...],
    dialect: str,
) -> tuple[Any, ...]:
    if enum:
        return enum[:_MOST]
    found: dict[tuple[str, Any], Any] = {}
    for value in wanted:
        fit = values.fitting(value, family, column.type, dialect)
        if fit is not None:
            found.setdefault((type(fit).__name__, fit), fit)
    return tuple(found.values())[:_MOST]


def _root(parent: dict[ColumnName, ColumnName], name: ColumnName) -> ColumnName:
    while parent[name] != name:
        parent[name] = parent[parent[name]]
        name = parent[name]
    return name


def _join(parent: dict[ColumnName, ColumnName], one: ColumnName, other: ColumnName) -> None:
    if one in parent and other in parent:
        first, second = sorted((_root(parent, one), _root(parent, other)))
        parent[second] = first


def _named(scene: scenes.Scene, column: exp.Column) -> ColumnName | None:
    relation = scene.rows.get(column.table)
    return (relation.schema, relation.name, column.name.lower()) if relation is not None else None


def _columns(scene: scenes.Scene, node: exp.Expr) -> list[ColumnName]:
    found = (_named(scene, column) for column in node.find_all(exp.Column))
    return [name for name in found if name is not None]


_RELATING = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)


def _read(
    part: exp.Expr,
    scene: scenes.Scene,
    parent: dict[ColumnName, ColumnName],
    used: dict[ColumnName, list[Any]],
) -> None:
    for node in part.find_all(*_RELATING, exp.Between, exp.In, exp.Like, exp.ILike):
        if isinstance(node, _RELATING):
            left, right = _columns(scene, node.this), _columns(scene, node.expression)
            if len(left) == 1 and len(right) == 1:
                _join(parent, left[0], right[0])
        found = list(_constants(node, scene))
        for name in dict.fromkeys(_columns(scene, node)):
            if name in used:
                used[name].extend(found)
    for case in part.find_all(exp.Case):
        if case.this is not None:
            for name in _columns(scene, case.this):
                for branch in case.args.get("ifs") or ():
                    used.get(name, []).extend(_constants(branch.this, scene))


def _constants(node: exp.Expr, scene: scenes.Scene) -> Iterator[Any]:
    # The largest parts without columns that have a value; a LIKE pattern as a compiled one.
    if isinstance(node, exp.Like | exp.ILike) and isinstance(node.expression, exp.Literal):
        yield values.Pattern(node.expression.name)
        return
    if isinstance(node, exp.Substring):
        yield from _constants(node.this, scene)
        return
    if isinstance(node, exp.Interval | exp.DataType):
        return
    if next(node.find_all(exp.Column), None) is None and not isinstance(node, exp.In | exp.Tuple):
        value = conditions.constant(node)
        if value is not conditions.UNKNOWN and value is not None:
            yield value
            return
    for child in node.iter_expressions():
        yield from _constants(child, scene)
