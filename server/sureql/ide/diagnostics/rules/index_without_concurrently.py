"""CREATE INDEX that keeps others from writing.

What:
    Finds CREATE INDEX without CONCURRENTLY on a table that this file does not make.

Why:
    Until the index is built, nobody can insert, update or delete rows of the table. CONCURRENTLY
    takes longer but lets them. It cannot run in a transaction; if your migration tool opens one for
    each file, switch that off for this one.

Example:
    CREATE INDEX review_album_idx ON review (album_id)

Use instead:
    CREATE INDEX CONCURRENTLY review_album_idx ON review (album_id)
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    tokens = context.tokens
    place = migrations.find(tokens, "INDEX")
    on = migrations.find(tokens, "ON")
    if not 0 < place <= 2 or on < place or context.around.undoes:
        return
    # An index ON ONLY a partitioned table is a mark in the catalog.
    if migrations.find(tokens, "CONCURRENTLY") == place + 1 or tokens[on + 1 :][:1] == ():
        return
    table, _ = migrations.name_at(tokens, on + 1, context.dialect)
    if table is None or tokens[on + 1].is_word("ONLY") or migrations.is_new(context, table):
        return
    span = migrations.span(tokens[: place + 1])
    message = f"Nobody can write to `{table.last}` until the index is built: use CONCURRENTLY"
    if context.around.transaction == "in":
        yield Finding(span, f"{message}, outside the transaction.")
        return
    edit = TextEdit(Span(span.end, span.end), " CONCURRENTLY")
    yield Finding(span, f"{message}.", (Fix("Add `CONCURRENTLY`", (edit,), "unsafe", True),))


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("CREATE INDEX", "CREATE UNIQUE"),
    fix="unsafe",
    tokens=True,
)
