"""Notices that answers for ghost text keep coming too late to be of use."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.assistant.health import Health
from sureql.ports.provider import Ask, Task

IN_A_ROW = 3
"""Late answers until it is worth a word: one alone may be a model that is being loaded."""


@dataclass(slots=True)
class Pace:
    """Counts the answers, one after the other, that took longer than the `patience` of ghost text."""

    patience: float
    late: int = 0

    @property
    def is_slow(self) -> bool:
        """True if that is worth a word."""
        return self.late >= IN_A_ROW

    def left(self, ask: Ask, seconds: float, spoke: bool) -> None:
        """An answer was complete or given up after so long; `spoke` if anything of it came. One that
        was given up soon, without a word, tells nothing."""
        if ask.task is not Task.CONTINUE:
            return
        if seconds >= self.patience:
            self.late += 1
        elif spoke:
            self.late = 0

    def health(self, host: str) -> Health:
        """How it goes with an endpoint that has no other fault."""
        if not self.is_slow:
            return Health()
        message = (
            f"{host} takes longer than {self.patience:g} s to answer, and ghost text goes on without "
            "it: a smaller model is quicker, or raise inline.wait."
        )
        return Health("warning", message)
