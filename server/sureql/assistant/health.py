"""How it goes with a model, for the status that editors show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """`kind`: normal, warning, error or inactive. `message` is '' while all is well. `busy` is True
    while an answer is awaited."""

    kind: str = "normal"
    message: str = ""
    busy: bool = False
