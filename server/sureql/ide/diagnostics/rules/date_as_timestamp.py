"""A date means midnight when it is compared with a timestamp.

What:
    Finds `column = '2024-01-31'` and `column <= '2024-01-31'` where the column holds a time of day.

Why:
    The date stands for the moment when that day begins. `=` finds only what happened exactly at
    midnight, and `<=` leaves out the rest of the day.

Example:
    SELECT sum(total) FROM invoice WHERE invoice_date = '2024-01-31'

Use instead:
    SELECT sum(total) FROM invoice
    WHERE invoice_date >= '2024-01-31' AND invoice_date < '2024-02-01'
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import days, places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.EQ, exp.LTE):
        day = days.of(node.expression)
        if day is None or not days.has_time(context, node.this) or _assigns(node):
            continue
        # Up to the first of a month, midnight is meant to be the end.
        if isinstance(node, exp.LTE) and day.day == 1:
            continue
        span = places.whole(context, node.expression)
        if span is None:
            continue
        if isinstance(node, exp.EQ):
            message = f"This finds midnight of {day} only, not the whole day."
        else:
            message = f"This ends when {day} begins: the rest of that day is left out."
        yield Finding(span, message, tuple(_fixes(context, node, day)))


def _assigns(node: exp.Expr) -> bool:
    """True for `SET column = date` and for a named argument."""
    return not isinstance(
        node.parent, (exp.Where, exp.And, exp.Or, exp.Paren, exp.Join, exp.Having, exp.If, exp.Not)
    )


def _fixes(context: Context, node: exp.Expr, day: datetime.date) -> Iterator[Fix]:
    name, value = places.whole(context, node.this), places.whole(context, node.expression)
    upper = days.after(day)
    if name is None or value is None or upper is None:
        return
    sign = places.next_to(context, name.end)
    if sign is None or sign.text not in ("=", "<=") or isinstance(node.parent, exp.Not):
        return
    column = name.of(context.text)
    written = context.text[sign.end : value.end].strip()
    if places.commented(context, Span(name.start, value.end)):
        return
    text = f"{column} < {written.replace(day.isoformat(), upper.isoformat())}"
    if isinstance(node, exp.EQ):
        text = f"{column} >= {written} AND {text}"
        text = f"({text})" if isinstance(node.parent, exp.Or) else text
    edit = TextEdit(Span(name.start, value.end), text)
    yield Fix("Cover the whole day", (edit,), "unsafe", True)


RULE = Rule("correctness", "information", check, fix="unsafe")
