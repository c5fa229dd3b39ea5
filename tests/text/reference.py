"""Document sync as the protocol describes it, written as plainly as possible: no index, no cache."""

from __future__ import annotations

import re

from sureql.text.document import Position
from sureql.text.encodings import Encoding

CODECS = {Encoding.UTF8: ("utf-8", 1), Encoding.UTF16: ("utf-16-le", 2), Encoding.UTF32: (None, 1)}


def units(text: str, encoding: Encoding) -> int:
    codec, size = CODECS[encoding]
    return len(text) if codec is None else len(text.encode(codec)) // size


def lines(text: str) -> list[tuple[int, int]]:
    """(start, end of the content) of each line."""
    found, start = [], 0
    for match in re.finditer(r"\r\n|\n|\r", text):
        found.append((start, match.start()))
        start = match.end()
    return [*found, (start, len(text))]


def offset(text: str, position: Position, encoding: Encoding) -> int:
    all_lines = lines(text)
    if position.line >= len(all_lines):
        return len(text)
    start, end = all_lines[position.line]
    at = start
    while at < end and units(text[start : at + 1], encoding) <= position.character:
        at += 1
    return at


def position(text: str, at: int, encoding: Encoding) -> Position:
    number, (start, end) = max(
        (item for item in enumerate(lines(text)) if item[1][0] <= at), key=lambda item: item[1][0]
    )
    return Position(number, units(text[start : min(at, end)], encoding))
