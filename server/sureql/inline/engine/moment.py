"""One question for the planners, with all that they share worked out once."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from sureql.candidates import place as places
from sureql.candidates import ranked, traits
from sureql.candidates.model import Candidate, Place
from sureql.catalog import model as catalog
from sureql.history import normalise, recall
from sureql.history.model import History
from sureql.history.recall import Guess
from sureql.inline import spot as spots
from sureql.inline.engine import skeletons
from sureql.inline.spot import Spot
from sureql.syntax.cursor import Clause, Expect

# One own statement counts as much as these many typical ones.
_OWN_WEIGHT = 4.0
_SHARPNESS = 1.6
_SCHEMA_NAMES = frozenset(("column", "alias", "table", "view", "cte"))
_SURPRISE = 0.01
_LAX_TYPES = frozenset(("sqlite", "mysql", "duckdb"))
_WHOLE_NAME = 3.0
_ARGUMENT = 0.4


@dataclass(frozen=True, slots=True)
class Moment:
    """`typed` is what stands before the cursor of the half-typed word, as written.

    `symbols` are those of the statement before that word, `aliases` the relations that its aliases
    name. `kinds` says how likely each form of a next symbol is (keywords by name, `c:` a column,
    `t:` a relation, `@` an alias, `f:…` a function, `?` a literal, `$` the end). `guesses` are what
    the user's own statements went on with.
    """

    spot: Spot
    place: Place
    typed: str
    symbols: tuple[str, ...]
    aliases: dict[str, str]
    kinds: dict[str, float]
    guesses: tuple[Guess, ...]
    candidates: tuple[Candidate, ...]
    document: str

    @property
    def clause(self) -> Clause:
        return self.place.context.clause

    @property
    def expect(self) -> Expect:
        return self.place.context.expect

    @property
    def open_end(self) -> bool:
        """True if nothing follows the cursor in the statement."""
        return not self.spot.after.strip(" \t\r\n;")

    @property
    def tight(self) -> bool:
        """True right behind a finished name or mark: who wants a word types a blank first."""
        before = self.spot.before
        return not self.typed and before[-1:] not in ("", " ", "\t", "\n", "(", ",", ".", "=")

    def share(self, *kinds: str) -> float:
        """How likely it is that one of `kinds` comes next."""
        return sum(share for kind, share in self.kinds.items() if kind in kinds)

    def likely(self) -> dict[str, float]:
        """`kinds` given what was typed: what does not go on from it is out."""
        weights = {kind: share * self._fit(kind) for kind, share in self.kinds.items()}
        weights = {kind: weight for kind, weight in weights.items() if weight > 0.0}
        total = sum(weights.values()) + (_SURPRISE if self.typed else 0.0)
        return {kind: weight / total for kind, weight in weights.items()} if total else {}

    def _fit(self, kind: str) -> float:
        # How likely the typed letters are if that kind comes.
        typed = self.typed.upper()
        if not typed:
            return 1.0
        if kind in ("c:", "@", "t:", "n:"):
            return self._letters
        name = kind[2:].upper() if kind.startswith("f:") else kind
        if name == typed and kind.startswith("f:"):
            return _WHOLE_NAME
        return 1.0 if name.startswith(typed) else 0.0

    @property
    def _letters(self) -> float:
        # The share of names that begin with the typed letters.
        fitting = sum(one.kind in _SCHEMA_NAMES and self._goes_on(one) for one in self.candidates)
        visible = self.place.visible
        every = sum(len(source.fields) + 1 for source in (*visible.sources, *visible.outer))
        if self.expect is Expect.RELATION:
            every = sum(len(found.relations) for found in self.place.catalog.schemas.values())
        return min(1.0, fitting / max(every, fitting, 10))

    def named(self, *kinds: str) -> list[tuple[Candidate, float]]:
        """The candidates of these kinds that go on from what was typed, with their shares."""
        fitting = [
            one
            for one in self.candidates
            if one.kind in kinds
            and self._goes_on(one)
            and self._comparable(one)
            and not self._is_open_cte(one)
        ]
        return _shares(fitting)

    def completed(self, insert: str) -> str | None:
        """`insert` with the half-typed word as written at its front, None if it does not fit."""
        if not insert.lower().startswith(self.typed.lower()):
            return None
        rest = insert[len(self.typed) :]
        if self.typed and self.typed.islower() and insert.isupper() and self._keyword_like(insert):
            rest = rest.lower()
        return self.typed + rest

    def keyword(self, phrase: str) -> str:
        """`phrase` in the user's letter case."""
        return phrase if self.place.style.upper is not False else phrase.lower()

    def _keyword_like(self, insert: str) -> bool:
        return insert.split(None, 1)[0] in normalise.KEYWORDS

    def _comparable(self, one: Candidate) -> bool:
        # Engines with strict types refuse to compare, say, a uuid with a text.
        compared = self._compared
        if one.column is None or not compared or not one.column.type:
            return True
        if self.place.dialect.name in _LAX_TYPES:
            return True
        return _family(one.column.type) == _family(compared)

    @property
    def _compared(self) -> str:
        # The type of the column that the operand here is compared with, '' if unknown.
        path = self.place.context.compared
        if path is None:
            return ""
        qualifier = path.parts[-2].lower() if len(path.parts) > 1 else ""
        for source in (*self.place.visible.sources, *self.place.visible.outer):
            if qualifier and source.name.lower() != qualifier:
                continue
            for field in source.fields:
                if field.name.lower() == path.parts[-1].lower():
                    return field.type
        return ""

    def _is_open_cte(self, one: Candidate) -> bool:
        # A recursive CTE may read itself only after its UNION.
        if one.kind != "cte":
            return False
        for cte in self.place.context.frame.parent.ctes if self.place.context.frame.parent else ():
            inside = cte.body.start <= self.spot.offset <= cte.body.end
            if inside and cte.name.lower() == one.match.lower():
                return "UNION" not in self.spot.masked[cte.body.start : self.spot.offset].upper()
        return False

    def _goes_on(self, one: Candidate) -> bool:
        return self.completed(one.insert) is not None


def of(spot: Spot, schema: catalog.Catalog, past: History, document: str) -> Moment:
    """What there is to know at a spot."""
    place = places.at(spot.masked, spot.offset, schema, spot.dialect, past, document)
    context = place.context
    word = context.word
    typed = spot.masked[word.start : spot.offset] if word.start <= spot.offset else ""
    shape = normalise.shape(spot.masked[: word.start], schema, spot.dialect)
    whole = normalise.shape(spot.masked, schema, spot.dialect)
    found: tuple[Candidate, ...] = ()
    if context.expect not in (Expect.NOTHING, Expect.NEW_NAME):
        found = ranked.at(place)
    symbols = tuple(_habitual(symbol, whole.aliases, past) for symbol in shape.symbols)
    return Moment(
        spot=spot,
        place=place,
        typed=typed,
        symbols=symbols,
        aliases=_with_habits(whole.aliases, shape.symbols, past),
        kinds=kinds_after(past, symbols),
        guesses=tuple(recall.next_symbols(past.past, symbols, 8)),
        candidates=tuple(_whole_word(one, spot.masked, word.start) for one in found),
        document=document,
    )


def after(moment: Moment, insert: str) -> Moment:
    """The moment after `insert` was accepted where nothing follows the cursor."""
    typed = len(moment.typed)
    spot = spots.extended(moment.spot, typed, insert)
    return of(spot, moment.place.catalog, moment.place.history, moment.document)


def _habitual(symbol: str, aliases: dict[str, str], past: History) -> str:
    # An alias that is used before it is defined means what it usually means.
    name = symbol[1:]
    if not symbol.startswith("@") or name in aliases.values():
        return symbol
    return "@" + past.aliases.get(name, name)


def _with_habits(
    aliases: dict[str, str], symbols: tuple[str, ...], past: History
) -> dict[str, str]:
    early = {symbol[1:] for symbol in symbols if symbol.startswith("@")}
    usual = {alias: past.aliases[alias] for alias in early if alias in past.aliases}
    return {**usual, **aliases}


def _whole_word(one: Candidate, text: str, start: int) -> Candidate:
    # A candidate that replaces the inside of quotes, as one that replaces them too.
    if one.replace.start <= start:
        return one
    return replace(one, insert=text[start : one.replace.start] + one.insert)


def kinds_after(past: History, symbols: tuple[str, ...]) -> dict[str, float]:
    """How likely each form of the next symbol is, by the user's statements and typical ones."""
    own = recall.next_kinds(past.past, symbols, 12)
    typical = recall.next_kinds(skeletons.past(), symbols, 12)
    seen = sum(guess.seen for guess in own)
    weight = _OWN_WEIGHT * seen / (seen + 4.0)
    found: dict[str, float] = {}
    for guesses, factor in ((own, weight), (typical, 1.0)):
        for guess in guesses:
            found[guess.symbol] = found.get(guess.symbol, 0.0) + factor * guess.share
    if not found and symbols[-1:] == ("(",):
        return {"c:": _ARGUMENT, "@": _ARGUMENT}
    total = weight + 1.0
    return {kind: share / total for kind, share in found.items()}


def _family(type_: str) -> str:
    return traits.kind_of(type_) or type_.split("(")[0].strip().lower()


def _shares(candidates: list[Candidate]) -> list[tuple[Candidate, float]]:
    if not candidates:
        return []
    top = max(one.score for one in candidates)
    weights = [math.exp(_SHARPNESS * (one.score - top)) for one in candidates[:40]]
    total = sum(weights)
    return [(one, weight / total) for one, weight in zip(candidates, weights, strict=False)]
