"""RIGHT JOIN makes a query hard to read.

What:
    Finds `RIGHT JOIN`. Off unless it is switched on.

Why:
    One reads from left to right: the table that keeps all its rows is best named first, and then
    LEFT JOIN says the same.

Example:
    SELECT a.name, b.title FROM album AS b RIGHT JOIN artist AS a ON b.artist_id = a.artist_id

Use instead:
    SELECT a.name, b.title FROM artist AS a LEFT JOIN album AS b ON b.artist_id = a.artist_id
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for join in context.all(exp.Join):
        word = places.clause(context, join.this, "RIGHT")
        if join.args.get("side") == "RIGHT" and word is not None:
            message = "LEFT JOIN with the tables the other way round is easier to read."
            yield Finding(word.span, message)


RULE = Rule("style", "hint", check, default=False)
