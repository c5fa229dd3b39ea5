"""Regions out of what literals say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sureql.hosts.literals import Piece, Said
from sureql.hosts.model import Kind, Literal, Origin, Region, Segment
from sureql.text.span import Span

_NAMED = re.compile(r"\$\{(\w+)\}")


def region(
    parts: Sequence[Said | Piece], origin: Origin, callee: str = "", parameters: bool = False
) -> Region:
    """The region of literals, and of expressions that are joined to them, in the order of the host."""
    first, last = parts[0], parts[-1]
    host = Span(_host(first).start, _host(last).end)
    taken = {
        name
        for part in parts
        for piece in _pieces(part)
        if piece.kind is not Kind.HOLE
        for name in _NAMED.findall(piece.text)
    }
    text: list[str] = []
    segments: list[Segment] = []
    literals: list[Literal] = []
    position = 0
    for part in parts:
        start = position
        for piece in _pieces(part):
            written = piece.text
            if piece.kind is Kind.HOLE:
                written = f"${{{_free(piece.text, taken)}}}"
            sql = Span(position, position + len(written))
            segments.append(Segment(piece.kind, sql, piece.host.shift(-host.start)))
            text.append(written)
            position = sql.end
        if isinstance(part, Said):
            place = part.content.shift(-host.start)
            literals.append(Literal(Span(start, position), place, part.quoting))
    return Region(host, "".join(text), tuple(segments), tuple(literals), origin, callee, parameters)


def joined(regions: Sequence[Region]) -> Region:
    """Regions that follow one another in the host as one, with what the first one is."""
    first, last = regions[0], regions[-1]
    host = Span(first.host.start, last.host.end)
    taken = {
        name
        for one in regions
        for segment in one.segments
        if segment.kind is not Kind.HOLE
        for name in _NAMED.findall(segment.sql.of(one.text))
    }
    text: list[str] = []
    segments: list[Segment] = []
    literals: list[Literal] = []
    position = 0
    for one in regions:
        by = one.host.start - host.start
        # A name may have to become another, and longer: where all that begins or ends there is now.
        moved = {0: position}
        for segment in one.segments:
            written = segment.sql.of(one.text)
            if segment.kind is Kind.HOLE:
                written = f"${{{_free(written[2:-1], taken)}}}"
            sql = Span(position, position + len(written))
            segments.append(Segment(segment.kind, sql, segment.host.shift(by)))
            text.append(written)
            position = moved[segment.sql.end] = sql.end
        for literal in one.literals:
            sql = Span(moved[literal.sql.start], moved[literal.sql.end])
            literals.append(Literal(sql, literal.host.shift(by), literal.quoting))
    told = "".join(text)
    return first._replace(host=host, text=told, segments=tuple(segments), literals=tuple(literals))


def text_of(parts: Iterable[Said | Piece]) -> str:
    """The SQL that they make, in which every expression is `${}`."""
    return "".join(
        "${}" if piece.kind is Kind.HOLE else piece.text
        for part in parts
        for piece in _pieces(part)
    )


def _host(part: Said | Piece) -> Span:
    return part.content if isinstance(part, Said) else part.host


def _pieces(part: Said | Piece) -> tuple[Piece, ...]:
    return part.pieces if isinstance(part, Said) else (part,)


def _free(name: str, taken: set[str]) -> str:
    """A name that no other expression and no text of the region has."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free)
    return free
