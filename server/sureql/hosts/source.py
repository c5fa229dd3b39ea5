"""A host file as tree-sitter reads it, in bytes, with the offsets of both kinds."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

_STEP = 4096


@dataclass(frozen=True, slots=True)
class Source:
    """`data` is `text` in UTF-8; each code point in `starts`, which are `_STEP` apart, begins at that
    byte. It is empty if every character is one byte."""

    text: str
    data: bytes
    starts: tuple[int, ...]

    def offset(self, byte: int) -> int:
        """The code point at which a byte stands."""
        if not self.starts:
            return min(byte, len(self.text))
        step = bisect_right(self.starts, byte) - 1
        before = self.data[self.starts[step] : byte].decode(errors="ignore")
        return step * _STEP + len(before)

    def byte(self, offset: int) -> int:
        """The byte at which a code point begins."""
        if not self.starts:
            return min(offset, len(self.data))
        step = min(offset // _STEP, len(self.starts) - 1)
        before = self.text[step * _STEP : offset]
        return self.starts[step] + len(before.encode(errors="replace"))


def of(text: str) -> Source:
    """The source of a text. Half a surrogate pair is read as `?`."""
    if text.isascii():
        return Source(text, text.encode(), ())
    pieces = [text[at : at + _STEP].encode(errors="replace") for at in range(0, len(text), _STEP)]
    starts = accumulate((len(one) for one in pieces[:-1]), initial=0)
    return Source(text, b"".join(pieces), tuple(starts))
