"""HAVING without GROUP BY and without an aggregate.

What:
    Finds HAVING in a query that groups nothing and aggregates nothing.

Why:
    HAVING filters groups. Without any, the engine refuses the query, or filters rows as WHERE
    would, which says it plainly.

Example:
    SELECT name FROM track HAVING milliseconds > 60000

Use instead:
    SELECT name FROM track WHERE milliseconds > 60000
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit


def check(context: Context) -> Iterator[Finding]:
    for having in context.all(exp.Having):
        node = having.parent
        if not isinstance(node, exp.Select) or node.args.get("group") is not None:
            continue
        parts = (having, *node.expressions)
        if any(True for part in parts for _ in levels.aggregates(part)):
            continue
        if any(isinstance(one, exp.Anonymous) for part in parts for one in levels.own(part)):
            continue  # It may be an aggregate of the user's.
        word = places.clause(context, having, "HAVING")
        if word is None or levels.constant(having.this):
            continue
        fixes: tuple[Fix, ...] = ()
        if node.args.get("where") is None:
            edit = TextEdit(word.span, "where" if word.text.islower() else "WHERE")
            fixes = (Fix("Change to WHERE", (edit,), "unsafe", True),)
        yield Finding(word.span, "HAVING filters groups, and here are none: use WHERE.", fixes)


RULE = Rule("correctness", "warning", check, fix="unsafe", whole=True)
