"""NOT IN with a sub-query is slow in PostgreSQL once the sub-query is large.

What:
    Finds `NOT IN (SELECT …)` where the values cannot be NULL. (If they can, `not-in-null` speaks.)

Why:
    PostgreSQL cannot run NOT IN as an anti-join. If the values do not fit into memory, it searches
    them again for each row. NOT EXISTS means the same here and has no such limit.

Example:
    SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM album)

Use instead:
    SELECT name FROM artist AS a
    WHERE NOT EXISTS (SELECT 1 FROM album AS b WHERE b.artist_id = a.artist_id)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, not_in
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for one in not_in.found(context):
        if one.nullable or isinstance(one.item, exp.Star) or levels.single_row(one.select):
            continue
        if one.select.args.get("from_") is None:
            continue
        yield Finding(one.span, "NOT IN is slow over many rows: NOT EXISTS means the same here.")


RULE = Rule("performance", "hint", check, dialects=("postgres",), whole=True)
