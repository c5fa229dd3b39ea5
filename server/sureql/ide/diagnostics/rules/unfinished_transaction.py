"""BEGIN without COMMIT.

What:
    Finds BEGIN and START TRANSACTION in a saved file in which no COMMIT, END or ROLLBACK follows.

Why:
    When the connection is closed everything is taken back, without an error. Until then all locks
    are held.

Example:
    BEGIN; UPDATE album SET title = 'Blue' WHERE album_id = 7

Use instead:
    BEGIN; UPDATE album SET title = 'Blue' WHERE album_id = 7; COMMIT
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    around = context.around
    # Who tries things out in an unsaved file decides later.
    if context.path and around.open and around.transaction != "in" and context.tokens:
        message = "No COMMIT follows in this file: everything is taken back at its end."
        yield Finding(context.tokens[0].span, message)


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres", "sqlite", "duckdb"),
    kinds=("BEGIN", "START"),
    tokens=True,
)
