"""A real engine over an empty shadow of the schema, asked whether it would accept a statement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Ruling(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNJUDGED = "unjudged"  # Not a kind it may see, not ready, too slow, or not buildable.


@dataclass(frozen=True, slots=True)
class Judgement:
    """The engine's answer; `message` is the engine's own text when it refused."""

    ruling: Ruling
    message: str = ""


class Judge(Protocol):
    """Answers within its own limit or with UNJUDGED; never raises for a statement's content."""

    dialect: str

    def judge(self, statement: str) -> Judgement: ...
