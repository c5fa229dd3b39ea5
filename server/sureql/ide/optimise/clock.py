"""How much time is left, and whether somebody still waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Clock:
    """Ends at `until` on the monotonic clock, or when `cancelled`."""

    until: float
    cancelled: Callable[[], bool]

    @property
    def left(self) -> float:
        return max(0.0, self.until - time.monotonic())

    def over(self) -> bool:
        return self.left <= 0.0 or self.cancelled()

    def part(self, seconds: float) -> Clock:
        """One that ends after `seconds`, or with this one."""
        return replace(self, until=min(self.until, time.monotonic() + seconds))


def of(seconds: float, cancelled: Callable[[], bool]) -> Clock:
    return Clock(time.monotonic() + seconds, cancelled)
