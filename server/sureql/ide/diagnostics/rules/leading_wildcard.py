"""A pattern that begins with a wildcard can't use an index.

What:
    Finds `LIKE '%text'` in conditions.

Why:
    An ordinary index is sorted by the beginning of the text. Without a beginning every row must be
    read. Full-text search or, in PostgreSQL, a trigram index (`pg_trgm`) can find such texts.

Example:
    SELECT name FROM track WHERE name LIKE '%love%'

Use instead:
    SELECT name FROM track WHERE name LIKE 'love%'
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule

_PARAMETER = re.compile(r"%s|%\(\w+\)s")


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Like, exp.ILike):
        pattern = node.expression
        if not isinstance(pattern, exp.Literal) or pattern.name[:1] not in ("%", "_"):
            continue
        # `%` alone only leaves NULL out, and NOT LIKE never uses an index.
        if not pattern.name.strip("%_") or node.args.get("negate") or not _filters(node):
            continue
        if _PARAMETER.fullmatch(pattern.name):
            continue
        span = places.whole(context, pattern)
        if span is not None:
            message = "A pattern that begins with a wildcard reads every row: no index helps."
            yield Finding(span, message)


def _filters(node: exp.Expr) -> bool:
    """True if the condition decides which rows are read."""
    inner, above = node, node.parent
    while isinstance(above, (exp.And, exp.Or, exp.Paren)):
        inner, above = above, above.parent
    return isinstance(above, exp.Where) or (
        isinstance(above, exp.Join) and above.args.get("on") is inner
    )


RULE = Rule("performance", "hint", check)
