"""GROUP BY a column's place instead of its name.

What:
    Finds `GROUP BY 1`. Off unless it is switched on: in ad-hoc queries many people like it.

Why:
    The number means another column as soon as one is added before it.

Example:
    SELECT country, count(*) FROM customer GROUP BY 1

Use instead:
    SELECT country, count(*) FROM customer GROUP BY country
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import ordinals
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Group):
        if isinstance(node.parent, exp.Select):
            yield from ordinals.found(context, node.parent, node.expressions, "GROUP BY", "group")


RULE = Rule("style", "hint", check, default=False, fix="safe")
