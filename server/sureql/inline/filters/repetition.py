"""Drops a proposal that repeats itself, or the words that stand right before it."""

from __future__ import annotations

import itertools
import re

from rapidfuzz.distance import Levenshtein

from sureql.inline.filters.around import Around

_ITSELF = re.compile(r"(\S.{2,}?)(?:[\s,]*\1){2,}\s*$", re.S)
ALIKE_LINES = 5
MOST_DIFFERENT = 0.1
# So many words at the end with a period of so many at most are a loop.
_LOOPS = ((10, 1), (30, 10), (45, 20), (60, 30))


def apply(insert: str, around: Around) -> str | None:
    """`x = 1 AND x = 1 AND x = 1` is noise, and so is `WHERE` after `WHERE`."""
    if len(insert) < 2_000 and _ITSELF.search(insert):
        return None
    words = insert.split()
    if _loops(words) or _lines_alike(insert):
        return None
    before = around.before[-len(insert) - 80 :].split()[-len(words) :] if words else []
    same = [word.lower() for word in before] == [word.lower() for word in words]
    return None if same and any(word[:1].isalpha() for word in words) else insert


def _loops(words: list[str]) -> bool:
    for length, period in _LOOPS:
        tail = words[-length:]
        if len(tail) < length:
            break
        for step in range(1, period + 1):
            if all(tail[at] == tail[at - step] for at in range(step, length)):
                return True
    return False


def _lines_alike(insert: str) -> bool:
    lines = [line.strip() for line in insert.split("\n") if len(line.strip()) > 3]
    run = 1
    for earlier, line in itertools.pairwise(lines):
        longest = max(len(earlier), len(line))
        most = int(MOST_DIFFERENT * longest)
        run = run + 1 if Levenshtein.distance(earlier, line, score_cutoff=most) <= most else 1
        if run >= ALIKE_LINES:
            return True
    return False
