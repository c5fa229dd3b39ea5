"""What usually comes next: remembered shapes that went as this statement goes, the longest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sureql.history import normalise

LONGEST_MATCH = 16
MOST_PLACES = 300
MOST_KEPT = 2_000
ANY = "*any*"
# How much more a place counts for each further symbol that fits. What statements name repeats more
# exactly than the form they have.
CONCRETE_GROWTH, FORM_GROWTH = 2.0, 1.6


@dataclass(frozen=True, eq=False, slots=True)
class Past:
    """Remembered shapes, newest last, and where each pair of symbols ended in them. `guesses` holds
    what was found out lately: while a word is typed, what comes before it stays the same."""

    shapes: tuple[tuple[str, ...], ...] = ()
    concrete: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=dict)
    abstract: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=dict)
    guesses: dict[tuple[object, ...], list[Guess]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guess:
    """`symbol` comes next with probability `share`; `length` symbols before it were as remembered.

    `seen` is the number of remembered places that this rests on.
    """

    symbol: str
    share: float
    length: int
    seen: int


def remember(shapes: Sequence[Sequence[str]]) -> Past:
    """An index over shapes (without their START and END)."""
    framed = tuple((normalise.START, *shape, normalise.END) for shape in shapes)
    past = Past(framed)
    for number, symbols in enumerate(framed):
        for place in range(1, len(symbols)):
            for index, reduce in (
                (past.concrete, normalise.reduced),
                (past.abstract, normalise.abstract),
            ):
                before = reduce(symbols[place - 2]) if place > 1 else ""
                last = reduce(symbols[place - 1])
                index.setdefault((before, last), []).append((number, place))
                index.setdefault((ANY, last), []).append((number, place))
    return past


def next_symbols(past: Past, symbols: Sequence[str], most: int = 5) -> list[Guess]:
    """What followed symbols like these, names included, likeliest first."""
    return _known(past, past.concrete, symbols, normalise.reduced, str, most, CONCRETE_GROWTH)


def next_kinds(past: Past, symbols: Sequence[str], most: int = 5) -> list[Guess]:
    """What followed statements of this form, whatever they named: abstract symbols."""
    return _known(
        past, past.abstract, symbols, normalise.abstract, normalise.abstract, most, FORM_GROWTH
    )


def _known(
    past: Past,
    index: dict[tuple[str, str], list[tuple[int, int]]],
    symbols: Sequence[str],
    reduce: Callable[[str], str],
    answer: Callable[[str], str],
    most: int,
    growth: float,
) -> list[Guess]:
    context = [normalise.START, *(reduce(symbol) for symbol in symbols[-LONGEST_MATCH:])]
    if len(symbols) > LONGEST_MATCH:
        context = context[1:]
    key = (growth, most, *context)  # Each index has its own growth.
    if (found := past.guesses.get(key)) is None:
        if len(past.guesses) >= MOST_KEPT:
            past.guesses.clear()
        found = _guess(past, index, context, reduce, answer, most, growth)
        past.guesses[key] = found
    return found


def _guess(
    past: Past,
    index: dict[tuple[str, str], list[tuple[int, int]]],
    context: Sequence[str],
    reduce: Callable[[str], str],
    answer: Callable[[str], str],
    most: int,
    growth: float,
) -> list[Guess]:
    key = (context[-2] if len(context) > 1 else "", context[-1])
    places = index.get(key, [])
    if not places and context[-1] != "(":
        # What a function takes says nothing about what another one takes.
        places = index.get((ANY, context[-1]), [])
    places = places[-MOST_PLACES:]
    if not places:
        return []
    weights: dict[str, float] = {}
    lengths: dict[str, int] = {}
    seen: dict[str, int] = {}
    total = 0.0
    for number, place in places:
        shape = past.shapes[number]
        length = _matched(shape, place, context, reduce)
        weight = growth**length
        symbol = answer(shape[place])
        weights[symbol] = weights.get(symbol, 0.0) + weight
        lengths[symbol] = max(length, lengths.get(symbol, 0))
        seen[symbol] = seen.get(symbol, 0) + 1
        total += weight
    # What was not seen yet may come too; the less so the longer the match.
    longest = max(lengths.values())
    total += growth**longest * (0.6 if longest < 4 else 0.3 if longest < 8 else 0.15)
    ordered = sorted(weights, key=lambda symbol: -weights[symbol])[:most]
    return [
        Guess(symbol, weights[symbol] / total, lengths[symbol], seen[symbol]) for symbol in ordered
    ]


def _matched(
    shape: Sequence[str], place: int, context: Sequence[str], reduce: Callable[[str], str]
) -> int:
    # How many symbols before `place` are those at the end of `context`.
    length = 0
    for back in range(1, min(place, len(context)) + 1):
        if reduce(shape[place - back]) != context[-back]:
            break
        length += 1
    return length
