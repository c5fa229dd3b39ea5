"""ORDER BY of a sub-query is taken away where nobody sees the order."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import clauses, levels, places
from sureql.ide.optimise import formulas, layout
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit

_TAKES_SOME = ("limit", "offset", "fetch", "distinct", "into")
# What these give does not depend on the order of the rows.
_ORDERLESS = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max)


def find(context: Context) -> Iterator[Step]:
    for order in context.all(exp.Order):
        query = order.parent
        if not isinstance(query, (exp.Select, exp.SetOperation)) or query.parent is None:
            continue
        if any(query.args.get(name) for name in _TAKES_SOME) or not _lost(context, query):
            continue
        span = clauses.order(context, query)
        if span is not None and not layout.commented(context, span):
            edit = TextEdit(places.deleted(context, span), "")
            yield Step((edit,), "Sort only where the order is seen", proved=True)


def _lost(context: Context, query: exp.Expr) -> bool:
    above = query.parent
    if isinstance(above, exp.Exists):
        return True
    outer = above.parent if isinstance(above, exp.Subquery) else None
    if isinstance(outer, exp.In):
        return outer.args.get("query") is above
    if isinstance(outer, exp.Exists):
        return True
    select = outer.parent if isinstance(outer, (exp.From, exp.Join)) else None
    if not isinstance(select, exp.Select) or select.find(exp.Window) is not None:
        return False
    return _totals(context, select)


def _totals(context: Context, select: exp.Select) -> bool:
    """True for a query that gives totals and group keys only, so that any order does."""
    group = select.args.get("group")
    keys = {formulas.key(context, one) for one in group.expressions} if group is not None else set()
    having = select.args.get("having")
    order = select.args.get("order")
    totals = 0
    for item in [*select.expressions, *(one for one in (having, order) if one is not None)]:
        found = list(levels.aggregates(item))
        inside = {id(one) for call in found for one in call.find_all(exp.Column)}
        totals += len(found)
        if not all(isinstance(one, _ORDERLESS) for one in found):
            return False
        for one in item.walk():
            if isinstance(one, (exp.Anonymous, exp.AnonymousAggFunc, exp.Query)):
                return False
            if isinstance(one, exp.Star) and not isinstance(one.parent, exp.Count):
                return False
            # SQLite and MySQL take any row's value of a column that is no key.
            loose = isinstance(one, exp.Column) and id(one) not in inside
            if loose and formulas.key(context, one) not in keys and not context.is_alias(one):
                return False
    return bool(totals) or bool(keys)


REWRITE = Rewrite(
    "Sort only where the order is seen",
    find,
    worth={"sqlite": 20.0, "postgres": 5.0, "duckdb": 1.5},
    usual=2.0,
)
