"""How an engine would run a query, and what it thinks that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a plan. `operation` is the engine's own word (`Hash Join`, `SEARCH`). `details` are
    (label, text) as the engine prints them, such as (`Filter`, `(a > 1)`). `rows` are those that the
    engine expects in one run, `cost` includes the steps below; None where it does not say.
    `actual_rows` and `milliseconds` are known only where the query was really run.
    """

    operation: str
    relation: str = ""
    alias: str = ""
    index: str = ""
    details: tuple[tuple[str, str], ...] = ()
    rows: float | None = None
    cost: float | None = None
    actual_rows: float | None = None
    loops: float | None = None
    milliseconds: float | None = None
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """`cost` is in `unit` (planner units, rows read), None if no number is known. `basis` says for
    people what the numbers rest on: the database itself, or statistics on an empty copy of it."""

    engine: str
    root: Node
    cost: float | None = None
    unit: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class IndexIdea:
    """An index that is only thought of. `where` is the condition of a partial one."""

    schema: str
    relation: str
    columns: tuple[str, ...]
    where: str = ""

    @property
    def name(self) -> str:
        """What it is called in a plan that uses it, short enough for every engine."""
        return (
            "_".join((self.relation, *self.columns, *["partly"] * bool(self.where)))[:50] + "_idea"
        )


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a query really took, in milliseconds, one number for each run. `limited` says that
    the limit ended it: the numbers are the limit then."""

    milliseconds: tuple[float, ...]
    limited: bool = False


class Planner(Protocol):
    """Plans queries without running them. `dialect` is what they are written in, `engine` its name
    and version. Raises PlanError with a sentence for the user."""

    dialect: str
    engine: str
    live: bool  # It is the user's own database, with its real statistics.

    def plan(self, query: str, indexes: Sequence[IndexIdea] = ()) -> Plan:
        """The plan, as if `indexes` existed. Never runs the query."""
        ...

    def time(self, query: str, seconds: float, runs: int = 3) -> Timing:
        """Run the query in a read-only transaction that is rolled back, at most `seconds` each time.
        Only on the user's say-so. Rows are counted, not kept."""
        ...

    def close(self) -> None: ...
