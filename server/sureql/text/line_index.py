"""Where lines begin, kept up to date edit by edit.

Lines end at `\\n`, `\\r\\n` and `\\r` only, as the protocol says; `\\f`, `\\v`, `\\x85` and U+2028
are ordinary characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class LineIndex:
    """The starts of all lines, split at the last edit.

    `head` holds starts from the beginning of the text, `tail` starts minus the text's length. An
    edit between the two changes no number in either, so that only the lists are copied; a number
    is recomputed when a later edit lies on its other side.
    """

    head: list[int]
    tail: list[int]
    length: int

    def __len__(self) -> int:
        return len(self.head) + len(self.tail)

    def start(self, line: int) -> int:
        """The offset at which `line` begins; `line` must exist."""
        if line < len(self.head):
            return self.head[line]
        return self.tail[line - len(self.head)] + self.length

    def end(self, line: int) -> int:
        """The offset after the line's end mark, which is where the next line begins."""
        return self.start(line + 1) if line + 1 < len(self) else self.length

    def line_of(self, offset: int) -> int:
        """The line that holds `offset`."""
        if self.tail and offset - self.length >= self.tail[0]:
            return len(self.head) + bisect_right(self.tail, offset - self.length) - 1
        return bisect_right(self.head, offset) - 1

    def edited(self, text: str, start: int, old_end: int, new_end: int) -> LineIndex:
        """The index of the new `text`, in which old `start:old_end` became `start:new_end`."""
        first = self.line_of(start)
        if first and self.start(first) == start:
            # A line feed put right after a lone carriage return joins it to one line end.
            first -= 1
        last = self.line_of(old_end)
        scan_start = self.start(first)
        scan_end = self.end(last) + new_end - old_end
        starts = _line_starts(text, scan_start, scan_end)
        if last + 1 < len(self) and starts[-1] == scan_end:
            starts.pop()
        return LineIndex(
            self._starts_before(first) + starts, self._starts_from(last + 1), len(text)
        )

    def _starts_before(self, line: int) -> list[int]:
        moved = self.tail[: max(0, line - len(self.head))]
        return self.head[:line] + [start + self.length for start in moved]

    def _starts_from(self, line: int) -> list[int]:
        moved = self.head[line:]
        return [start - self.length for start in moved] + self.tail[max(0, line - len(self.head)) :]


def of(text: str) -> LineIndex:
    """The index of a whole text."""
    return LineIndex(_line_starts(text, 0, len(text)), [], len(text))


def _line_starts(text: str, start: int, end: int) -> list[int]:
    """`start` and the offset after each line end in `text[start:end]`."""
    if text.count("\r", start, end) == text.count("\r\n", start, end):
        lengths = [len(line) + 1 for line in text[start:end].split("\n")]
        lengths.pop()
        return list(accumulate(lengths, initial=start))
    return [start, *(match.end() for match in _LINE_END.finditer(text, start, end))]
