"""VACUUM FULL or CLUSTER.

What:
    Finds VACUUM FULL and CLUSTER.

Why:
    They write the table anew, and nobody can read or write it meanwhile. Plain VACUUM makes the
    space free for new rows and keeps nobody waiting; pg_repack shrinks a table that is in use.

Example:
    VACUUM FULL review

Use instead:
    VACUUM review
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.syntax.tokens import Token
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    tokens = context.tokens
    if migrations.begins(tokens, "CLUSTER"):
        span = tokens[0].span
    elif migrations.begins(tokens, "VACUUM") and (full := _full(tokens)) is not None:
        span = Span(tokens[0].start, full.end)
    else:
        return
    message = "Nobody can read or write the table meanwhile: use plain VACUUM, or pg_repack."
    yield Finding(span, message)


def _full(tokens: migrations.Tokens) -> Token | None:
    """The word FULL of VACUUM FULL or VACUUM (FULL), None if it is not there or off."""
    if migrations.begins(tokens[1:], "FULL"):
        return tokens[1]
    close = migrations.find(tokens[2:], ")")
    if migrations.begins(tokens[1:], "(") and close >= 0:
        for option in migrations.items(tokens[2 : 2 + close]):
            off = len(option) > 1 and option[1].upper in ("FALSE", "OFF", "0")
            if migrations.begins(option, "FULL") and not off:
                return option[0]
    return None


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=(
        "VACUUM",
        "CLUSTER",
    ),
    tokens=True,
)
