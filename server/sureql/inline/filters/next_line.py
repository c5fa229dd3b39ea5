"""Drops or cuts a proposal whose lines stand on the next lines of the document already."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from sureql.inline.filters.around import Around

LINES = 4
MOST_DIFFERENT = 0.05


def apply(insert: str, around: Around) -> str | None:
    """Compared without blanks and letter case; five in a hundred letters may differ."""
    following = [_plain(line) for line in around.after.split("\n", LINES)[:LINES]]
    following = [line for line in following if line]
    if not following:
        return insert
    lines = insert.split("\n")
    if len(lines) == 1:
        return None if _same(_plain(insert), following[0]) else insert
    kept: list[str] = []
    for line in lines:
        if kept and _same(_plain(line), following[0]):
            break
        kept.append(line)
    text = "\n".join(kept).rstrip("\n")
    if len(text.strip()) <= len(around.typed):
        return None
    several = " ".join(following[: len(kept)])
    return None if len(kept) > 1 and _same(_plain(" ".join(kept)), several) else text


def _same(line: str, other: str) -> bool:
    if not line or line == other:
        return bool(line)
    longest = max(len(line), len(other))
    if abs(len(line) - len(other)) > MOST_DIFFERENT * longest:
        return False
    most = int(MOST_DIFFERENT * longest)
    return bool(most) and Levenshtein.distance(line, other, score_cutoff=most) <= most


def _plain(line: str) -> str:
    return " ".join(line.lower().rstrip(";,").split())
