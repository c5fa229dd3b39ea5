"""ORDER BY a column's place instead of its name.

What:
    Finds `ORDER BY 1`.

Why:
    The number means another column as soon as one is added before it or the list is sorted anew.

Example:
    SELECT title, released_on FROM album ORDER BY 2

Use instead:
    SELECT title, released_on FROM album ORDER BY released_on
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import ordinals
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Order):
        query = node.parent
        if isinstance(query, exp.Query):
            items = (item.this for item in node.expressions if isinstance(item, exp.Ordered))
            yield from ordinals.found(context, query, items, "ORDER BY", "order")


RULE = Rule("style", "hint", check, fix="safe")
