"""The cursor ladder: what can be named at the cursor.

First sqlglot with a dummy identifier at the cursor (exact); if the text is broken elsewhere, the
token scan's frames, whose derived tables and CTEs are still parsed one by one.
"""

from __future__ import annotations

from sureql.catalog import model as catalog
from sureql.semantics import model
from sureql.syntax import cursor, dialects


def at(
    text: str, context: cursor.CursorContext, schema: catalog.Catalog, dialect: dialects.Dialect
) -> model.Visible:
    """What can be named at `context.offset` of the statement `text` (masked, unmodified length)."""
    raise NotImplementedError
