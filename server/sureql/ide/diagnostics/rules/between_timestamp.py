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
import re
from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics import places
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Between):
        low, high = _date(node.args["low"]), _date(node.args["high"])
        if low is None or high is None or low > high or not _has_time(context, node.this):
            continue
        span = places.whole(context, node.args["high"])
        # From the first of a month to that of another, midnight is meant to be the end.
        if span is not None and (low.day, high.day) != (1, 1):
            message = f"This ends when {high} begins: the rest of that day is left out."
            yield Finding(span, message, tuple(_fixes(context, node, high)))


def _date(node: exp.Expr) -> datetime.date | None:
    inner = node.this if isinstance(node, (exp.Cast, exp.Date)) else node
    if isinstance(node, exp.Cast) and not node.to.is_type("date"):
        return None
    if not isinstance(inner, exp.Literal) or not _DATE.fullmatch(inner.name):
        return None
    try:
        return datetime.date.fromisoformat(inner.name)
    except ValueError:
        return None


def _has_time(context: Context, node: exp.Expr) -> bool:
    if not isinstance(node, exp.Column):
        return False
    type_ = context.type_of(node)
    return type_.startswith(("TIMESTAMP", "DATETIME"))


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
    if places.commented(context, Span(name.end, last.end)) or high == datetime.date.max:
        return
    upper = Span(middle.end, last.end).of(context.text).strip()
    day = (high + datetime.timedelta(days=1)).isoformat()
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
