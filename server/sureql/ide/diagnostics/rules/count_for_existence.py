"""Counting rows only to see whether there is one.

What:
    Finds `(SELECT count(*) FROM …) > 0`, `= 0` and the like.

Why:
    All rows are counted, although the first one answers the question. EXISTS stops there.

Example:
    SELECT name FROM artist AS a
    WHERE (SELECT count(*) FROM album AS b WHERE b.artist_id = a.artist_id) > 0

Use instead:
    SELECT name FROM artist AS a
    WHERE EXISTS (SELECT 1 FROM album AS b WHERE b.artist_id = a.artist_id)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_ASKS = {
    (exp.GT, "0"): "EXISTS",
    (exp.GTE, "1"): "EXISTS",
    (exp.NEQ, "0"): "EXISTS",
    (exp.EQ, "0"): "NOT EXISTS",
    (exp.LT, "1"): "NOT EXISTS",
    (exp.LTE, "0"): "NOT EXISTS",
}
_CLAUSES = ("group", "having", "limit", "offset", "distinct", "qualify")


def check(context: Context) -> Iterator[Finding]:
    for (kind, number), words in _ASKS.items():
        for node in context.all(kind):
            right = node.expression
            if not isinstance(right, exp.Literal) or right.is_string or right.name != number:
                continue
            select = node.this.this if isinstance(node.this, exp.Subquery) else None
            if not isinstance(select, exp.Select) or not _counts(select):
                continue
            span, call = _call(context, select), places.whole(context, right)
            brackets = places.around(context, select)
            if span is None or call is None or brackets is None:
                continue
            edits = (
                TextEdit(Span(brackets.start, brackets.start), f"{words} "),
                TextEdit(span, "1"),
                TextEdit(Span(brackets.end, call.end), ""),
            )
            fix = Fix(f"Change to {words}", edits, "safe", True)
            message = f"All rows are counted where one is enough: use {words}."
            yield Finding(span, message, (fix,))


def _counts(select: exp.Select) -> bool:
    if any(select.args.get(name) for name in _CLAUSES) or len(select.expressions) != 1:
        return False
    item = select.expressions[0]
    if not isinstance(item, exp.Count) or select.args.get("from_") is None:
        return False
    return isinstance(item.this, (exp.Star, exp.Literal))


def _call(context: Context, select: exp.Select) -> Span | None:
    """`count(*)` from its name to its parenthesis."""
    inner = places.whole(context, select.expressions[0].this)
    word = places.before(context, inner.start, "COUNT") if inner is not None else None
    opening = places.next_to(context, word.end) if word is not None else None
    closing = places.partner(context, opening) if opening is not None else None
    return Span(word.start, closing.end) if word is not None and closing is not None else None


RULE = Rule("performance", "hint", check, fix="safe")
