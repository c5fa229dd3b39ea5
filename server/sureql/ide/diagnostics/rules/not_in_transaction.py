"""A statement that cannot run in a transaction stands in one.

What:
    Finds CREATE INDEX, DROP INDEX, REINDEX and DETACH PARTITION with CONCURRENTLY, and VACUUM,
    CREATE DATABASE, DROP DATABASE, ALTER SYSTEM and the like, between BEGIN and COMMIT.

Why:
    PostgreSQL refuses these in a transaction, and the transaction fails with them.

Example:
    BEGIN; CREATE INDEX CONCURRENTLY review_album_idx ON review (album_id); COMMIT

Use instead:
    CREATE INDEX CONCURRENTLY review_album_idx ON review (album_id)
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule

_CONCURRENT = ("CREATE", "DROP", "REINDEX", "ALTER")
_ALONE = (
    ("VACUUM",),
    ("CREATE", "DATABASE"),
    ("DROP", "DATABASE"),
    ("CREATE", "TABLESPACE"),
    ("ALTER", "SYSTEM"),
    ("REINDEX", "DATABASE"),
    ("REINDEX", "SCHEMA"),
)


def check(context: Context) -> Iterator[Finding]:
    if context.around.transaction != "in":
        return
    tokens = context.tokens
    alone = next((words for words in _ALONE if migrations.begins(tokens, *words)), None)
    if alone is not None:
        what = " ".join(alone)
        span = migrations.span(tokens[: len(alone)])
        yield Finding(span, f"{what} fails in a transaction: move it out of BEGIN … COMMIT.")
        return
    # REFRESH MATERIALIZED VIEW CONCURRENTLY may stand in one.
    if not tokens or not tokens[0].is_word(*_CONCURRENT):
        return
    for token in tokens:
        if token.is_word("CONCURRENTLY"):
            message = "CONCURRENTLY fails in a transaction: move this out of BEGIN … COMMIT."
            yield Finding(token.span, message)
            return


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("CREATE", "DROP", "REINDEX", "ALTER", "VACUUM"),
    tokens=True,
)
