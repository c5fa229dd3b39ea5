"""A large OFFSET reads and throws away all rows before it.

What:
    Finds OFFSET with a number of 1000 or more.

Why:
    The engine has to find the skipped rows first, so each page is slower than the one before; and
    rows that are added meanwhile shift the pages. A condition on the last row seen has neither
    fault.

Example:
    SELECT track_id, name FROM track ORDER BY track_id LIMIT 20 OFFSET 5000

Use instead:
    SELECT track_id, name FROM track WHERE track_id > 5000 ORDER BY track_id LIMIT 20
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule

_LARGE = 1000


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Offset):
        number = node.expression
        if not isinstance(number, exp.Literal) or not number.name.isdigit():
            continue
        span = places.whole(context, number)
        if int(number.name) >= _LARGE and span is not None:
            message = "All skipped rows are read first: continue after the last key seen instead."
            yield Finding(span, message)


RULE = Rule("performance", "hint", check)
