"""What a planner yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """`insert` begins with the half-typed word and replaces it; `confidence` is between 0 and 1.

    `source`: engine or history.
    """

    insert: str
    confidence: float
    source: str = "engine"
