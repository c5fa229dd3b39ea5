"""Which items of FROM the conditions of a query level link with one another."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.facts.levels import Item, Level

Pair = tuple[Item, str, Item, str]
"""A column of one item that equals a column of another; names are in lower case."""

_STATED = ("side", "method", "using")


def bare(context: Context, item: Item) -> bool:
    """True for what a comma or a JOIN without condition brings in."""
    join = item.join
    if join is None or any(join.args.get(name) for name in _STATED):
        return False
    on = join.args.get("on")
    if isinstance(on, exp.Boolean):
        # sqlglot adds ON TRUE where SQLite lets it be left out.
        span = places.whole(context, item.node)
        following = places.next_to(context, span.end) if span is not None else None
        if span is None or (following is not None and following.is_word("ON")):
            return False
    elif on is not None:
        return False
    plain = join.args.get("kind") in (None, "", "INNER")
    return plain and isinstance(item.node, (exp.Table, exp.Subquery))


def groups(context: Context, level: Level) -> list[list[Item]] | None:
    """The items by what links them; None if a name in a condition is not known."""
    groups = [[item] for item in level.items]

    def join(linked: list[Item]) -> None:
        together = [group for group in groups if any(one in group for one in linked)]
        for group in together:
            groups.remove(group)
        groups.append([one for group in together for one in group])

    conditions = list(level.conditions)
    for item in level.items:
        on = item.join.args.get("on") if item.join is not None else None
        conditions += levels.conjuncts(on)
        if (
            item.join is not None
            and not bare(context, item)
            and (on is None or isinstance(on, exp.Boolean))
        ):
            join([level.items[0], item])
        if not isinstance(item.node, (exp.Table, exp.Subquery)):
            # A call or LATERAL depends on what it takes its arguments from.
            join([level.items[0], item])
    having = level.select.args.get("having")
    conditions += levels.conjuncts(having.this if having is not None else None)
    for condition in conditions:
        linked = []
        for column in condition.find_all(exp.Column):
            source = context.source(column)
            if source is None:
                return None
            mine = level.item(source)
            if mine is not None:
                linked.append(mine)
        if linked:
            join(linked)
    return groups


def few(context: Context, level: Level, item: Item) -> bool:
    """True for what gives one row: an aggregate, VALUES, a row picked by its key."""
    node = item.node
    if isinstance(node, exp.Subquery):
        return levels.single_row(node)
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        return True
    if item.source is not None and item.source.kind == "cte":
        return any(
            cte.alias.lower() == node.name.lower() and levels.single_row(cte.this)
            for cte in context.all(exp.CTE)
        )
    fixed = {
        column.name.lower()
        for condition in level.conditions
        if isinstance(condition, exp.EQ)
        for column, other in (
            (condition.this, condition.expression),
            (condition.expression, condition.this),
        )
        if isinstance(column, exp.Column) and level.item(context.source(column)) is item
        if levels.constant(other)
    }
    return levels.unique(item.relation, frozenset(fixed)) or (
        item.relation is None and "id" in fixed
    )


def pairs(context: Context, level: Level) -> Iterator[Pair]:
    """The columns of different items that are equal in every row."""
    conditions = list(level.conditions)
    for item in level.items:
        if item.join is None:
            continue
        conditions += levels.conjuncts(item.join.args.get("on"))
        for using in item.join.args.get("using") or ():
            name = using.name.lower()
            for other in level.items[: level.items.index(item)]:
                fields = other.source.fields if other.source is not None else ()
                if any(one.name.lower() == name for one in fields):
                    yield other, name, item, name
                    break
    for condition in conditions:
        if not isinstance(condition, exp.EQ):
            continue
        sides = (condition.this, condition.expression)
        items = [level.item(context.source(side)) for side in sides]
        one, two = items
        if one is not None and two is not None and one is not two:
            yield one, sides[0].name.lower(), two, sides[1].name.lower()
