"""A name that is to be written into a document, as the string of a program needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.text.edits import TextEdit
from sureql.text.span import Span

if TYPE_CHECKING:
    from sureql.lsp.session import Session


async def edits(session: Session, uri: str, between: types.Range, text: str) -> dict[str, Any]:
    """What writes `text` over a range of an open document, as `{edits}`; they are None where there is no
    SQL, or no way to write it."""
    await session.prepared(uri)
    found = session.documents.get(uri)
    if found is None:
        return {"edits": None}
    document, encoding = session.view(found).document, session.editor.encoding
    edges = [from_proto.offset(document, edge, encoding) for edge in (between.start, between.end)]
    told = [one for one in edges if one is not None]
    # Of a range that begins or ends in code only the SQL could be written over: not what was selected.
    if len(told) < len(edges):
        return {"edits": None}
    span = Span(min(told), max(told))
    written = to_proto.Converter(document, encoding).edits([TextEdit(span, text)])
    return {"edits": written}


def range_of(value: object) -> types.Range | None:
    """A range as a client sends it among the arguments of a command; None if it is none."""
    if not isinstance(value, Mapping):
        return None
    start, end = _position(value.get("start")), _position(value.get("end"))
    return None if start is None or end is None else types.Range(start, end)


def _position(value: object) -> types.Position | None:
    if not isinstance(value, Mapping):
        return None
    line, character = value.get("line"), value.get("character")
    if not isinstance(line, int) or not isinstance(character, int) or min(line, character) < 0:
        return None
    return types.Position(line, character)
