"""ORDER BY random() sorts the whole table.

What:
    Finds `ORDER BY random()` with LIMIT.

Why:
    Every row gets a random number and all are sorted, only to take a few. TABLESAMPLE (PostgreSQL,
    DuckDB) or a random key is much quicker on a large table.

Example:
    SELECT name FROM track ORDER BY random() LIMIT 5

Use instead:
    SELECT name FROM track TABLESAMPLE SYSTEM (1) LIMIT 5
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Select):
        order = node.args.get("order")
        if order is None or len(order.expressions) != 1 or node.args.get("limit") is None:
            continue
        call = order.expressions[0].this
        span = places.whole(context, call)
        if isinstance(call, exp.Rand) and span is not None and node.args.get("from_") is not None:
            yield Finding(span, "The whole table is sorted to take a few random rows.")


RULE = Rule("performance", "hint", check)
