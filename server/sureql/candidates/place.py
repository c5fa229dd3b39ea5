"""Builds a Place: cursor context, visible names and style at an offset."""

from __future__ import annotations

from sureql.candidates import style
from sureql.candidates.model import Place
from sureql.catalog import model as catalog
from sureql.history import model as history
from sureql.semantics import model as semantics
from sureql.semantics import visible
from sureql.syntax import cursor, dialects

_SILENT = frozenset({cursor.Expect.NOTHING, cursor.Expect.NEW_NAME})


def at(
    text: str,
    offset: int,
    schema: catalog.Catalog,
    dialect: dialects.Dialect,
    past: history.History,
    document: str = "",
) -> Place:
    """The place at `offset` of the masked statement `text`; `document` helps to read the style."""
    context = cursor.at(text, offset, dialect)
    if context.expect in _SILENT:
        seen = semantics.Visible()
    else:
        seen = visible.at(text, context, schema, dialect)
    return Place(
        text=text,
        offset=offset,
        context=context,
        visible=seen,
        catalog=schema,
        dialect=dialect,
        style=style.read(text, context, dialect, document),
        history=past,
    )
