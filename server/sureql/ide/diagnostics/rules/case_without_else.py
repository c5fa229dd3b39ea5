"""CASE without ELSE gives NULL for everything else.

What:
    Finds CASE without ELSE. Off unless it is switched on: NULL is often what is wanted.

Why:
    A value that nobody thought of becomes NULL silently.

Example:
    SELECT CASE WHEN total > 10 THEN 'large' WHEN total <= 10 THEN 'small' END FROM invoice

Use instead:
    SELECT CASE WHEN total > 10 THEN 'large' ELSE 'small' END FROM invoice
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.facts.levels import AGGREGATES
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Case):
        # Aggregates leave NULL out, which is how one counts on a condition.
        if node.args.get("default") is not None or isinstance(node.parent, AGGREGATES):
            continue
        word = places.clause(context, node, "CASE")
        if word is not None:
            yield Finding(word.span, "Without ELSE, everything else becomes NULL.")


RULE = Rule("correctness", "hint", check, default=False, whole=True)
