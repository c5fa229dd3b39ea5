"""LIMIT without ORDER BY takes any rows.

What:
    Finds LIMIT, FETCH FIRST or TOP in a query without ORDER BY that may give several rows.

Why:
    Without an order the engine may give other rows each time: after an update, with another plan,
    or in parallel.

Example:
    SELECT name FROM track LIMIT 10

Use instead:
    SELECT name FROM track ORDER BY name LIMIT 10
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Limit, exp.Fetch):
        query = node.parent
        if not isinstance(query, (exp.Select, exp.SetOperation)) or query.args.get("order"):
            continue
        number = node.args.get("count") if isinstance(node, exp.Fetch) else node.expression
        if isinstance(number, exp.Literal) and number.name == "0":
            continue
        above = query.parent.parent if isinstance(query.parent, exp.Subquery) else query.parent
        if isinstance(above, exp.Exists) or isinstance(query.parent, exp.Exists):
            continue
        if isinstance(query, exp.Select) and not _several(context, query):
            continue
        place = places.whole(context, number if isinstance(number, exp.Expr) else node)
        word = (
            places.before(context, place.start, "LIMIT", "FETCH", "TOP")
            if place is not None
            else None
        )
        if word is not None:
            yield Finding(word.span, f"Without ORDER BY, {word.upper} takes any rows.")


def _several(context: Context, select: exp.Select) -> bool:
    """True if it matters which rows are taken."""
    level = levels.level(context, select)
    if level is None or not level.items:
        return False
    without = select.args.get("group") is None
    if without and any(True for item in select.expressions for _ in levels.aggregates(item)):
        return False
    for item in level.items:
        inner = item.node
        if isinstance(inner, exp.Subquery) and isinstance(inner.this, exp.Query):
            # The order of a sub-query is kept in practice; there is `order-in-subquery`.
            if inner.this.args.get("order") is not None or levels.single_row(inner):
                return False
        elif not isinstance(inner, exp.Table) or not isinstance(inner.this, exp.Identifier):
            return False
        elif item.source is not None and item.source.kind == "cte" and _recursive(context):
            return False  # LIMIT may be what ends the recursion.
    fixed = frozenset(
        column.name.lower()
        for condition in level.conditions
        if isinstance(condition, exp.EQ)
        for column in (condition.this, condition.expression)
        if isinstance(column, exp.Column)
    )
    return len(level.items) > 1 or not levels.unique(level.items[0].relation, fixed)


def _recursive(context: Context) -> bool:
    return any(clause.args.get("recursive") for clause in context.all(exp.With))


RULE = Rule("correctness", "information", check, whole=True)
