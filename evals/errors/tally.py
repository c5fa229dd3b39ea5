"""Counts by (dialect, class of fault, what), and examples of what went wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

_MOST_EXAMPLES = 400


@dataclass(slots=True)
class Tally:
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    examples: list[tuple[str, str, str, str]] = field(default_factory=list)

    def add(self, dialect: str, name: str, what: str, by: int = 1) -> None:
        self.counts[dialect, name, what] += by

    def show(self, dialect: str, name: str, what: str, text: str) -> None:
        """Keep an example for `--verbose`."""
        if len(self.examples) < _MOST_EXAMPLES:
            self.examples.append((dialect, name, what, text))

    def merge(self, other: Tally) -> None:
        self.counts.update(other.counts)
        self.examples += other.examples

    def sum(self, what: str, dialect: str, *names: str) -> int:
        """The count of `what` over the classes `names`."""
        return sum(self.counts[dialect, name, what] for name in names)
