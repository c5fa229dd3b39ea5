"""What fits: pieces are told whole, in a shorter form, by name, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sureql.prompt.model import Count
from sureql.prompt.piece import Piece


@dataclass(frozen=True, slots=True)
class Fitted:
    """Texts in the order of the pieces, `mentions` of those that have no room, and what is left out
    altogether. `tokens` is the sum, mentions included."""

    texts: tuple[tuple[Piece, str], ...]
    mentions: tuple[str, ...]
    left_out: tuple[str, ...]
    tokens: int


def tokens(text: str, count: Count) -> int:
    """Tokens of `text`, counted once for each text."""
    return _counted(count, text) if text else 0


def need(pieces: Sequence[Piece], count: Count) -> int:
    """Tokens of all pieces in full."""
    return sum(tokens(piece.text or piece.mention, count) + 1 for piece in pieces)


def fit(pieces: Sequence[Piece], room: int, count: Count) -> Fitted:
    """The pieces in at most `room` tokens. What is worth least is shortened first, all to the same
    degree before any is shortened more; then what is worth least is only mentioned; then it goes."""
    sizes = [_sizes(piece, count) for piece in pieces]
    chosen = [min(size) for size in sizes]
    spent = sum(size[form] for size, form in zip(sizes, chosen, strict=True))
    # The words before a list of names.
    room -= _MENTIONING if spent > room and any(piece.mention for piece in pieces) else 0
    by_worth = sorted(range(len(pieces)), key=lambda at: (pieces[at].worth, -at))
    # What the statement itself names is the last to be shortened.
    rest = [at for at in by_worth if pieces[at].worth < 1]
    for group in (rest, by_worth[len(rest) :]):
        for form in sorted({form for at in group for form in sizes[at]}):
            for at in group:
                if spent <= room:
                    break
                if form in sizes[at] and chosen[at] < form:
                    spent += sizes[at][form] - sizes[at][chosen[at]]
                    chosen[at] = form
    # Where much was left out for little, what is worth most is told in a longer form again.
    for at in reversed(by_worth):
        for form, size in sizes[at].items():
            if form < chosen[at] and spent - sizes[at][chosen[at]] + size <= room:
                spent += size - sizes[at][chosen[at]]
                chosen[at] = form
                break
    told = list(zip(pieces, chosen, strict=True))
    return Fitted(
        tuple((one, (one.text, *one.shorter)[form]) for one, form in told if form < _MENTIONED),
        tuple(sorted(one.mention for one, form in told if form == _MENTIONED)),
        tuple(f"{one.title}: no room" for one, form in told if form == _OUT),
        spent,
    )


_MENTIONED, _OUT = 98, 99
_MENTIONING = 6


def _sizes(piece: Piece, count: Count) -> dict[int, int]:
    """The forms that a piece can have, the longest first, with their tokens."""
    texts = (piece.text, *piece.shorter) if piece.text else ()
    found = {form: tokens(text, count) + 1 for form, text in enumerate(texts)}
    if piece.mention:
        found[_MENTIONED] = tokens(f"{piece.mention}, ", count)
    return found | {_OUT: 0}


@lru_cache(maxsize=8192)
def _counted(count: Count, text: str) -> int:
    return count(text)
