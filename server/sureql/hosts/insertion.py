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
    if (
        written is None
        or place is None
        or not _stays(region, literal, span, edit.new_text, written)
    ):
        return None
    place = place.shift(region.host.start)
    return TextEdit(place, _indentation(embedding.host, literal, place) + written)


def _stays(region: Region, literal: Literal, span: Span, text: str, written: str) -> bool:
    """Does what is written mean the same beside what stands before and behind it? A dollar at its end may begin
    an expression."""
    before = region.text[max(literal.sql.start, span.start - 1) : span.start]
    behind = region.text[span.end : min(literal.sql.end, span.end + 1)]
    if quoting.MARKS.isdisjoint(before + text[:1]) and quoting.MARKS.isdisjoint(text[-1:] + behind):
        return True
    how, known = literal.quoting, region.text[: span.start - len(before)]
    alone = [quoting.encode(one, how, known) for one in (before, behind)]
    whole = quoting.encode(before + text + behind, how, known)
    return None not in alone and whole == f"{alone[0]}{written}{alone[1]}"


def _indentation(host: str, literal: Literal, place: Span) -> str:
    """What is missing of a line's indentation before the place, if the literal is read without it."""
    indent = literal.quoting.indent if literal.quoting.strips else ""
    before = host[host.rfind("\n", 0, place.start) + 1 : place.start]
    return indent[len(before) :] if indent.startswith(before) else ""


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
