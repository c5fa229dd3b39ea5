"""What filters see beside the proposed text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Around:
    """`typed` is the half-typed word that the text begins with; `before` and `after` are the
    document around the replaced span; `removed` is what the user's last edit took away;
    `dismissed` was shown here a moment ago and not wanted.

    `raw`: the text is what a model wrote behind `typed`; the `join` filter brings both together.
    """

    typed: str
    before: str
    after: str
    removed: str = ""
    dismissed: frozenset[str] = frozenset()
    raw: bool = False

    @property
    def line(self) -> str:
        """The line up to the cursor."""
        return self.before[self.before.rfind("\n") + 1 :] + self.typed
