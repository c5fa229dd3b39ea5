"""LIKE without a wildcard is an equality.

What:
    Finds `LIKE 'text'` where the pattern has neither `%` nor `_`.

Why:
    It finds only what is exactly that text. Either a wildcard was forgotten, or `=` says the same
    more plainly and needs no special index. (In SQLite and MySQL, LIKE ignores case, so that it
    may be meant.)

Example:
    SELECT name FROM artist WHERE name LIKE 'Queen'

Use instead:
    SELECT name FROM artist WHERE name = 'Queen'
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

_SPECIAL = "%_\\{$"


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Like):
        pattern = node.expression
        if not isinstance(pattern, exp.Literal) or not pattern.is_string:
            continue
        if any(mark in pattern.name for mark in _SPECIAL) or isinstance(node.parent, exp.Escape):
            continue
        span = places.whole(context, pattern)
        left = places.whole(context, node.this)
        if span is None or left is None:
            continue
        first = places.after(context, left.end, "NOT", "LIKE")
        last = places.after(context, left.end, "LIKE")
        if first is None or last is None or last.end > span.start:
            continue
        sign = "=" if first is last else "<>"
        edit = TextEdit(Span(first.start, last.end), sign)
        fix = Fix(f"Change to `{sign}`", (edit,), "unsafe", True)
        yield Finding(span, f"LIKE without `%` or `_` is the same as `{sign}`.", (fix,))


RULE = Rule(
    "correctness", "information", check, dialects=("postgres", "duckdb", "oracle"), fix="unsafe"
)
