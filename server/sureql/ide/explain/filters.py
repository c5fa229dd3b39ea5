"""WHERE, HAVING and QUALIFY: one line for each condition, with what NULLs do to it."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import conditions, quoting, stated, summary
from sureql.ide.explain.model import Step
from sureql.ide.explain.wording import sentences

_HEADS = {
    "filter": "keeps rows where",
    "having": "keeps groups where",
    "window": "then keeps rows where",
}
_MOST_LINES = 40


def steps(
    context: Context, kind: str, node: exp.Expr | None, depth: int, first: str = ""
) -> list[tuple[Step, list[exp.Expr]]]:
    """A step for each part of a condition that AND joins, with the sub-queries in it. `first` are
    the words that begin the first one, if they are not the usual ones."""
    if node is None:
        return []
    parts = conditions.junctions(node, exp.And)
    found: list[tuple[Step, list[exp.Expr]]] = []
    for number, part in enumerate(parts):
        if number >= _MOST_LINES:
            text = f"and {len(parts) - number} more conditions hold"
            found.append((Step(kind, sentences([text]), None, depth), []))
            break
        head = "and" if number else first or _HEADS[kind]
        told = conditions.told(context, part, summary.inner(context))
        text = sentences([f"{head} {told}", _remark(context, part)])
        facts = stated.condition("filter" if kind == "window" else kind, part)
        step = Step(kind, text, quoting.place(context, part), depth, facts)
        found.append((step, conditions.subqueries(part)))
    return found


def correlated(context: Context, query: exp.Expr) -> bool:
    """True if a sub-query uses columns of the query around it."""
    inside = {id(one) for one in query.find_all(exp.Table, exp.Subquery)}
    spans = {
        one.meta["start"]
        for node in query.find_all(exp.Table, exp.Subquery, exp.CTE)
        for one in node.walk()
        if isinstance(one, exp.Identifier) and "start" in one.meta
    }
    if not inside:
        return False
    for column in query.find_all(exp.Column):
        source = context.source(column)
        place = (source.span or source.definition) if source is not None else None
        if place is not None and place.start not in spans:
            return True
    return False


def _remark(context: Context, node: exp.Expr) -> str:
    """What three-valued logic does where one may not expect it."""
    plain = node.unnest() if isinstance(node, exp.Paren) else node
    inner, negated = plain, False
    while isinstance(inner, (exp.Not, exp.Paren)):
        negated ^= isinstance(inner, exp.Not)
        inner = inner.this
    negated ^= bool(inner.args.get("negate"))
    if isinstance(inner, exp.In) and negated and inner.args.get("query") is not None:
        return "If the sub-query gives a NULL, no row is kept at all"
    drops = isinstance(inner, exp.NEQ) and not negated
    drops = drops or (negated and isinstance(inner, (exp.EQ, exp.In, exp.Like, exp.Between)))
    column = inner.this if drops else None
    field = context.field(column) if isinstance(column, exp.Column) else None
    if field is not None and field.nullable and (field.type or field.column is not None):
        shown = quoting.name(context, column)
        return f"Rows where `{shown}` is NULL are left out too" if "`" not in shown else ""
    return ""
