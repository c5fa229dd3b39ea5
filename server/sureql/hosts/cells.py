"""SQL in the cells of notebooks: what stands below a cell's `%%sql`, and in a line after `%sql`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sureql.hosts import building, opening
from sureql.hosts.literals import Piece, Said
from sureql.hosts.model import Kind, Origin, Quoting, Region
from sureql.text.span import Span

_CELL = re.compile(r"\s*%%(\w+)[^\S\n]*([^\n]*)")
# Blanks are taken as a whole: one long line of them costs no time.
_LINE = re.compile(r"^[^\S\n]*+(?:[\w,][\w, ]*+=[^\S\n]*+)?%(\w++)[^\S\n]++([^\n]*)", re.MULTILINE)
_STORED = re.compile(r"\w+\s*<<\s*")
_HOW = Quoting("", multiline=True)


def region(text: str, words: frozenset[str]) -> Region | None:
    """The SQL of a cell whose first line is `%%` and one of `words`; None if it is another cell. SQL may
    begin behind what that line sets: a connection, options, a variable that takes the result."""
    found = _CELL.match(text)
    if found is None or found[1].lower() not in words:
        return None
    start = _start(text, found.span(2))
    if start is None:
        start = min(found.end() + 1, len(text))
    return _region(text, Span(start, start + len(text[start:].rstrip())))


def lines(text: str, words: frozenset[str]) -> Iterator[Region]:
    """The SQL of lines with `%` and one of `words` before it, as notebooks run them."""
    if "%" not in text:
        return
    for found in _LINE.finditer(text):
        if found[1].lower() in words:
            start = _start(text, found.span(2))
            if start is not None:
                yield _region(text, Span(start, start + len(text[start : found.end()].rstrip())))


def _start(text: str, place: tuple[int, int]) -> int | None:
    """Where SQL begins on a magic's line, if it does."""
    at = place[0]
    if stored := _STORED.match(text, *place):
        at = stored.end()
    for word in re.finditer(r"\S+", text[at : place[1]]):
        # What comes before SQL are options, variables and addresses, each one word.
        if opening.begins(text[at + word.start() : place[1]]):
            return at + word.start()
    return None


def _region(text: str, span: Span) -> Region:
    return building.region(
        [Said(span, _HOW, (Piece(Kind.PLAIN, span.of(text), span),))], Origin.CELL
    )
