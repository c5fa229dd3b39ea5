"""Which of several checked texts are shown, the engine's against the model's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sureql.gate import same
from sureql.gate.model import Level, Outcome
from sureql.inline.cache import Kept
from sureql.ports.ledger import Event
from sureql.syntax.dialects import Dialect

# What is said of a model before anything is known of it counts as so many answers.
_WEIGHT = 8.0
_MOST_COUNTED = 60.0
_OUTCOMES = {Outcome.ACCEPTED: 1.0, Outcome.REPAIRED: 0.8, Outcome.CUT: 0.85}
_WORST_LEVEL = 0.7
_LONGER = 0.97
# How far experience with its texts moves what a model thinks of one.
_LEAN = 0.5


@dataclass(slots=True)
class Trust:
    """How often what a model proposes is wanted: `prior` at first, then what users do with it."""

    prior: float
    taken: float = 0.0
    refused: float = 0.0

    @property
    def value(self) -> float:
        return (self.prior * _WEIGHT + self.taken) / (_WEIGHT + self.taken + self.refused)

    def accepted(self) -> None:
        """A text of the model was taken."""
        self.taken += 1.0
        self._bounded()

    def dismissed(self) -> None:
        """A text of the model was shown and not wanted."""
        self.refused += 1.0
        self._bounded()

    def _bounded(self) -> None:
        # Newer experience counts more.
        total = self.taken + self.refused
        if total > _MOST_COUNTED:
            self.taken, self.refused = (
                one * _MOST_COUNTED / total for one in (self.taken, self.refused)
            )


def trusted(prior: float, events: Iterable[Event]) -> Trust:
    """The trust that earlier sessions have left."""
    trust = Trust(prior)
    for event in events:
        if event.source == "model" and event.what == "accepted":
            trust.accepted()
        elif event.source == "model" and event.what == "dismissed":
            trust.dismissed()
    return trust


def worth(kept: Kept, trust: Trust, chance: float | None = None) -> float:
    """How sure one may be of a model's text, from what the gate made of it and what has become of
    others. `chance`: how probable it was to the model itself, where that is told."""
    verdict = kept.verdict
    checked = _WORST_LEVEL if verdict.level is Level.NO_WORSE else 1.0
    sure = trust.value
    if chance is not None:
        lean = _odds(trust.value) / _odds(trust.prior)
        odds = _odds(chance) * lean**_LEAN
        sure = odds / (1.0 + odds)
    return sure * _OUTCOMES.get(verdict.outcome, 0.0) * checked


def _odds(chance: float) -> float:
    bounded = min(max(chance, 1e-6), 1.0 - 1e-6)
    return bounded / (1.0 - bounded)


def ranked(engine: Sequence[Kept], model: Sequence[Kept], dialect: Dialect) -> tuple[Kept, ...]:
    """All that say something different, best first; their `confidence` is their worth.

    Two that say the same raise one another, and so does one that goes on from the other.
    """
    best: dict[str, Kept] = {}
    for kept in (*_in_order(engine), *model):
        said = same.normal(kept.insert, dialect)
        other = best.get(said)
        if other is None:
            best[said] = kept
        elif "model" in (other.source, kept.source) and other.source != kept.source:
            best[said] = replace(other, confidence=_both(other.confidence, kept.confidence))
        elif kept.confidence > other.confidence:
            best[said] = kept
    found = {said: _backed(said, kept, best) for said, kept in best.items()}
    return tuple(sorted(found.values(), key=lambda kept: -kept.confidence))


def best(found: Sequence[Kept], most: int) -> tuple[Kept, ...]:
    """The first `most` of `found`. Who asks for several sees what the model says, sure or not."""
    shown = tuple(found[:most])
    if most > 1 and not any(one.source == "model" for one in shown):
        model = next((one for one in found[most:] if one.source == "model"), None)
        shown = (*shown[:-1], model) if model is not None else shown
    return shown


def _in_order(engine: Sequence[Kept]) -> Iterator[Kept]:
    # The planners' order says more than their confidence, which is why a surer text may stand
    # behind another: what comes later is taken for no surer than what comes before.
    most = 1.0
    for kept in engine:
        most = min(most, kept.confidence)
        yield replace(kept, confidence=most)


def _backed(said: str, kept: Kept, others: dict[str, Kept]) -> Kept:
    # The longer of two that begin alike: it is as sure as the shorter makes its beginning.
    for short, other in others.items():
        agree = other.source != kept.source and "model" in (other.source, kept.source)
        if agree and said.startswith(short + " "):
            both = _both(kept.confidence, other.confidence) * _LONGER
            kept = replace(kept, confidence=max(kept.confidence, both))
    return kept


def _both(one: float, other: float) -> float:
    return 1.0 - (1.0 - one) * (1.0 - other)
