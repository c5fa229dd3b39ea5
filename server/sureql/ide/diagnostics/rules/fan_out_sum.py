"""Rows are counted several times after joining two lists of one table.

What:
    Finds SUM, COUNT and AVG after two tables that both refer to a third one were joined to it.

Why:
    Each row of the one is paired with each row of the other. With 3 invoices and 4 reviews of a
    customer every invoice is summed 4 times.

Example:
    SELECT c.customer_id, sum(i.total), count(r.review_id)
    FROM customer AS c
    JOIN invoice AS i ON i.customer_id = c.customer_id
    JOIN review AS r ON r.customer_id = c.customer_id
    GROUP BY c.customer_id

Use instead:
    SELECT c.customer_id,
        (SELECT sum(total) FROM invoice AS i WHERE i.customer_id = c.customer_id),
        (SELECT count(*) FROM review AS r WHERE r.customer_id = c.customer_id)
    FROM customer AS c
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, linked, places
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.diagnostics.facts.linked import Pair
from sureql.ide.diagnostics.rule import Finding, Rule

_MULTIPLIED = (exp.Sum, exp.Count, exp.Avg)


def check(context: Context) -> Iterator[Finding]:
    if not any(context.nodes.get(kind) for kind in _MULTIPLIED):
        return
    for level in levels.of(context):
        if len(level.items) < 3 or level.select.args.get("distinct") is not None:
            continue
        pairs = list(linked.pairs(context, level))
        lists = [one for one in level.items if _parents(context, one, pairs)]
        for part in (*level.select.expressions, *filter(None, [level.select.args.get("having")])):
            for call in levels.aggregates(part):
                yield from _multiplied(context, level, call, lists, pairs)


def _multiplied(
    context: Context, level: Level, call: exp.Expr, lists: list[Item], pairs: list[Pair]
) -> Iterator[Finding]:
    if not isinstance(call, _MULTIPLIED) or isinstance(call.this, exp.Distinct):
        return
    owners = {id(item): item for item in _owners(context, level, call)}
    span = places.whole(context, call)
    if len(owners) != 1 or span is None:
        return
    (mine,) = owners.values()
    for other in lists:
        if other is mine or mine not in lists:
            continue
        shared = _parents(context, mine, pairs) & _parents(context, other, pairs)
        # Two lists of one table, with nothing else that says which rows belong together.
        direct = any({id(pair[0]), id(pair[2])} == {id(mine), id(other)} for pair in pairs)
        if not shared or direct or _one_each(context, level, other, pairs):
            continue
        assert mine.source is not None and other.source is not None
        message = (
            f"Each row of `{mine.source.name}` is counted once for every row of "
            f"`{other.source.name}`: aggregate before joining."
        )
        yield Finding(span, message)
        return


def _owners(context: Context, level: Level, call: exp.Expr) -> Iterator[Item]:
    for column in call.find_all(exp.Column):
        item = level.item(context.source(column))
        if item is not None:
            yield item


def _parents(context: Context, item: Item, pairs: list[Pair]) -> set[int]:
    """The items that `item` is a list of: it refers to them, and its reference is not unique."""
    relation = item.relation
    found: set[int] = set()
    for key in relation.foreign_keys if relation is not None else ():
        columns = [name.lower() for name in key.columns]
        targets = [name.lower() for name in key.target_columns]
        if levels.unique(relation, frozenset(columns)):
            continue
        for parent in {id(two): two for pair in pairs for two in (pair[0], pair[2])}.values():
            if parent is item or context.schema.find(key.target) is not parent.relation:
                continue
            if all(
                _equal(item, mine, parent, theirs, pairs)
                for mine, theirs in zip(columns, targets, strict=False)
            ):
                found.add(id(parent))
    return found


def _equal(one: Item, mine: str, two: Item, theirs: str, pairs: list[Pair]) -> bool:
    return any(
        (a is one and am == mine and b is two and bm == theirs)
        or (b is one and bm == mine and a is two and am == theirs)
        for a, am, b, bm in pairs
    )


def _one_each(context: Context, level: Level, item: Item, pairs: list[Pair]) -> bool:
    """True if conditions or groups leave at most one row of `item` for each row of the others."""
    fixed = {
        name
        for one, name, two, other in pairs
        for one, name in ((one, name), (two, other))
        if one is item
    }
    group = level.select.args.get("group")
    conditions = [one for one in level.conditions if isinstance(one, exp.EQ)]
    if item.join is not None:
        on = levels.conjuncts(item.join.args.get("on"))
        conditions += [one for one in on if isinstance(one, exp.EQ)]
    columns = [one for each in conditions for one in (each.this, each.expression)]
    columns += list(group.expressions) if group is not None else []
    for column in columns:
        if isinstance(column, exp.Column) and level.item(context.source(column)) is item:
            fixed.add(column.name.lower())
    return levels.unique(item.relation, frozenset(fixed))


RULE = Rule("correctness", "warning", check, whole=True)
