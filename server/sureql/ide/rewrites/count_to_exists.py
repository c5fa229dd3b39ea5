"""`(SELECT count(*) …) > 0` becomes `EXISTS (SELECT 1 …)`, which stops at the first row."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.optimise import layout
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span

# What the question asks for, by the operator and number with the count on the left.
_ASKED = {
    (exp.GT, "0"): "EXISTS",
    (exp.GTE, "1"): "EXISTS",
    (exp.NEQ, "0"): "EXISTS",
    (exp.EQ, "0"): "NOT EXISTS",
    (exp.LT, "1"): "NOT EXISTS",
    (exp.LTE, "0"): "NOT EXISTS",
}
_TURNED = {exp.LT: exp.GT, exp.LTE: exp.GTE, exp.GT: exp.LT, exp.GTE: exp.LTE}
_CLAUSES = ("group", "having", "limit", "offset", "distinct", "qualify", "into", "with_")


def find(context: Context) -> Iterator[Step]:
    for node in context.all(exp.GT, exp.GTE, exp.NEQ, exp.EQ, exp.LT, exp.LTE):
        left, right, kind = node.this, node.expression, type(node)
        if isinstance(right, exp.Subquery):
            left, right, kind = right, left, _TURNED.get(kind, kind)
        select = left.this if isinstance(left, exp.Subquery) else None
        words = _ASKED.get((kind, right.name)) if isinstance(right, exp.Literal) else None
        if not isinstance(select, exp.Select) or not words or right.is_string:
            continue
        counted = _counted(context, select)
        whole = layout.condition(context, node) if layout.decides(node) else None
        brackets = places.around(context, select)
        if counted is None or whole is None or brackets is None:
            continue
        lead, rest = Span(whole.start, brackets.start), Span(brackets.end, whole.end)
        if any(layout.commented(context, one) for one in (lead, rest)):
            continue
        edits = (
            TextEdit(lead, layout.word(context, words) + " "),
            TextEdit(counted, "1"),
            TextEdit(rest, ""),
        )
        yield Step(edits, f"Ask with {words} instead of counting all rows", proved=True)


def _counted(context: Context, select: exp.Select) -> Span | None:
    """`count(*)`, the only thing that is selected: it counts every row, whatever is in it."""
    if any(select.args.get(name) for name in _CLAUSES) or len(select.expressions) != 1:
        return None
    item = select.expressions[0]
    if not isinstance(item, exp.Count) or select.args.get("from_") is None:
        return None
    if not isinstance(item.this, (exp.Star, exp.Literal)) or item.expressions:
        return None
    inner = places.whole(context, item.this)
    name = places.before(context, inner.start, "COUNT") if inner is not None else None
    opening = places.next_to(context, name.end) if name is not None else None
    closing = places.partner(context, opening) if opening is not None else None
    return Span(name.start, closing.end) if name is not None and closing is not None else None


REWRITE = Rewrite(
    "Count only as far as needed",
    find,
    worth={"sqlite": 1.9, "postgres": 1.4, "duckdb": 1.0},
    usual=1.3,
)
