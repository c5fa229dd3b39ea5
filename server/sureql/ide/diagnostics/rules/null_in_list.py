"""NULL in the list of IN never matches.

What:
    Finds NULL among the values of `IN (…)` and `NOT IN (…)`.

Why:
    A comparison with NULL is never true. In the list of IN the NULL does nothing, and in that of
    NOT IN it makes the condition fail for every row.

Example:
    SELECT name FROM artist WHERE country NOT IN ('DE', NULL)

Use instead:
    SELECT name FROM artist WHERE country NOT IN ('DE') AND country IS NOT NULL
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.syntax.tokens import Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.In):
        if not any(isinstance(item, exp.Null) for item in node.expressions):
            continue
        left = places.whole(context, node.this)
        word = places.after(context, left.end, "IN") if left is not None else None
        opening = places.next_to(context, word.end) if word is not None else None
        closing = places.partner(context, opening) if opening is not None else None
        null = places.after(context, word.end, "NULL") if word is not None else None
        if null is None or closing is None or null.start > closing.start:
            continue
        if isinstance(node.parent, exp.Not):
            message = "NOT IN with NULL in its list is never true: no row is left."
        else:
            message = "NULL in the list of IN matches nothing: add `IS NULL` beside it."
        yield Finding(null.span, message, tuple(_fixes(context, null)))


def _fixes(context: Context, null: Token) -> Iterator[Fix]:
    before, after = places.previous(context, null.start), places.next_to(context, null.end)
    if before is None or after is None:
        return
    if before.text == ",":
        span = Span(before.start, null.end)
    elif after.text == ",":
        following = places.next_to(context, after.end)
        span = Span(null.start, following.start if following is not None else after.end)
    else:
        return
    if not places.commented(context, span):
        yield Fix("Remove `NULL` from the list", (TextEdit(span, ""),), "unsafe", True)


RULE = Rule("correctness", "warning", check, fix="unsafe")
