"""A column is compared with itself.

What:
    Finds comparisons with the same column on both sides, such as `a.id = a.id`.

Why:
    The result does not depend on the row (unless the column is NULL). Most often one of the two
    was meant to be of another table.

Example:
    SELECT b.title FROM album AS b JOIN artist AS a ON b.artist_id = b.artist_id

Use instead:
    SELECT b.title FROM album AS b JOIN artist AS a ON b.artist_id = a.artist_id
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(*levels.COMPARISONS):
        left, right = node.this, node.expression
        if not isinstance(left, exp.Column) or not isinstance(right, exp.Column):
            continue
        if left != right or isinstance(left.this, exp.Star):
            continue
        if isinstance(node.parent, (exp.Select, exp.Alias)):
            continue
        if context.field(left) != context.field(right):
            continue
        span, name = places.whole(context, node), places.whole(context, left)
        if span is None or name is None:
            continue
        yield Finding(span, f"`{name.of(context.text)}` is compared with itself.")


RULE = Rule("correctness", "warning", check)
