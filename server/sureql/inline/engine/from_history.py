"""What the user's own statements went on with, up to whole statements."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.history import normalise
from sureql.inline.engine import roll
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_SHORTEST_MATCH = 1
# A literal belongs to the column and the operator in front of it.
_SHORTEST_LITERAL_MATCH = 2
_MOST = 3
# How far a guess is trusted by the length of the match that it rests on.
_TRUST_BASE, _TRUST_STEP = 0.45, 0.11


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.expect in (Expect.NOTHING, Expect.NEW_NAME) or not moment.guesses:
        return
    if moment.place.context.quote:
        return
    fitting: list[tuple[str, str, float, float]] = []
    for guess in moment.guesses:
        if guess.symbol == normalise.END or guess.length < _SHORTEST_MATCH:
            continue
        if guess.symbol.startswith(("s:", "d:")) and guess.length < _SHORTEST_LITERAL_MATCH:
            continue
        if moment.clause is Clause.VALUES and not _fits_any_column(guess.symbol):
            continue
        text, certainty = roll.on(moment, (guess.symbol,))
        insert = moment.completed(text) if text else None
        if insert is not None:
            trust = min(1.0, _TRUST_BASE + _TRUST_STEP * guess.length)
            fitting.append((guess.symbol, insert, guess.share * trust, certainty))
    if not moment.typed:
        for _, text, share, sure in fitting[:_MOST]:
            yield Plan(text, share * sure, "history")
        return
    total = sum(share for _, _, share, _ in fitting) + 0.02
    for _, text, share, sure in fitting[:_MOST]:
        yield Plan(text, share / total * sure, "history")


def _fits_any_column(symbol: str) -> bool:
    # A remembered literal need not be of the type that this column has.
    return symbol.startswith(("p:", "f:")) or symbol in ("NULL", "DEFAULT", "(", ",", ")")
