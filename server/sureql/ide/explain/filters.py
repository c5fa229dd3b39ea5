"""WHERE, HAVING and QUALIFY: one line for each condition, with what NULLs do to it."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.explain import conditions, matching, naming, quoting, stated, summary
from sureql.ide.explain.model import Step
from sureql.ide.explain.wording import sentence, sentences
from sureql.semantics import sources

_HEADS = {
    "filter": "keeps rows where",
    "having": "keeps groups where",
    "window": "then keeps rows where",
}
_MOST_LINES = 40


def steps(
    context: Context, kind: str, node: exp.Expr | None, depth: int, first: str = ""
) -> list[tuple[Step, list[exp.Expr]]]:
    """A step for each part of a condition that AND joins, with the sub-queries in it; several stand
    below one that says so. `first` are the words that begin, if they are not the usual ones."""
    if node is None:
        return []
    parts = conditions.junctions(node, exp.And)
    found: list[tuple[Step, list[exp.Expr]]] = []
    head = f"{first or _HEADS[kind]} "
    if len(parts) > 1:
        whole = sources.whole_span(parts)
        found.append((Step(kind, sentence(f"{head}all of these hold:"), whole, depth), []))
        head, depth = "", depth + 1
    for number, part in enumerate(parts):
        if number >= _MOST_LINES:
            text = f"and {len(parts) - number} more conditions hold"
            found.append((Step(kind, sentences([text]), None, depth), []))
            break
        told = conditions.told(context, part, summary.inner(context))
        remark = _unmatched(context, part) if kind == "filter" else ""
        text = sentences([f"{head}{told}", remark or _remark(context, part)])
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


def _never_null(context: Context, query: exp.Expr) -> bool:
    """True if a sub-query over one table gives a column that is NOT NULL."""
    node = naming.bare(query)
    node = node.unnest() if isinstance(node, exp.Subquery) else node
    level = levels.level(context, node) if isinstance(node, exp.Select) else None
    if level is None or len(level.items) != 1 or len(node.expressions) != 1:
        return False
    column = node.expressions[0].unalias()
    if not isinstance(column, exp.Column) or node.args.get("group") is not None:
        return False
    mine = level.item(context.source(column)) is level.items[0]
    return mine and column.name.lower() in matching.filled(level.items[0])


def _unmatched(context: Context, node: exp.Expr) -> str:
    """What a condition does to the rows for which a LEFT JOIN finds nothing."""
    where = node.find_ancestor(exp.Where, exp.Select)
    level = levels.level(context, where.parent) if isinstance(where, exp.Where) else None
    for item in level.items if level is not None else ():
        left = matching.left_by(context, level, item, [node]) if level is not None else ""
        if left and naming.item(item):
            name = naming.item(item)
            return {
                "matched": f"Rows without a match in {name} are dropped here",
                "unmatched": f"That leaves only rows without a match in {name}",
            }[left]
    return ""


def _remark(context: Context, node: exp.Expr) -> str:
    """What three-valued logic does where one may not expect it."""
    plain = node.unnest() if isinstance(node, exp.Paren) else node
    inner, negated = plain, False
    while isinstance(inner, (exp.Not, exp.Paren)):
        negated ^= isinstance(inner, exp.Not)
        inner = inner.this
    negated ^= bool(inner.args.get("negate"))
    if isinstance(inner, exp.In) and negated and inner.args.get("query") is not None:
        if _never_null(context, inner.args["query"]):
            return ""
        return "If the sub-query gives a NULL, no row is kept at all"
    drops = isinstance(inner, exp.NEQ) and not negated
    drops = drops or (negated and isinstance(inner, (exp.EQ, exp.In, exp.Like, exp.Between)))
    column = inner.this if drops else None
    field = context.field(column) if isinstance(column, exp.Column) else None
    if field is not None and field.nullable and (field.type or field.column is not None):
        shown = quoting.name(context, column)
        return f"Rows where `{shown}` is NULL are left out too" if "`" not in shown else ""
    return ""
