"""A text that is put in at the cursor, written as the literal there wants it."""

from __future__ import annotations

from sureql.hosts import quoting
from sureql.hosts.embedding import Embedding
from sureql.hosts.model import Kind, Literal, Region
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def at(embedding: Embedding, edit: TextEdit, host: int) -> TextEdit | None:
    """`edit` of the SQL text as one edit of the host text, in the literal that holds the host offset
    `host`. Unlike `Embedding.edits` it replaces all that the edit does, because editors compare that with
    what is written. None if it takes in more than that literal, or can't be written there."""
    found = embedding.region_at(edit.span.start)
    if found is None:
        return None
    region, part = found
    span, cursor = edit.span.shift(-part.start), host - region.host.start
    literal = next((one for one in region.literals if one.host.touches(cursor)), None)
    if literal is None or not literal.sql.covers(span):
        return None
    written = quoting.encode(edit.new_text, literal.quoting, region.text[: span.start])
    place = _place(region, literal, span, cursor)
    if written is None or place is None:
        return None
    return TextEdit(place.shift(region.host.start), written)


def _place(region: Region, literal: Literal, span: Span, cursor: int) -> Span | None:
    """The host text of `span` if it is plain characters of `literal`; at the cursor if it is empty."""
    if not len(span):
        return Span(cursor, cursor)
    for segment in region.segments:
        if segment.sql.covers(span) and literal.host.covers(segment.host):
            if segment.kind is not Kind.PLAIN:
                return None
            start = segment.host.start + span.start - segment.sql.start
            return Span(start, start + len(span))
    return None
