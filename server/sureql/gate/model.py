"""A suggestion before the gate and the gate's verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sureql.text.span import Span


class Outcome(Enum):
    ACCEPTED = "accepted"
    REPAIRED = "repaired"  # One unambiguous misspelt name was corrected.
    CUT = "cut"  # Cut back to the longest valid unit.
    DROPPED = "dropped"


class Level(Enum):
    """How much could be checked, strongest first."""

    JUDGED = "judged"  # The engine accepted the spliced statement.
    RESOLVED = "resolved"  # Parsed, and every name resolved in closed namespaces.
    KNOWN = "known"  # Parsed, and every added name stands in the catalog or the user's text.
    PREFIX = "prefix"  # A valid prefix of a statement; added names as above.
    NO_WORSE = "no-worse"  # The rest is broken; no problem that was not there before.


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Replace `replace` of the statement by `insert`. `source`: engine, model, history, cache."""

    replace: Span
    insert: str
    source: str = "engine"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate decided. `insert` is what may be shown ('' if dropped)."""

    outcome: Outcome
    insert: str
    level: Level | None
    reason: str
