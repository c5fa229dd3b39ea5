"""Builds a Place: cursor context, visible names and style at an offset."""

from __future__ import annotations

from sureql.candidates.model import Place
from sureql.catalog import model as catalog
from sureql.history import model as history
from sureql.syntax import dialects


def at(
    text: str,
    offset: int,
    schema: catalog.Catalog,
    dialect: dialects.Dialect,
    past: history.History,
    document: str = "",
) -> Place:
    """The place at `offset` of the masked statement `text`; `document` helps to read the style."""
    raise NotImplementedError
