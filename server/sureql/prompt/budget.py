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
    degree before any is shortened more; then what is worth least goes."""
    forms = [(piece.text, *piece.shorter) if piece.text else () for piece in pieces]
    sizes = [[tokens(text, count) + 1 for text in form] for form in forms]
    chosen = [0 if form else -1 for form in forms]
    spent = sum(size[0] for size in sizes if size)
    by_worth = sorted(range(len(pieces)), key=lambda at: (pieces[at].worth, -at))
    for level in range(1, max(map(len, forms), default=1)):
        for at in by_worth:
            if spent <= room:
                break
            if chosen[at] == level - 1 and level < len(forms[at]):
                spent += sizes[at][level] - sizes[at][chosen[at]]
                chosen[at] = level
    for at in by_worth:
        if spent <= room:
            break
        if chosen[at] >= 0:
            spent -= sizes[at][chosen[at]]
            chosen[at] = -1
    # What was left out for a larger piece may fit after all, and a shortened piece in a longer form.
    for at in reversed(by_worth):
        for form, size in enumerate(sizes[at]):
            now = sizes[at][chosen[at]] if chosen[at] >= 0 else 0
            if (chosen[at] < 0 or form < chosen[at]) and spent - now + size <= room:
                spent += size - now
                chosen[at] = form
                break
    mentions: list[str] = []
    left_out: list[str] = []
    for at in [index for index in reversed(by_worth) if chosen[index] < 0]:
        size = tokens(f"{pieces[at].mention}, ", count)
        if pieces[at].mention and spent + size + _MENTIONING <= room:
            spent += size + (0 if mentions else _MENTIONING)
            mentions.append(pieces[at].mention)
        else:
            left_out.append(f"{pieces[at].title}: no room")
    texts = tuple((pieces[at], forms[at][level]) for at, level in enumerate(chosen) if level >= 0)
    return Fitted(texts, tuple(sorted(mentions)), tuple(left_out), spent)


_MENTIONING = 6  # The words before a list of names.


@lru_cache(maxsize=8192)
def _counted(count: Count, text: str) -> int:
    return count(text)
