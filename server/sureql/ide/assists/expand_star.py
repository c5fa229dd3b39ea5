"""Expands `*` at the cursor to the columns that it stands for."""

from __future__ import annotations

from sureql.ide.diagnostics import context
from sureql.ide.diagnostics.mending import stars
from sureql.ide.model import Fix
from sureql.semantics.snapshot import Snapshot
from sureql.text.edits import TextEdit


def at(snapshot: Snapshot, offset: int) -> Fix | None:
    """The change, in offsets of the document; None if no `*` with known columns stands there."""
    statement = snapshot.script.at(offset)
    if "*" not in statement.text:
        return None
    seen = context.of(
        statement, snapshot.catalog_at(statement), snapshot.script.dialect, snapshot.path
    )
    found = stars.at(seen, offset - statement.start)
    if found is None:
        return None
    span, text = found
    edit = TextEdit(span.shift(statement.start), text)
    return Fix("Expand `*` to its columns", (edit,), "safe")
