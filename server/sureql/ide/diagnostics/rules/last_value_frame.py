"""LAST_VALUE without a frame gives the current row.

What:
    Finds `last_value(…) OVER (… ORDER BY …)` without ROWS or RANGE.

Why:
    With ORDER BY the window ends at the current row unless it is told otherwise, so the last value
    is that of the current row (or one that sorts like it).

Example:
    SELECT last_value(title) OVER (PARTITION BY artist_id ORDER BY released_on) FROM album

Use instead:
    SELECT first_value(title) OVER (PARTITION BY artist_id ORDER BY released_on DESC) FROM album
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

_FRAME = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Window):
        call = node.this.this if isinstance(node.this, exp.IgnoreNulls) else node.this
        if not isinstance(call, exp.LastValue) or node.args.get("spec") is not None:
            continue
        order = node.args.get("order")
        span, last = places.whole(context, call), places.whole(context, order)
        if order is None or span is None or last is None:
            continue
        brackets = places.around(context, order)
        fixes: tuple[Fix, ...] = ()
        if brackets is not None:
            end = brackets.end - 1
            edit = TextEdit(Span(end, end), f" {_FRAME}")
            fixes = (Fix("Let the window reach to its end", (edit,), "unsafe", True),)
        message = "The window ends at the current row, so this is the current row's own value."
        yield Finding(span, message, fixes)


RULE = Rule("correctness", "warning", check, fix="unsafe", whole=True)
