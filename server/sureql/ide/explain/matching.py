"""How many rows of one item of FROM can belong to one row of the others: from keys and conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, multiplying, nulls
from sureql.ide.diagnostics.facts.levels import Item, Level

_ENFORCING = ("", "postgres", "sqlite", "duckdb", "mysql", "mariadb", "tsql", "oracle")

Keys = Callable[[Item], Iterable[frozenset[str]]]
"""The sets of columns (lower case) in which the rows of an item certainly differ."""


@dataclass(frozen=True, slots=True)
class Equal:
    """`column` (lower case) of `item` equals `other_column` of `other`, or a constant (None)."""

    item: Item
    column: str
    other: Item | None
    other_column: str = ""


def of_join(context: Context, level: Level, item: Item) -> list[Equal]:
    """The equalities that the join of `item` states itself."""
    join = item.join
    if join is None:
        return []
    found = list(_equal(context, level, levels.conjuncts(join.args.get("on"))))
    before = level.items[: level.items.index(item)]
    for using in join.args.get("using") or ():
        name = using.name.lower()
        holders = [one for one in before if name in _names(one)]
        if len(holders) == 1:
            found += [Equal(item, name, holders[0], name), Equal(holders[0], name, item, name)]
    return found


def of_level(context: Context, level: Level) -> list[Equal]:
    """The equalities that hold in every row: in WHERE, and those of inner joins."""
    found = list(_equal(context, level, level.conditions))
    for item in level.items:
        if not item.side and not filtering(item):
            found += of_join(context, level, item)
    return found


def left_by(context: Context, level: Level, item: Item, conditions: Iterable[exp.Expr]) -> str:
    """Which rows `conditions` leave of those that a LEFT JOIN with `item` gives: `matched` or
    `unmatched` ones only, '' if that is not certain."""
    if item.side != "LEFT" or context.templated:
        return ""
    linked = {one.column for one in of_join(context, level, item) if one.item is item}
    for condition in conditions:
        if any(level.item(context.source(one)) is item for one in nulls.rejecting(condition)):
            return "matched"
        asked = condition.unnest()
        if not isinstance(asked, exp.Is) or not isinstance(asked.expression, exp.Null):
            continue
        column = asked.this.unnest()
        if not isinstance(column, exp.Column) or level.item(context.source(column)) is not item:
            continue
        # A match has a value there: the join asks for it, or the table does.
        if column.name.lower() in linked or column.name.lower() in filled(item):
            return "unmatched"
    return ""


def filled(item: Item) -> set[str]:
    """The columns (lower case) of a table that are declared NOT NULL."""
    if item.relation is None or not item.relation.kind.endswith("table"):
        return set()
    return {one.name.lower() for one in item.relation.columns if not one.nullable}


def determined(context: Context, level: Level, start: Iterable[Item], keys: Keys) -> list[Item]:
    """The items of which at most one row belongs to one row of each of `start`."""
    found = list(start)
    everywhere = of_level(context, level)
    grows = True
    while grows:
        grows = False
        for item in level.items:
            if any(item is one for one in found):
                continue
            # The ON of an outer join binds only the rows that it adds.
            known = of_join(context, level, item) if item.side == "LEFT" else everywhere
            if filtering(item) or single(context, item) or at_most_one(item, known, found, keys):
                found.append(item)
                grows = True
    return found


def at_most_one(item: Item, known: Iterable[Equal], others: Iterable[Item], keys: Keys) -> bool:
    """True if what equals columns of `others` or constants covers a key of `item`."""
    given = list(others)
    columns = {
        one.column
        for one in known
        if one.item is item and (one.other is None or any(one.other is o for o in given))
    }
    return any(key <= columns for key in keys(item))


def enforced(context: Context) -> bool:
    """True if the engine keeps rows to what keys and foreign keys say. Many warehouses take these as
    hints only."""
    return context.dialect.name in _ENFORCING


def filtering(item: Item) -> bool:
    """True for a join that only picks rows of what is on its left."""
    return item.join is not None and str(item.join.args.get("kind") or "") in ("SEMI", "ANTI")


def single(context: Context, item: Item) -> bool:
    """True for what gives one row in any case, and for a join that takes the nearest row."""
    if item.join is not None and str(item.join.args.get("method") or "") == "ASOF":
        return True
    node = item.node.this if isinstance(item.node, exp.Lateral) else item.node
    inner = node.unnest() if isinstance(node, exp.Subquery) else node
    if isinstance(inner, exp.Select) and multiplying.multiplies(context, inner):
        return False
    return levels.single_row(node)


def promised(context: Context, level: Level, item: Item, conditions: list[exp.Expr]) -> Item | None:
    """The item each row of which certainly finds a row in `item`: a foreign key says so, and the
    join asks for nothing else."""
    relation = item.relation
    if relation is None or relation.kind != "table" or item.nullable or not enforced(context):
        return None
    equal = [one for one in _equal(context, level, conditions) if one.item is item]
    others = {id(one.other) for one in equal}
    if not equal or len(equal) != len(conditions) or len(others) != 1 or equal[0].other is None:
        return None
    other = equal[0].other
    if other.relation is None or other.nullable:
        return None
    pairs = {(one.other_column, one.column) for one in equal}
    for key in other.relation.foreign_keys:
        target = key.target_columns or relation.primary_key
        wanted = set(zip(map(str.lower, key.columns), map(str.lower, target), strict=False))
        schema = (key.target[0] or relation.schema).lower()
        if (schema, key.target[1].lower()) != (relation.schema.lower(), relation.name.lower()):
            continue
        if len(target) != len(key.columns) or wanted != pairs:
            continue
        needed = {name.lower() for name in key.columns}
        columns = [one for one in other.relation.columns if one.name.lower() in needed]
        if len(columns) == len(needed) and not any(one.nullable for one in columns):
            return other
    return None


def _equal(context: Context, level: Level, conditions: Iterable[exp.Expr]) -> Iterator[Equal]:
    for condition in conditions:
        if not isinstance(condition, exp.EQ):
            continue
        sides = [one.unnest() for one in (condition.this, condition.expression)]
        for one, other in (sides, reversed(sides)):
            mine = level.item(context.source(one)) if isinstance(one, exp.Column) else None
            if mine is None:
                continue
            if isinstance(other, exp.Column):
                theirs = level.item(context.source(other))
                if theirs is not None and theirs is not mine:
                    yield Equal(mine, one.name.lower(), theirs, other.name.lower())
            elif levels.constant(other):
                yield Equal(mine, one.name.lower(), None)


def _names(item: Item) -> set[str]:
    fields = item.source.fields if item.source is not None else ()
    return {one.name.lower() for one in fields}
