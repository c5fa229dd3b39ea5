"""Statements found by their words and statements found by their meaning, in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sureql.ports.recall import Snippet
from sureql.storage import vectors
from sureql.storage.vectors import Vector

NEWEST = 2_000
"""Statements whose meaning is known: each has to be asked for and compared."""
_DAMPING = 60
_CANDIDATES = 20


def by_meaning(
    asked: Sequence[float], known: Sequence[Snippet], meanings: Mapping[str, Vector]
) -> tuple[Snippet, ...]:
    """Those of `known` that mean most alike, with their likeness as score."""
    wanted = vectors.unit(asked)
    scored = [
        Snippet(one.text, one.origin, min(1.0, likeness))
        for one in known
        if (meaning := meanings.get(one.text))
        and (likeness := vectors.likeness(wanted, meaning)) > 0
    ]
    return tuple(sorted(scored, key=lambda one: -one.score)[:_CANDIDATES])


def blended(
    words: Sequence[Snippet], meanings: Sequence[Snippet], most: int
) -> tuple[Snippet, ...]:
    """By reciprocal ranks: what both name comes first. A score is the better one of the two."""
    ranks: dict[str, float] = {}
    best: dict[str, Snippet] = {}
    for found in (words[:_CANDIDATES], meanings):
        for place, one in enumerate(found, start=1):
            ranks[one.text] = ranks.get(one.text, 0.0) + 1 / (_DAMPING + place)
            if one.text not in best or one.score > best[one.text].score:
                best[one.text] = one
    ordered = sorted(ranks, key=lambda text: -ranks[text])
    return tuple(best[text] for text in ordered[:most])
