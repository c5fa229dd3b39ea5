"""What filters see beside the proposed text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Around:
    """`typed` is the half-typed word that the text begins with; `before` and `after` are the
    document around the replaced span; `removed` is what the user's last edit took away."""

    typed: str
    before: str
    after: str
    removed: str = ""
