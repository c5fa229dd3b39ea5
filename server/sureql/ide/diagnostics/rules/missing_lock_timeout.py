"""A statement that may wait for a lock for ever.

What:
    Finds ALTER TABLE, CREATE INDEX and DROP TABLE or INDEX, without CONCURRENTLY, if no lock_timeout
    is set above in the file. Not for a table that the file makes.

Why:
    The statement waits for every query that uses the table, and meanwhile new ones wait for it. With
    a lock_timeout the migration gives up and can be tried again when less is going on.

Example:
    ALTER TABLE review ADD COLUMN language text

Use instead:
    SET lock_timeout = '2s';
    ALTER TABLE review ADD COLUMN language text
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    tokens = context.tokens
    if context.around.waits or context.around.undoes:
        return
    if any(token.is_word("CONCURRENTLY") for token in tokens):
        return
    table = _table(context)
    if table is not None and not migrations.is_new(context, table):
        message = "This may wait for a lock, and all others for it: SET lock_timeout above."
        yield Finding(migrations.span(tokens[:2]), message)


def _table(context: Context) -> migrations.Name | None:
    """The table that is altered or dropped, or that gets an index; the index that is dropped."""
    tokens = context.tokens
    if migrations.begins(tokens, "ALTER"):
        found = migrations.altered(context)
        return found.table if found is not None else None
    place = migrations.find(tokens, "ON") if migrations.begins(tokens, "CREATE") else 1
    place = migrations.skip(tokens, place + 1, "IF", "EXISTS", "ONLY")
    return migrations.name_at(tokens, place, context.dialect)[0] if place > 1 else None


RULE = Rule(
    "safety",
    "information",
    check,
    dialects=("postgres",),
    kinds=("ALTER TABLE", "CREATE INDEX", "DROP TABLE", "DROP INDEX"),
    default=False,
    tokens=True,
)
