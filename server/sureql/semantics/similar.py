"""Did-you-mean: which known names a misspelt one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA, JaroWinkler

_MOST = 3


def names(wrong: str, known: Iterable[str], limit: int = _MOST) -> tuple[str, ...]:
    """The names among `known` that are close enough to `wrong`, best first.

    Closeness is the number of typing slips (a swap of two neighbours is one); a longer name may
    have more of them. The beginning of the name decides between equally close ones.
    """
    low = wrong.lower()
    allowed = _allowed(low)
    scored: list[tuple[float, float, str]] = []
    for name in dict.fromkeys(known):
        other = name.lower()
        if not other or name == wrong:
            continue
        slips = float(OSA.distance(low, other, score_cutoff=allowed))
        likeness = JaroWinkler.similarity(low, other)
        if slips > allowed:
            if not _contains(low, other):
                continue
            slips = allowed + 1.0
        scored.append((slips, -likeness, name))
    scored.sort()
    return tuple(name for _, _, name in scored[:limit])


def _allowed(name: str) -> int:
    if len(name) <= 4:
        return 1 if len(name) > 1 else 0
    return 2 if len(name) <= 7 else 3


def _contains(wrong: str, other: str) -> bool:
    """True for `user` and `users`, `user_id` and `id`: one holds the other as whole words."""
    if len(wrong) < 4 or len(other) < 4:
        return False
    one, two = _words(wrong), _words(other)
    return one <= two or two <= one or wrong.replace("_", "") == other.replace("_", "")


def _words(name: str) -> set[str]:
    return {word.rstrip("s") for word in name.split("_") if word}
