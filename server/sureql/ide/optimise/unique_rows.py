"""Which tables give at most one row for each row of others, by the keys of the schema."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.optimise import scoping


def determined(context: Context, level: Level, first: Item) -> list[Item]:
    """The items of which a row of `first` has at most one row joined to it, `first` included."""
    found = [first]
    grew = True
    while grew:
        grew = False
        for item in level.items:
            if not any(item is one for one in found) and single(context, level, item, found):
                found.append(item)
                grew = True
    return found


def single(context: Context, level: Level, item: Item, others: list[Item]) -> bool:
    """True if at most one row of `item` fits to given rows of `others`."""
    if item.side in ("RIGHT", "FULL"):
        return False
    names = {column.name.lower() for column, _ in fixed(context, level, item, others)}
    return levels.unique(item.relation, frozenset(names))


def fixed(
    context: Context, level: Level, item: Item, others: list[Item]
) -> Iterator[tuple[exp.Column, exp.Expr]]:
    """The columns of an item that equal a column of `others` or a constant in every row that is
    joined, with what they equal."""
    on = item.join.args.get("on") if item.join is not None else None
    conditions = list(levels.conjuncts(on))
    if not item.side:
        conditions += level.conditions
        conditions += level.joined() if all(not one.side for one in level.items) else ()
    for condition in conditions:
        if not isinstance(condition, exp.EQ):
            continue
        for mine, other in (
            (condition.this, condition.expression),
            (condition.expression, condition.this),
        ):
            if not isinstance(mine, exp.Column) or context.source(mine) is not item.source:
                continue
            if isinstance(other, exp.Column):
                source = context.source(other)
                known = source is not None and any(one.source is source for one in others)
                if known and scoping.same_kind(context, mine, other):
                    yield mine, other
            elif levels.constant(other) and _fits(context, mine, other):
                yield mine, other


def never_null(context: Context, item: Item, names: tuple[str, ...]) -> bool:
    """True if the schema says that columns of a table are NOT NULL, and no outer join makes them so."""
    relation = item.relation
    if relation is None or item.nullable:
        return False
    columns = [context.schema.column(relation, name) for name in names]
    return all(column is not None and not column.nullable for column in columns)


def _fits(context: Context, column: exp.Column, value: exp.Expr) -> bool:
    """True if one value of the column at most equals a constant."""
    if context.dialect.name in ("postgres", "duckdb"):
        return True
    number = isinstance(value.unnest(), exp.Literal) and not value.unnest().args["is_string"]
    return number and scoping.integer(context, column)
