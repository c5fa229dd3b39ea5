"""What is hidden in texts, and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MARK = "…"
"""Stands in a text for what was taken out of it."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """`text[start:end]` becomes `mark`. `kind` says in a few words what stood there."""

    start: int
    end: int
    kind: str
    mark: str = MARK


def merged(found: Iterable[Hidden]) -> tuple[Hidden, ...]:
    """In order and without overlaps: of those that overlap, one that covers them all."""
    whole: list[Hidden] = []
    for one in sorted(found, key=lambda hidden: (hidden.start, -hidden.end)):
        if whole and one.start < whole[-1].end:
            last = whole[-1]
            if one.end > last.end:
                whole[-1] = Hidden(last.start, one.end, last.kind, last.mark)
        else:
            whole.append(one)
    return tuple(whole)


def without(text: str, found: Iterable[Hidden]) -> str:
    """`text` with marks; `found` is in order and without overlaps."""
    pieces, at = [], 0
    for one in found:
        pieces += [text[at : one.start], one.mark]
        at = one.end
    return "".join(pieces) + text[at:]


def halves(prefix: str, suffix: str, found: Iterable[Hidden]) -> tuple[str, str]:
    """Both texts with marks, `found` having been found in one followed by the other. What lies on
    both sides of the cut has its mark before it."""
    cut = len(prefix)
    text = prefix + suffix
    before: list[Hidden] = []
    after: list[Hidden] = []
    for one in found:
        if one.start >= cut:
            after.append(Hidden(one.start - cut, one.end - cut, one.kind, one.mark))
        elif one.end <= cut:
            before.append(one)
        else:
            before.append(Hidden(one.start, cut, one.kind, one.mark))
            after.append(Hidden(0, one.end - cut, one.kind, ""))
    return without(prefix, before), without(text[cut:], after)
