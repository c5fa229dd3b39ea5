"""DROP INDEX that keeps others from reading and writing.

What:
    Finds DROP INDEX without CONCURRENTLY of an index that this file does not make.

Why:
    The statement waits for every query that uses the table, and meanwhile new ones wait for it:
    one long report is enough to stop everybody. CONCURRENTLY lets them pass. It cannot run in a
    transaction.

Example:
    DROP INDEX track_album_idx

Use instead:
    DROP INDEX CONCURRENTLY track_album_idx
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
    if not migrations.begins(tokens, "DROP", "INDEX") or context.around.undoes:
        return
    place = migrations.skip(tokens, 2, "IF", "EXISTS")
    names = list(migrations.listed(context, place))
    if not names or tokens[2].is_word("CONCURRENTLY"):
        return
    if all(f"index {one.last.lower()}" in context.around.above for one in names):
        return
    span = migrations.span(tokens[:2])
    message = "Nobody can read or write the table while this waits for its turn: use CONCURRENTLY"
    if context.around.transaction == "in":
        yield Finding(span, f"{message}, outside the transaction.")
        return
    # CONCURRENTLY drops one index, and nothing that depends on it.
    fits = len(names) == 1 and migrations.find(tokens, "CASCADE") < 0
    edit = TextEdit(Span(span.end, span.end), " CONCURRENTLY")
    fixes = (Fix("Add `CONCURRENTLY`", (edit,), "unsafe", True),) if fits else ()
    yield Finding(span, f"{message}.", fixes)


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("DROP INDEX",),
    fix="unsafe",
    tokens=True,
)
