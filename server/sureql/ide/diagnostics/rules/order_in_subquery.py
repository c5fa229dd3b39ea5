"""The order of a sub-query is lost.

What:
    Finds ORDER BY without LIMIT in a sub-query whose order cannot matter: in IN and EXISTS, and in
    FROM where the query around it sorts, groups or counts anew.

Why:
    Only the outermost ORDER BY decides. The inner one may cost a sort for nothing.

Example:
    SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album ORDER BY title)

Use instead:
    SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import clauses, levels, places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit

_TAKES_SOME = ("limit", "offset", "fetch", "distinct")
_SAME = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max)


def check(context: Context) -> Iterator[Finding]:
    if len(context.nodes.get(exp.Select, ())) < 2:
        return
    for order in context.all(exp.Order):
        query = order.parent
        if not isinstance(query, (exp.Select, exp.SetOperation)) or query.parent is None:
            continue
        if any(query.args.get(name) for name in _TAKES_SOME) or not _lost(query):
            continue
        span = clauses.order(context, query)
        if span is None:
            continue
        fixes: tuple[Fix, ...] = ()
        if not places.commented(context, span):
            edit = TextEdit(places.deleted(context, span), "")
            fixes = (Fix("Remove ORDER BY", (edit,), "safe", True),)
        word = places.next_to(context, span.start)
        shown = word.span if word is not None else span
        yield Finding(shown, "This order is lost: the query around it does not keep it.", fixes)


def _lost(query: exp.Expr) -> bool:
    above = query.parent
    if isinstance(above, exp.Exists):
        return True
    if not isinstance(above, exp.Subquery):
        return False
    outer = above.parent
    if isinstance(outer, exp.In):
        return outer.args.get("query") is above
    if isinstance(outer, exp.Exists):
        return True
    select = outer.parent if isinstance(outer, exp.From) else None
    if not isinstance(select, exp.Select) or select.args.get("joins"):
        return False
    if any(select.args.get(name) for name in _TAKES_SOME) or select.find(exp.Window) is not None:
        return False
    found = [one for item in select.expressions for one in levels.aggregates(item)]
    if not all(isinstance(one, _SAME) for one in found):
        return False
    if any(isinstance(one, exp.Anonymous) for item in select.expressions for one in item.walk()):
        return False
    return bool(found) or select.args.get("group") is not None


RULE = Rule("performance", "hint", check, fix="safe", whole=True)
