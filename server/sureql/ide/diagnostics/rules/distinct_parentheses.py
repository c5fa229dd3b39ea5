"""DISTINCT is no function.

What:
    Finds `SELECT DISTINCT (a), b`: parentheses around the first column only.

Why:
    DISTINCT always counts for the whole row. The parentheses suggest that it counts for `a` alone.

Example:
    SELECT DISTINCT (country), city FROM customer

Use instead:
    SELECT DISTINCT country, city FROM customer
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


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Select):
        distinct = node.args.get("distinct")
        if distinct is None or distinct.args.get("on") is not None or len(node.expressions) < 2:
            continue
        inner = node.expressions[0]
        if not isinstance(inner, exp.Paren) or not isinstance(inner.this, exp.Column):
            continue
        span = places.around(context, inner.this)
        if span is None:
            continue
        glue = "" if context.text[span.start - 1].isspace() else " "
        edits = (
            TextEdit(Span(span.start, span.start + 1), glue),
            TextEdit(Span(span.end - 1, span.end), ""),
        )
        fix = Fix("Remove the parentheses", edits, "safe", True)
        message = "DISTINCT counts for the whole row, not only for what is in parentheses."
        yield Finding(span, message, (fix,))


RULE = Rule("correctness", "information", check, fix="safe")
