"""What a style linter says."""

from __future__ import annotations

from dataclasses import dataclass

UNPARSABLE = ("????", "PRS")
"""The codes of places that the linter cannot parse, which is its own weakness mostly."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What it says about a place: line and column from 0, in characters."""

    code: str
    message: str
    line: int
    column: int
