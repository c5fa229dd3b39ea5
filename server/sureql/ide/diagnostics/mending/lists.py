"""Comma-separated items as token ranges, and what to take away to be rid of one."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.syntax.shape import Shape
from sureql.text.span import Span

Item = tuple[int, int]
"""The index of an item's first token, and of the one behind its last."""


def within(found: Shape, opening: int) -> list[Item]:
    """The items in the parentheses that open at a token; none if they don't close."""
    closing = found.partner[opening]
    return between(found, opening + 1, closing) if closing > 0 else []


def between(found: Shape, start: int, stop: int) -> list[Item]:
    """The items of the tokens `start` to before `stop`, which are all of one level."""
    items, first = [], start
    level = found.opener[start] if start < len(found.tokens) else -1
    for index in range(start, stop):
        if found.opener[index] == level and found.text(index) == ",":
            items.append((first, index))
            first = index + 1
    if first < stop:
        items.append((first, stop))
    return items


def span(found: Shape, item: Item) -> Span:
    """Where an item stands."""
    return Span(found.tokens[item[0]].start, found.tokens[item[1] - 1].end)


def removal(found: Shape, items: Sequence[Item], number: int) -> Span:
    """One item with the comma that goes with it; the item alone if there is no other."""
    own = span(found, items[number])
    if number:
        return Span(span(found, items[number - 1]).end, own.end)
    return Span(own.start, span(found, items[1]).start) if len(items) > 1 else own


def holding(found: Shape, items: Sequence[Item], place: Span) -> int:
    """The number of the item that a place is in, -1 if it is in none."""
    return next((at for at, item in enumerate(items) if span(found, item).covers(place)), -1)
