"""Goes on from a first symbol as long as what follows is almost sure."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.history import normalise, recall
from sureql.inline.engine.moment import Moment, kinds_after
from sureql.inline.engine.writer import Writer

MOST_SYMBOLS = 60
SURE, _ENOUGH, _DEPENDENCE = 0.8, 0.6, 0.4
SURE_OF_FORM = 0.72
# After an alias and its point the column need not be as sure: the alias alone says nothing.
SURE_OF_COLUMN = 0.4
# How often a statement must have gone on beyond a clause to be trusted to do so again.
_OFTEN = 3
_SHORT, _LONG = 2, 5
_OPEN_FORMS = ("t:", "c:", "n:", "@", "?", normalise.END)
_ENDS_UNIT = frozenset(
    ["AND", "OR", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "JOIN", "LEFT", "UNION", "FROM"]
)
# A statement may stop after these, but nobody stops typing there.
_ONE_MORE = {
    "GROUP": "BY",
    "ORDER": "BY",
    "PARTITION": "BY",
    "DELETE": "FROM",
    "INSERT": "INTO",
    "LEFT": "JOIN",
    "INNER": "JOIN",
    "CROSS": "JOIN",
}


def on(moment: Moment, first: Sequence[str]) -> tuple[str, float]:
    """The text of `first` and all that surely follows, and how sure the added part is."""
    writer = Writer(moment)
    if not all(writer.add(symbol) for symbol in first):
        return "", 0.0
    symbols = (*moment.symbols, *first)
    certainty = 1.0
    if first[-1].startswith("@") and writer.qualifies:
        member = _member(moment, (*symbols, "."))
        if not member or not (writer.add(".") and writer.add(member[0])):
            return "", 0.0
        symbols, certainty = (*symbols, ".", member[0]), member[1]
    unit: tuple[str, float] | None = None
    good = writer.text + _room(symbols[-1]), certainty
    for _ in range(MOST_SYMBOLS):
        symbol, share, seen = _next(moment, symbols)
        if symbol in _ENDS_UNIT:
            unit = writer.text, certainty
            if seen < _OFTEN:
                # Who went on so once need not do so again: the next unit is the next suggestion.
                break
        # Steps through one remembered statement are right or wrong together: not a plain product.
        next_certainty = certainty * share**_DEPENDENCE
        if symbol and share >= SURE and next_certainty < _ENOUGH and unit is not None:
            # Not half a condition: back to where the last one was whole.
            return unit
        if not symbol or share < SURE or next_certainty < _ENOUGH or not writer.add(symbol):
            break
        symbols = (*symbols, symbol)
        certainty = next_certainty
        if symbol not in (".", ",") and not writer.qualifies:
            good = writer.text + _room(symbol), certainty
    return good


def _member(moment: Moment, symbols: tuple[str, ...]) -> tuple[str, float] | None:
    guesses = recall.next_symbols(moment.place.history.past, symbols, 1)
    if guesses and guesses[0].symbol.startswith("c:") and guesses[0].share >= SURE_OF_COLUMN:
        return guesses[0].symbol, guesses[0].share
    return None


def _next(moment: Moment, symbols: tuple[str, ...]) -> tuple[str, float, int]:
    # The likeliest symbol, how likely it is, and how often it was seen here.
    past = moment.place.history
    if symbols[-1].startswith("f:"):
        return "(", 1.0, _OFTEN
    if symbols[-1] in _ONE_MORE:
        return _ONE_MORE[symbols[-1]], 1.0, _OFTEN
    guesses = recall.next_symbols(past.past, symbols, 1)
    if guesses and guesses[0].symbol != normalise.END and _is_habit(guesses[0]):
        return guesses[0].symbol, guesses[0].share, guesses[0].seen
    kinds = kinds_after(past, symbols)
    best = max(kinds, key=lambda kind: kinds[kind], default="")
    if not best or best.startswith(_OPEN_FORMS) or kinds[best] < SURE_OF_FORM:
        return "", 0.0, 0
    # That a select list ends is no new unit: nothing is said about which one it reads from.
    return best, kinds[best], _OFTEN if best == "FROM" else 1


def _is_habit(guess: recall.Guess) -> bool:
    # Measured: what a few equal symbols led to once is a matter of luck.
    return guess.length > _LONG or (guess.length > _SHORT and guess.seen >= _OFTEN)


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
