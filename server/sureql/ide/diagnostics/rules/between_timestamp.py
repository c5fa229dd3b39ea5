"""BETWEEN with dates leaves out the last day of a timestamp column.

What:
    Finds `BETWEEN` with bounds that are dates, on a column that holds a time of day as well.

Why:
    The upper bound means midnight, when that day begins. All that happened later on that day is
    left out.

Example:
    SELECT sum(total) FROM invoice WHERE invoice_date BETWEEN '2024-01-01' AND '2024-01-31'

Use instead:
    SELECT sum(total) FROM invoice
    WHERE invoice_date >= '2024-01-01' AND invoice_date < '2024-02-01'
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
    for node in context.all(exp.Between):
        low, high = days.of(node.args["low"]), days.of(node.args["high"])
        if low is None or high is None or low > high or not days.has_time(context, node.this):
            continue
        span = places.whole(context, node.args["high"])
        # From the first of a month to that of another, midnight is meant to be the end.
        if span is not None and (low.day, high.day) != (1, 1):
            message = f"This ends when {high} begins: the rest of that day is left out."
            yield Finding(span, message, tuple(_fixes(context, node, high)))


def _fixes(context: Context, node: exp.Between, high: datetime.date) -> Iterator[Fix]:
    name = places.whole(context, node.this)
    low, last = (places.whole(context, node.args[part]) for part in ("low", "high"))
    if name is None or low is None or last is None or isinstance(node.parent, exp.Not):
        return
    # The words between the bounds: BETWEEN x AND y, with DATE or a call before a literal.
    word = places.after(context, name.end, "BETWEEN")
    middle = places.before(context, last.start, "AND")
    following = places.next_to(context, word.end) if word is not None else None
    if word is None or middle is None or following is None or following.is_word("SYMMETRIC"):
        return
    next_day = days.after(high)
    if places.commented(context, Span(name.end, last.end)) or next_day is None:
        return
    upper = Span(middle.end, last.end).of(context.text).strip()
    day = next_day.isoformat()
    column = name.of(context.text)
    opening, closing = ("(", ")") if isinstance(node.parent, exp.Or) else ("", "")
    until = f" {column} < {upper.replace(high.isoformat(), day)}{closing}"
    edits = (
        TextEdit(Span(name.start, name.start), opening),
        TextEdit(word.span, ">="),
        TextEdit(Span(middle.end, last.end), until),
    )
    yield Fix(f"Change to `< '{day}'`", edits, "unsafe", True)


RULE = Rule("correctness", "warning", check, fix="unsafe")
