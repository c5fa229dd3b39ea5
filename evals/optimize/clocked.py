"""How long a query takes, by as many runs as its length allows, and each long one only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evals.optimize.engines import Engine, Ran
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea, Plan, Timing

LIMIT = 10.0
"""Seconds that a query may take; one that takes longer counts as this."""
LONG = 1000.0
"""Milliseconds. A query that takes so long is run once, and that run serves whoever asks again."""
_SHORT = 100.0
_RUNS, _MANY = 3, 5


@dataclass(slots=True)
class Clocked:
    """Runs queries on one engine. It stands for a live planner as well where only times are asked."""

    target: Engine
    dialect: str = ""
    engine: str = ""
    live: bool = True
    known: dict[str, Ran] = field(default_factory=dict)

    def median(self, sql: str) -> tuple[float, Ran]:
        """Milliseconds after a run that only warms up, and what the query gave."""
        first = self._first(sql, LIMIT)
        if first.limited or first.error or first.milliseconds >= LONG:
            return first.milliseconds, first
        runs = _MANY if first.milliseconds < _SHORT else _RUNS
        times = sorted(self.target.run(sql, LIMIT).milliseconds for _ in range(runs))
        return times[len(times) // 2], first

    def time(self, query: str, seconds: float, runs: int = 3) -> Timing:
        limit = min(seconds, LIMIT)
        first = self._first(query, limit)
        if first.error:
            raise PlanError(first.error)
        if first.limited or first.milliseconds >= LONG:
            return Timing((first.milliseconds,), first.limited)
        more = (self.target.run(query, limit).milliseconds for _ in range(runs))
        return Timing((*more,))

    def plan(self, query: str, indexes: Sequence[IndexIdea] = ()) -> Plan:
        raise PlanError("Only times are told here.")

    def close(self) -> None:
        """The engine stays open."""

    def _first(self, sql: str, seconds: float) -> Ran:
        known = self.known.get(sql)
        if known is not None:
            return known
        found = self.target.run(sql, seconds)
        whole = seconds >= LIMIT or not found.limited
        if whole and not found.error and (found.limited or found.milliseconds >= LONG):
            self.known[sql] = found
        return found
