"""How long the keyboard must be quiet before a model is asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

USUAL = 0.2
"""Seconds, while little is known about how the user types."""
SHORTEST, LONGEST = 0.1, 1.0
LATE = 0.1
"""The most that is added where the editor has waited long itself."""
LONG_ALREADY = 0.15
MOST = 3.0
_KEPT = 20
_PAUSE = 1.5
_FEWEST = 4
_RATE = 2.0
_REFUSED, _TAKEN = 1.5, 0.8
_FORGOTTEN = 600.0


class Debounce:
    """One user's rhythm. `clock` and all results are in seconds; `own` is what the editor waits
    itself; `fixed` replaces everything that is worked out here."""

    def __init__(self, clock: Callable[[], float], *, own: float = 0.0, fixed: float = 0.0) -> None:
        self._clock = clock
        self._own = own
        self._fixed = fixed
        self._intervals: deque[float] = deque(maxlen=_KEPT)
        self._typed: float | None = None
        self.latency = 0.0
        """Mean of what the model needs; 0 while nothing is known."""
        self._patience = 1.0
        self._moved = clock()

    def typed(self) -> None:
        """A key was pressed."""
        now = self._clock()
        if self._typed is not None and 0.0 < now - self._typed < _PAUSE:
            self._intervals.append(now - self._typed)
        self._typed = now

    def answered(self, seconds: float) -> None:
        """The model needed so long."""
        self.latency = seconds if not self.latency else 0.8 * self.latency + 0.2 * seconds

    def accepted(self) -> None:
        """What it said was wanted."""
        self._move(_TAKEN)

    def refused(self) -> None:
        """What it said was in the way."""
        self._move(_REFUSED)

    def delay(self, invoked: bool) -> float:
        """Seconds from the last key until the model is asked; 0 if the user asks for it."""
        if invoked:
            return 0.0
        if self._fixed:
            return self._fixed
        wanted = USUAL
        if len(self._intervals) >= _FEWEST:
            mean = sum(self._intervals) / len(self._intervals)
            wanted = _RATE * mean - self.latency
        wanted = min(max(wanted, SHORTEST), LONGEST)
        if self._own >= LONG_ALREADY:
            wanted = min(max(wanted - self._own, 0.0), LATE)
        else:
            wanted = max(wanted - self._own, 0.0)
        return min(max(wanted, SHORTEST / 10) * self._now_patient(), MOST)

    def _move(self, factor: float) -> None:
        most = MOST / SHORTEST
        self._patience = min(max(self._now_patient() * factor, 1.0 / most), most)
        self._moved = self._clock()

    def _now_patient(self) -> float:
        # Back to 1 in ten minutes.
        left = max(0.0, 1.0 - (self._clock() - self._moved) / _FORGOTTEN)
        return float(self._patience**left)
