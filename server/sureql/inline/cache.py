"""Answers a keystroke from what was suggested before: typing as suggested, and the prefix cache."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from sureql.gate.model import Outcome, Verdict

MOST_ENTRIES = 200
SECONDS = 300.0
LOOK_BACK = 128


@dataclass(frozen=True, slots=True)
class Key:
    """What an answer depends on, but for the text before the cursor."""

    uri: str
    version: str
    suffix: str
    invoked: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A shown text: it replaced the last `covered` characters before the cursor. `confidence` is
    between 0 and 1."""

    insert: str
    covered: int
    source: str
    verdict: Verdict
    confidence: float = 0.0


class Cache:
    """Per session and bounded. `clock` gives seconds; `counts` counts the gate's verdicts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: OrderedDict[tuple[Key, str], tuple[float, tuple[Kept, ...]]] = OrderedDict()
        self.counts: Counter[str] = Counter()

    def count(self, verdict: Verdict) -> None:
        """Remember what the gate decided, by outcome and strength."""
        self.counts[verdict.outcome.value] += 1
        if verdict.outcome is not Outcome.DROPPED and verdict.level is not None:
            self.counts[verdict.level.value] += 1

    def store(self, key: Key, prefix: str, kept: tuple[Kept, ...]) -> None:
        """Keep the answer for the text `prefix` before the cursor."""
        self._entries[(key, prefix)] = (self._clock(), kept)
        self._entries.move_to_end((key, prefix))
        while len(self._entries) > MOST_ENTRIES:
            self._entries.popitem(last=False)

    def exact(self, key: Key, prefix: str) -> tuple[Kept, ...] | None:
        """The answer given for this very text, None if there was none of late."""
        found = self._entries.get((key, prefix))
        if found is None or self._clock() - found[0] > SECONDS:
            return None
        self._entries.move_to_end((key, prefix))
        return found[1]

    def typed_into(self, key: Key, prefix: str) -> tuple[Kept, ...]:
        """What is left of an earlier suggestion that the user has since been typing."""
        for back in range(1, min(LOOK_BACK, len(prefix)) + 1):
            earlier = prefix[:-back]
            kept = self.exact(key, earlier)
            if not kept:
                continue
            typed = prefix[len(earlier) :]
            going_on = tuple(rest for one in kept if (rest := _rest(one, typed)) is not None)
            if going_on:
                return going_on
        return ()


def _rest(kept: Kept, typed: str) -> Kept | None:
    if not kept.insert[kept.covered :].startswith(typed):
        return None
    covered = kept.covered + len(typed)
    if len(kept.insert) <= covered:
        return None
    # An item's range lies on one line: the lines that were typed already are left out.
    line = kept.insert.rfind("\n", 0, covered) + 1
    return replace(kept, insert=kept.insert[line:], covered=covered - line)
