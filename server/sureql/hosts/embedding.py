"""All SQL of one version of a host file as one text, and the maps between the two.

The SQL text is the regions' texts, one after the other, with `BETWEEN` in between. An offset in it
does not depend on what stands outside the regions, so that an edit there changes no offset.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sureql.hosts import quoting
from sureql.hosts.model import Kind, Literal, Region, Segment
from sureql.text import document
from sureql.text.edits import TextEdit
from sureql.text.span import Span

BETWEEN = "\n\n"
"""What stands between two regions in the SQL text."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """`parts` are the regions' spans in `text`, in the order of `regions`, which is that of `host`."""

    language: str
    host: str
    regions: tuple[Region, ...]
    text: str
    parts: tuple[Span, ...]

    def sql_at(self, host: int) -> int | None:
        """The SQL offset of a place in the host text, None outside of SQL and between two literals that are
        joined. A place inside an escape sequence or an expression in a literal means its beginning."""
        index = bisect_right(self.regions, host, key=_host_start) - 1
        inside = host - self.regions[index].host.start if index >= 0 else -1
        if index >= 0 and any(one.host.touches(inside) for one in self.regions[index].literals):
            return self.sql_near(host)
        return None

    def sql_near(self, host: int) -> int | None:
        """The same, but a place between two literals means the end of the first."""
        index = bisect_right(self.regions, host, key=_host_start) - 1
        if index < 0 or host > self.regions[index].host.end:
            return None
        region, part = self.regions[index], self.parts[index]
        return part.start + _sql_offset(region, host - region.host.start)

    def host_at(self, sql: int, *, after: bool = False) -> int:
        """The host offset of a place in the SQL text. Where two literals meet, it is the end of the
        first, or with `after` the beginning of the second."""
        index = self._index(sql)
        if index is None:
            return 0
        region, part = self.regions[index], self.parts[index]
        inside = min(max(sql - part.start, 0), len(part))
        return region.host.start + _host_offset(region, inside, after)

    def host_span(self, span: Span) -> Span:
        """The host text of a span in the SQL text; an expression or escape is taken whole."""
        if not len(span):
            return Span(*[self.host_at(span.start)] * 2)
        start = self.host_at(span.start, after=True)
        return Span(start, max(start, self.host_at(span.end)))

    def region_at(self, sql: int) -> tuple[Region, Span] | None:
        """The region that holds an offset of the SQL text, and its span there."""
        index = self._index(sql)
        return None if index is None else (self.regions[index], self.parts[index])

    def edits(self, edits: Iterable[TextEdit]) -> list[TextEdit] | None:
        """Edits of the SQL text as edits of the host text, written as their literals want it.

        None if one can't be written there: it would take in more than one region, move or remove
        an expression that joins two literals, or hold what a raw string cannot.
        """
        out: list[TextEdit] = []
        for one in sorted(edits):
            written = self._edit(one)
            if written is None:
                return None
            out += written
        return out

    def _index(self, sql: int) -> int | None:
        index = bisect_right(self.parts, sql, key=_part_start) - 1
        return index if index >= 0 else (0 if self.parts else None)

    def _edit(self, edit: TextEdit) -> list[TextEdit] | None:
        index = self._index(edit.span.start)
        if index is None:
            return None
        region, part = self.regions[index], self.parts[index]
        if not part.covers(edit.span):
            return None
        inside = edit.span.shift(-part.start)
        old = inside.of(region.text)
        if old == edit.new_text:
            return []
        # Only what changes is written, so that what stays may stand across literals.
        what = document.difference(old, edit.new_text)
        changed = Span(inside.start + what.start, inside.start + what.old_end)
        span = _whole(region, changed, inside)
        if _cuts(region, span):
            return None
        new = edit.new_text[
            span.start - inside.start : len(edit.new_text) - (inside.end - span.end)
        ]
        span, new = _with_marks(region, span, new)
        return _written(self.host, region, span, new)


def of(language: str, host: str, regions: Iterable[Region]) -> Embedding:
    """The embedding of `regions`, which are in order and do not overlap."""
    regions = tuple(regions)
    parts, position = [], 0
    for region in regions:
        parts.append(Span(position, position + len(region.text)))
        position = parts[-1].end + len(BETWEEN)
    text = BETWEEN.join(region.text for region in regions)
    return Embedding(language, host, regions, text, tuple(parts))


def _host_start(region: Region) -> int:
    return region.host.start


def _part_start(part: Span) -> int:
    return part.start


def _sql_offset(region: Region, host: int) -> int:
    index = bisect_right(region.segments, host, key=_segment_host_start) - 1
    if index < 0:
        return 0
    segment = region.segments[index]
    if host >= segment.host.end:
        return segment.sql.end
    if segment.kind is Kind.PLAIN:
        return segment.sql.start + host - segment.host.start
    return segment.sql.start


def _host_offset(region: Region, sql: int, after: bool) -> int:
    if not region.segments:
        return 0
    find = bisect_right if after else bisect_left
    index = find(region.segments, sql, key=_segment_sql_start) - 1
    segment = region.segments[max(0, index)]
    if segment.kind is Kind.PLAIN:
        return segment.host.start + min(max(sql - segment.sql.start, 0), len(segment.host))
    if sql <= segment.sql.start:
        return segment.host.start
    # Inside what is taken whole, a span begins before it and ends behind it.
    return segment.host.start if after and sql < segment.sql.end else segment.host.end


def _segment_host_start(segment: Segment) -> int:
    return segment.host.start


def _segment_sql_start(segment: Segment) -> int:
    return segment.sql.start


def _whole(region: Region, span: Span, limit: Span) -> Span:
    """`span` grown, within `limit`, so that it cuts no escape sequence and no expression."""
    start, end = span.start, span.end
    for segment in region.segments:
        if segment.kind is Kind.PLAIN:
            continue
        inside = segment.sql
        if inside.start < start < inside.end or inside.start < end < inside.end:
            start, end = min(start, inside.start), max(end, inside.end)
    return Span(max(start, limit.start), min(end, limit.end))


def _cuts(region: Region, span: Span) -> bool:
    """Does `span` begin or end inside an expression or an escape sequence?"""
    return any(
        one.sql.start < edge < one.sql.end
        for one in region.segments
        if one.kind is not Kind.PLAIN
        for edge in (span.start, span.end)
    )


def _with_marks(region: Region, span: Span, new: str) -> tuple[Span, str]:
    """`span` and `new` with the marks next to them in the same literal. What is written beside a mark may
    make it an escape sequence, or the beginning of an expression or the end of the literal."""
    plain = [one.sql for one in region.segments if one.kind is Kind.PLAIN and one.sql.meets(span)]
    before = next((one for one in plain if one.start < span.start <= one.end), None)
    after = next((one for one in plain if one.start <= span.end < one.end), None)
    start, end, text = span.start, span.end, region.text
    while before is not None and start > before.start and text[start - 1] in quoting.MARKS:
        start -= 1
    last = new or text[start : span.start]
    while after is not None and end < after.end and not text[end].isspace():
        if text[end] not in quoting.MARKS and last[-1:] not in quoting.MARKS:
            break
        last, end = text[end], end + 1
    return Span(start, end), text[start : span.start] + new + text[span.end : end]


def _written(host: str, region: Region, span: Span, new: str) -> list[TextEdit] | None:
    """What writes `new` in place of `span` of a region: expressions that stay part it."""
    out: list[TextEdit] = []
    for part, text in _between_holes(region, span, new):
        written = _in_literals(host, region, part, text)
        if written is None:
            return None
        out += written
    return out


def _between_holes(region: Region, span: Span, new: str) -> Iterator[tuple[Span, str]]:
    """`span` and `new` in pieces, parted at the expressions that stand in both, in the same order."""
    holes = [one for one in region.holes if span.covers(one.sql)]
    position, written = span.start, 0
    for hole in holes:
        at = new.find(hole.sql.of(region.text), written)
        if at < 0:
            break
        yield Span(position, hole.sql.start), new[written:at]
        position, written = hole.sql.end, at + len(hole.sql)
    yield Span(position, span.end), new[written:]


def _in_literals(host: str, region: Region, span: Span, new: str) -> list[TextEdit] | None:
    """Edits that put `new` into the first literal of `span` and take the rest of it out of the others."""
    if not len(span) and not new:
        return []
    touched = _touched(region, span)
    if not touched:
        return None
    out = []
    for index, literal in enumerate(touched):
        start, end = max(span.start, literal.sql.start), min(span.end, literal.sql.end)
        text = new if index == 0 else ""
        written = _expressed(host, region, literal, start, text)
        if written is None:
            return None
        place = _place(region, literal, Span(start, end))
        if literal.quoting.strips and "\n" in region.text[start:end][-1:] and text[-1:] != "\n":
            # With a line break goes what indents the next line.
            behind = _host_offset(region, end, after=True)
            place = Span(place.start, max(place.end, min(behind, literal.host.end)))
        out.append(TextEdit(place.shift(region.host.start), written))
    # What joins two literals is not in either: an expression there, or what a list is joined with, cannot
    # be taken out.
    inside = [one for one in region.segments if one.kind is not Kind.PLAIN and span.covers(one.sql)]
    if any(not any(one.host.covers(hole.host) for one in region.literals) for hole in inside):
        return None
    return out


def _touched(region: Region, span: Span) -> list[Literal]:
    """The literals that hold a part of `span`; the last that holds it if it is empty."""
    if len(span):
        return [one for one in region.literals if one.sql.overlaps(span)]
    found = [one for one in region.literals if one.sql.touches(span.start)]
    return found[:1]


def _place(region: Region, literal: Literal, span: Span) -> Span:
    """The host text, within `literal`, of a span that lies in it."""
    if not len(span):
        inside = [
            one
            for one in region.segments
            if literal.host.covers(one.host) and one.sql.touches(span.start)
        ]
        if not inside:
            return Span(literal.host.start, literal.host.start)
        # What is written at the beginning of a line stands behind what indents it.
        begins = literal.quoting.strips and region.text[span.start - 1 : span.start] == "\n"
        first = inside[-1 if begins else 0]
        at = first.host.end if span.start >= first.sql.end else first.host.start
        if first.kind is Kind.PLAIN:
            at = first.host.start + span.start - first.sql.start
        return Span(at, at)
    start = _host_offset(region, span.start, after=True)
    return Span(start, max(start, _host_offset(region, span.end, after=False)))


def _expressed(host: str, region: Region, literal: Literal, start: int, text: str) -> str | None:
    """`text` as it is written in `literal` at `start` of the SQL: the region's expressions by their own
    words."""
    named: list[tuple[int, Segment]] = []
    for hole in region.holes:
        places = [(at, hole) for at in _all(text, hole.sql.of(region.text))]
        if places and not literal.host.covers(hole.host):
            return None
        named += places
    named.sort(key=_at)
    out: list[str] = []
    before, position = region.text[:start], 0
    for at, hole in named:
        written = quoting.encode(text[position:at], literal.quoting, before + text[:position])
        if written is None:
            return None
        out += [written, hole.host.shift(region.host.start).of(host)]
        position = at + len(hole.sql)
    written = quoting.encode(text[position:], literal.quoting, before + text[:position])
    return None if written is None else "".join([*out, written])


def _at(place: tuple[int, Segment]) -> int:
    return place[0]


def _all(text: str, name: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + len(name))
