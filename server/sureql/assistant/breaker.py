"""Leaves an endpoint in peace after it has failed several times in a row."""

from __future__ import annotations

from collections.abc import Callable

from sureql.ports.errors import ModelBusy, ModelError, ModelRefused

FAILURES = 3
"""In a row, until the endpoint rests."""
_SHORTEST, _LONGEST = 5.0, 300.0
_REFUSED = 60.0  # A wrong key or name does not mend itself within seconds.
_LONGEST_ASKED = 3600.0


class Breaker:
    """Closed while all is well. Open, nothing is asked until a time; then one request goes ahead
    and decides (half open)."""

    def __init__(self, clock: Callable[[], float], random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._failures = 0
        self._until = 0.0
        self._asked_to_wait = False
        self._trying = False

    def wait(self, urgent: bool = False) -> float:
        """Seconds until a request may be made, 0 if it may be made now. An `urgent` one, which the
        user waits for, only heeds what the endpoint itself has asked for."""
        left = self._until - self._clock()
        if left > 0:
            return left if self._asked_to_wait or not urgent else 0.0
        if self._trying and not urgent:
            return 1.0
        return 0.0

    def begin(self) -> bool:
        """A request is made; True if it is the one that decides whether the endpoint still rests."""
        if self._failures >= FAILURES and not self._trying:
            self._trying = True
            return True
        return False

    def given_up(self, trial: bool) -> None:
        """The request ended without telling anything about the endpoint."""
        if trial:
            self._trying = False

    def succeeded(self) -> None:
        self._failures = 0
        self._until = 0.0
        self._trying = self._asked_to_wait = False

    def failed(self, fault: ModelError) -> None:
        self._trying = False
        self._failures += 1
        asked = fault.retry_after if isinstance(fault, ModelBusy) else None
        if asked is not None:
            self._rest(min(max(asked, 0.0), _LONGEST_ASKED))
            self._asked_to_wait = True
        elif self._failures >= FAILURES:
            shortest = _REFUSED if isinstance(fault, ModelRefused) else _SHORTEST
            doubled = shortest * 2 ** min(self._failures - FAILURES, 10)
            # Several editors must not all come back in the same instant.
            self._rest(min(doubled, _LONGEST) * (0.75 + 0.5 * self._random()))
            self._asked_to_wait = False

    def _rest(self, seconds: float) -> None:
        self._until = max(self._until, self._clock() + seconds)
