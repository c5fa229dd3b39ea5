"""The grammar of what may stand at a cursor."""

from __future__ import annotations

from sureql.catalog import model as catalog
from sureql.ports.provider import Grammar
from sureql.syntax import dialects


def continuation(
    text: str, offset: int, schema: catalog.Catalog, dialect: dialects.Dialect, suffix: str
) -> Grammar | None:
    """One logical unit at `offset` of the masked statement `text`; None where nothing can be said.

    `suffix` is what follows the cursor as the model sees it; the answer ends with its beginning.
    """
    return None


def statement(schema: catalog.Catalog, dialect: dialects.Dialect) -> Grammar | None:
    """A whole SELECT over the catalog, for questions in words; None if there are no tables."""
    return None
