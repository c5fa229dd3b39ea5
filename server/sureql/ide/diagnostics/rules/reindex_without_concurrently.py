"""REINDEX that keeps others from writing.

What:
    Finds REINDEX of an index, table, schema or database without CONCURRENTLY.

Why:
    Nobody can write to the table until its indexes are built, nor run queries that would use them.
    CONCURRENTLY takes longer and keeps nobody waiting. It cannot run in a transaction.

Example:
    REINDEX TABLE review

Use instead:
    REINDEX TABLE CONCURRENTLY review
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.text.span import Span

_OBJECTS = ("INDEX", "TABLE", "SCHEMA", "DATABASE")


def check(context: Context) -> Iterator[Finding]:
    tokens = context.tokens
    place = next((at for at, token in enumerate(tokens) if token.is_word(*_OBJECTS)), 0)
    if not migrations.begins(tokens, "REINDEX") or not place:
        return
    if any(token.is_word("CONCURRENTLY") for token in tokens):
        return
    name, _ = migrations.name_at(tokens, place + 1, context.dialect)
    if name is not None and migrations.is_new(context, name):
        return
    span = Span(tokens[0].start, tokens[place].end)
    message = "Nobody can write to the table until its indexes are built: use CONCURRENTLY"
    if context.around.transaction == "in":
        yield Finding(span, f"{message}, outside the transaction.")
    else:
        yield Finding(span, f"{message}.", (migrations.concurrently(span.end),))


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("REINDEX",),
    fix="unsafe",
    tokens=True,
)
