"""The protocol's values as ours."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from sureql.text.document import Change, Document, Position
from sureql.text.encodings import Encoding
from sureql.text.span import Span


def position(value: types.Position) -> Position:
    """A place in the client's units."""
    return Position(value.line, value.character)


def offset(document: Document, value: types.Position, encoding: Encoding) -> int | None:
    """The offset of a place in `document`; None in a host file where there is no SQL."""
    return document.text_at(position(value), encoding)


def span(document: Document, value: types.Range, encoding: Encoding) -> Span | None:
    """The span of a range in `document`, also if it is given backwards; None as for `offset`."""
    return document.text_between(position(value.start), position(value.end), encoding)


def changes(values: Sequence[types.TextDocumentContentChangeEvent]) -> tuple[Change, ...]:
    """The changes of one didChange message, in order."""
    return tuple(
        Change(value.text, position(value.range.start), position(value.range.end))
        if isinstance(value, types.TextDocumentContentChangePartial)
        else Change(value.text)
        for value in values
    )
