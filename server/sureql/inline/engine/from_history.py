"""What the user's own statements went on with, up to whole statements."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.history import normalise, recall
from sureql.history.recall import Guess
from sureql.inline.engine import query_facts, roll
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_SHORTEST_MATCH = 1
# A literal belongs to the column and the operator in front of it.
_SHORTEST_LITERAL_MATCH = 2
_MOST = 3
# How far a guess is trusted by the length of the match that it rests on: measured, a match of two
# symbols is right one time in five, one of six and more nine times in ten.
_TRUST_BASE, _TRUST_STEP = 0.1, 0.15
_CONTRADICTED, _SELECTED, _TYPED = 0.4, 0.8, 0.9
# What is filtered by changes from query to query: by how often it was seen.
_FILTER_OF_TWIN = 0.7
_FILTER = (0.35, 0.6, 0.8)


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
            trust *= _fitness(moment, guess)
            fitting.append((guess.symbol, insert, guess.share * trust, certainty))
    if not moment.typed:
        for _, text, share, sure in fitting[:_MOST]:
            yield Plan(text, share * sure, "history")
        return
    total = sum(share for _, _, share, _ in fitting) + 0.02
    for _, text, share, sure in fitting[:_MOST]:
        yield Plan(text, share / total * sure * _TYPED, "history")


def _fitness(moment: Moment, guess: Guess) -> float:
    # How often people do in this clause as they did before, measured.
    if guess.symbol[:2] not in ("c:", "s:", "d:") and guess.symbol[:1] != "@":
        return 1.0
    if moment.clause is Clause.GROUP_BY:
        plain = query_facts.of(moment).plain
        name = guess.symbol[2:]
        told = not plain or any(item.lower().rpartition(".")[2] == name for item in plain)
        return 1.0 if told or guess.symbol[:1] == "@" else _CONTRADICTED
    if moment.clause is Clause.SELECT:
        return _SELECTED
    if moment.clause is not Clause.WHERE or moment.typed:
        return 1.0
    if guess.length > min(len(moment.symbols), recall.LONGEST_MATCH - 1):
        # The whole statement went as that one did.
        return _FILTER_OF_TWIN
    return _FILTER[min(guess.seen, len(_FILTER)) - 1]


def _fits_any_column(symbol: str) -> bool:
    # A remembered literal need not be of the type that this column has.
    return symbol.startswith(("p:", "f:")) or symbol in ("NULL", "DEFAULT", "(", ",", ")")
