"""What an edit leaves of what was found in a host file: all but the part that was read again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sureql.hosts.finding import Find, Use
from sureql.hosts.model import Kind, Literal, Region, Segment
from sureql.text.document import Replaced
from sureql.text.span import Span

# Nothing of this begins or ends an escape sequence, an expression or a literal, in any language.
_PLAIN = re.compile(r"[\w ,.()*=<>]*")


def finds(old: Sequence[Find], new: Sequence[Find], place: Span, by: int) -> tuple[Find, ...]:
    """The finds of the new text: those of `place` are `new`, those behind it have moved."""
    start, end = place.start, place.end - by
    first = [one for one in old if one.region.host.end < start]
    own = [one for one in new if place.covers(one.region.host)]
    rest = [one for one in old if one.region.host.start > end]
    return (*first, *own, *(rest if not by else [_moved_find(one, by) for one in rest]))


def uses(old: Sequence[Use], new: Sequence[Use], place: Span, by: int) -> tuple[Use, ...]:
    """The same of uses."""
    start, end = place.start, place.end - by
    first = [one for one in old if one.host.end < start]
    own = [one for one in new if place.covers(one.host)]
    rest = [one for one in old if one.host.start > end]
    return (*first, *own, *(rest if not by else [_moved_use(one, by) for one in rest]))


def unread(old: Sequence[Find], text: str, what: Replaced) -> tuple[Find, ...]:
    """The finds of the new `text` if nothing is read again: one in which something was typed is left out
    unless it can be told what it says now."""
    by = what.new_end - what.old_end
    first = [one for one in old if one.region.host.end < what.start]
    rest = [_moved_find(one, by) for one in old if one.region.host.start > what.old_end]
    for one in old:
        host = one.region.host
        typed = None
        if host.start < what.start and what.old_end < host.end:
            typed = _typed(one.region, text, what)
        if typed is not None:
            return (*first, one._replace(region=typed, marked=()), *rest)
    return (*first, *rest)


def region(old: Region, by: int) -> Region:
    """A region that has moved."""
    host = old.host
    return Region(Span(host.start + by, host.end + by), *old[1:])


def _moved_find(find: Find, by: int) -> Find:
    marked = find.marked and tuple((how, region(one, by)) for how, one in find.marked)
    return Find(region(find.region, by), *find[1:-1], marked)


def _moved_use(use: Use, by: int) -> Use:
    return Use(use.host.shift(by), use.name, use.member, use.scope, use.callee, use.sure, use.marks)


def _typed(old: Region, text: str, what: Replaced) -> Region | None:
    """A region in which words were typed or deleted, None if they may mean more than themselves."""
    begins = old.host.start
    start, end, by = what.start - begins, what.old_end - begins, what.new_end - what.old_end
    inside = [
        one
        for one in old.segments
        if one.kind is Kind.PLAIN and one.host.start < start and end < one.host.end
    ]
    if not inside or not _PLAIN.fullmatch(text, what.start - 1, what.new_end + 1):
        return None
    at = inside[0].sql.start - inside[0].host.start
    sql = Span(start + at, end + at)
    if not _PLAIN.fullmatch(sql.of(old.text)):
        return None
    said = f"{old.text[: sql.start]}{text[what.start : what.new_end]}{old.text[sql.end :]}"
    return Region(
        Span(begins, old.host.end + by),
        said,
        tuple(
            Segment(one.kind, _grown(one.sql, sql, by), _grown(one.host, Span(start, end), by))
            for one in old.segments
        ),
        tuple(
            Literal(_grown(one.sql, sql, by), _grown(one.host, Span(start, end), by), one.quoting)
            for one in old.literals
        ),
        old.origin,
        old.callee,
        old.parameters,
    )


def _grown(span: Span, edit: Span, by: int) -> Span:
    """A span after an edit that is inside it, before it or behind it."""
    return Span(
        span.start + (by if span.start >= edit.end else 0),
        span.end + (by if span.end >= edit.end else 0),
    )
