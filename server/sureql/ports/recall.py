"""Statements written before, found again by what is being written now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Snippet:
    """A whole statement. `origin` says where from: a path relative to the workspace, or `history`.
    `score` is between 0 and 1."""

    text: str
    origin: str
    score: float


class Recall(Protocol):
    """The index of the workspace's statements and the user's history."""

    async def similar(self, text: str, most: int) -> tuple[Snippet, ...]:
        """Statements most like `text` (SQL or words), best first; () if there is no index yet."""
