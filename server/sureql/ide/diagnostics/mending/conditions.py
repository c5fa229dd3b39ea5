"""The conditions that AND connects in WHERE and ON, and what to take away to be rid of one."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.ide.diagnostics.mending.outline import Level
from sureql.text.span import Span

_JOINS = frozenset("JOIN LEFT RIGHT INNER FULL CROSS NATURAL".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Part:
    """One condition. `clause` is the index of the WHERE or ON that it belongs to; `removal` takes it
    away with the AND, or the WHERE, that goes with it."""

    span: Span
    clause: int
    removal: Span


def at(level: Level, place: Span) -> Part | None:
    """The condition that `place` is in. None where OR connects it to others, or where it is the only
    one of ON, which cannot do without."""
    where = level.clause("WHERE")
    if where is not None and level.span(*where).covers(place):
        return _part(level, *where, place, True)
    clause = level.clause("FROM")
    if clause is None or not level.span(*clause).covers(place):
        return None
    found, own = level.found, level.found.opener[level.start]
    start = -1
    for index in range(*clause):
        if found.opener[index] != own:
            continue
        if found.tokens[index].start >= place.end and start >= 0:
            if found.word(index) in _JOINS or found.text(index) == ",":
                return _part(level, start, index, place, False)
        elif found.word(index) == "ON":
            start = index
    return _part(level, start, clause[1], place, False) if start >= 0 else None


def _part(level: Level, start: int, stop: int, place: Span, alone: bool) -> Part | None:
    parts = _parts(level, start, stop)
    number = next((i for i, one in enumerate(parts) if level.span(*one).covers(place)), -1)
    if number < 0 or (len(parts) == 1 and not alone):
        return None
    tokens = level.found.tokens
    first, last = parts[number]
    if len(parts) == 1:
        removal = Span(tokens[start - 1].end, tokens[last - 1].end)
    elif number == 0:
        removal = Span(tokens[first].start, tokens[parts[1][0]].start)
    else:
        removal = Span(tokens[parts[number - 1][1] - 1].end, tokens[last - 1].end)
    return Part(level.span(first, last), start, removal)


def _parts(level: Level, start: int, stop: int) -> list[tuple[int, int]]:
    """The conditions behind the token `start`, as token ranges."""
    found, first = [], start + 1
    depth = level.found.opener[level.start]
    between = False
    for index in range(start + 1, stop):
        if level.found.opener[index] != depth:
            continue
        word = level.found.word(index)
        if word == "OR":
            return []
        if word == "BETWEEN":
            between = True
        elif word == "AND" and between:
            between = False
        elif word == "AND":
            found.append((first, index))
            first = index + 1
    if first < stop:
        found.append((first, stop))
    return found
