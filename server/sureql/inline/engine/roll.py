"""Goes on from a first symbol as long as what follows is almost sure."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.history import normalise, recall
from sureql.inline.engine.moment import Moment, kinds_after
from sureql.inline.engine.writer import Writer

MOST_SYMBOLS = 60
SURE = 0.78
SURE_OF_FORM = 0.86
_OPEN_FORMS = ("t:", "c:", "n:", "@", "?", normalise.END)
# A statement may stop after these, but nobody stops typing there.
_ONE_MORE = frozenset(("GROUP", "ORDER", "PARTITION"))


def on(moment: Moment, first: Sequence[str]) -> tuple[str, float]:
    """The text of `first` and all that surely follows, and how sure the added part is."""
    writer = Writer(moment)
    if not all(writer.add(symbol) for symbol in first):
        return "", 0.0
    symbols = (*moment.symbols, *first)
    certainty = 1.0
    for _ in range(MOST_SYMBOLS):
        symbol, share = _next(moment, symbols)
        if not symbol or certainty * share < SURE or not writer.add(symbol):
            break
        symbols = (*symbols, symbol)
        certainty *= share
    return writer.text + _room(symbols[-1]), certainty


def _next(moment: Moment, symbols: tuple[str, ...]) -> tuple[str, float]:
    past = moment.place.history
    if symbols[-1] in _ONE_MORE:
        return "BY", 1.0
    guesses = recall.next_symbols(past.past, symbols, 1)
    if guesses and guesses[0].symbol != normalise.END and guesses[0].length > 2:
        return guesses[0].symbol, guesses[0].share
    kinds = kinds_after(past, symbols)
    best = max(kinds, key=lambda kind: kinds[kind], default="")
    if not best or best.startswith(_OPEN_FORMS) or kinds[best] < SURE_OF_FORM:
        return "", 0.0
    return best, kinds[best]


def _room(last: str) -> str:
    """A blank after a word that something must follow."""
    return " " if last in _WANTS_MORE else ""


_WANTS_MORE = frozenset(
    [
        "SELECT",
        "DISTINCT",
        "FROM",
        "WHERE",
        "BY",
        "HAVING",
        "JOIN",
        "ON",
        "AND",
        "OR",
        "NOT",
        "IN",
        "LIKE",
        "ILIKE",
        "BETWEEN",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "SET",
        "INTO",
        "UPDATE",
        "UNION",
        "INTERSECT",
        "EXCEPT",
        "LIMIT",
        "OFFSET",
        "=",
        "<",
        ">",
        "<=",
        ">=",
        "<>",
        "!=",
        "AS",
        "WITH",
        "VALUES",
        "IS",
        "LEFT",
        "RIGHT",
        "INNER",
        "FULL",
        "CROSS",
        "NATURAL",
        "RETURNING",
    ]
)


def room_after(text: str) -> str:
    """The blank that `text` should end with."""
    return _room(text.rsplit(None, 1)[-1].upper()) if text else ""
