"""What changed between two texts, by lines: cursors and marks elsewhere stay where they are."""

from __future__ import annotations

import difflib
from itertools import accumulate

from sureql.text.edits import TextEdit
from sureql.text.span import Span

_MOST_LINES = 5_000
"""More are not compared one by one: that takes longer with each."""


def between(before: str, after: str) -> tuple[TextEdit, ...]:
    """Edits that make `after` of `before`, () if they are equal."""
    if before == after:
        return ()
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    first = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    if first is None:
        first = min(len(old), len(new))
    last = 0
    for a, b in zip(reversed(old[first:]), reversed(new[first:]), strict=False):
        if a != b:
            break
        last += 1
    middle = old[first : len(old) - last], new[first : len(new) - last]
    starts = [0, *accumulate(len(line) for line in old)]
    if max(map(len, middle)) > _MOST_LINES:
        return (_edit(starts, first, len(middle[0]), middle[1]),)
    matcher = difflib.SequenceMatcher(None, *middle, autojunk=False)
    return tuple(
        _edit(starts, first + begin, end - begin, middle[1][new_begin:new_end])
        for tag, begin, end, new_begin, new_end in matcher.get_opcodes()
        if tag != "equal"
    )


def _edit(starts: list[int], line: int, count: int, new: list[str]) -> TextEdit:
    return TextEdit(Span(starts[line], starts[line + count]), "".join(new))
