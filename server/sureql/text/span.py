"""A half-open range of code-point offsets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`text[start:end]`; `start <= end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        # An empty span is a place, not nothing; truthiness must not depend on its length.
        return True

    def touches(self, offset: int) -> bool:
        """True if `offset` is inside or at either edge."""
        return self.start <= offset <= self.end

    def covers(self, other: Span) -> bool:
        """True if `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """True if the two spans share at least one character."""
        return self.start < other.end and other.start < self.end

    def meets(self, other: Span) -> bool:
        """True if the two spans overlap, or one begins where the other ends."""
        return self.start <= other.end and other.start <= self.end

    def shift(self, by: int) -> Span:
        """The same span moved by `by` code points."""
        return Span(self.start + by, self.end + by)

    def of(self, text: str) -> str:
        """The text the span covers."""
        return text[self.start : self.end]
