"""Arithmetic on an indexed column hides it from its index.

What:
    Finds conditions such as `id + 1 = 10`, where the column has an index.

Why:
    The index holds the column's values, not the computed ones, so every row is read. With the
    computation on the other side it is done once, and the index is used.

Example:
    SELECT name FROM track WHERE album_id + 1 = 10

Use instead:
    SELECT name FROM track WHERE album_id = 10 - 1
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places, sargable
from sureql.ide.diagnostics.facts.sargable import Wrapped
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_COMPARED = (exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def check(context: Context) -> Iterator[Finding]:
    for one in sargable.found(context):
        span = places.whole(context, one.computed)
        if not isinstance(one.computed, sargable.ARITHMETIC) or span is None:
            continue
        message = f"This hides `{one.column.name}` from {one.index}: compare the column itself."
        yield Finding(span, message, tuple(_fixes(context, one, span)))


def _fixes(context: Context, one: Wrapped, span: Span) -> Iterator[Fix]:
    """`x + a = b` becomes `x = b - a`. Products are left alone: a division rounds."""
    node, computed = one.condition, one.computed
    if not isinstance(node, _COMPARED) or node.this.unnest() is not computed:
        return
    if not isinstance(computed, (exp.Add, exp.Sub)) or computed.this is not one.column:
        return
    column, added = places.whole(context, one.column), places.whole(context, computed.expression)
    other = places.whole(context, node.expression)
    simple = isinstance(computed.expression, (exp.Literal, exp.Interval, exp.Placeholder))
    if column is None or added is None or other is None or not simple:
        return
    sign = "-" if isinstance(computed, exp.Add) else "+"
    rest = Span(column.end, span.end).of(context.text)
    moved = rest.strip()[1:].strip()
    whole = Span(span.start, span.end)
    if places.commented(context, Span(span.start, other.end)) or ")" in rest:
        return
    edits = (
        TextEdit(whole, column.of(context.text)),
        TextEdit(Span(other.end, other.end), f" {sign} {moved}"),
    )
    yield Fix("Compute on the other side", edits, "unsafe", True)


RULE = Rule("performance", "hint", check, fix="unsafe")
