"""Columns in the units that editors count in: UTF-8 bytes, UTF-16 code units or code points."""

from __future__ import annotations

import re
from enum import Enum

_SURROGATE = re.compile("[\ud800-\udfff]")


class Encoding(Enum):
    """The values are the protocol's names."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


def to_units(line: str, column: int, encoding: Encoding) -> int:
    """How many units the first `column` code points of `line` take."""
    if encoding is Encoding.UTF32 or line.isascii():
        return min(column, len(line))
    if encoding is Encoding.UTF8:
        return len(line[:column].encode())
    return len(line[:column].encode("utf-16-le")) // 2


def from_units(line: str, units: int, encoding: Encoding) -> int:
    """How many code points of `line` the first `units` units hold.

    Too many units mean the end of the line; units that end within a character mean its start.
    """
    if units <= 0:
        return 0
    if encoding is Encoding.UTF32 or line.isascii():
        return min(units, len(line))
    # No character has fewer units than code points, so that the rest of a long line can stay.
    line = line[:units]
    if encoding is Encoding.UTF8:
        return len(line.encode()[:units].decode(errors="ignore"))
    return len(line.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore"))


def without_surrogates(text: str) -> str:
    """`text` with each lone surrogate replaced by U+FFFD, which is as long in every encoding.

    JSON can carry half a character; it could be neither encoded nor stored.
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
