"""How long a statement and its faster forms really take, where the user wants them to be run."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from sureql.ide.optimise.model import Candidate, Cost
from sureql.ports.errors import PlanError
from sureql.ports.plan import Node, Plan, Planner, Timing
from sureql.workers.context import Context
from sureql.workers.requests import Searched

SECONDS = 30.0
"""The longest that one run may take."""
_LONG = 1000.0
"""What takes so many milliseconds is run once: its first run is not far from the others."""
_LEAST = 1.05
"""What is not so many times faster than the statement as written is no faster form."""
NOT_CONNECTED = "Nothing was timed: no database is connected."

Timed = tuple[tuple[Candidate, ...], tuple[str, ...]]


def timed(
    before: str, candidates: tuple[Candidate, ...], planner: Planner | None, context: Context
) -> Timed:
    """The candidates with their times, the quickest first and without those that turned out not to be
    faster than `before`; and what kept them from being timed, or out of the list."""
    if planner is None or not planner.live:
        return candidates, (NOT_CONNECTED,)
    context.report(Searched("Running the query as written", 0.9))
    try:
        own = _times(planner, before, SECONDS)
        # A form that takes longer than the statement as written need not be run to its end.
        limit = SECONDS if own.limited else min(SECONDS, 0.1 + _middle(own) * 2 / 1000)
    except PlanError as error:
        return candidates, (str(error),)
    kept: list[tuple[float, Candidate]] = []
    notes: list[str] = []
    for number, one in enumerate(candidates):
        if context.cancelled():
            break
        if not one.edits or one.caller:
            kept.append((float("inf"), one))
            continue
        context.report(Searched(f"Running form {number + 1}", 0.9))
        try:
            its = _times(planner, one.sql, limit)
        except PlanError as error:
            kept.append((float("inf"), one))
            notes.append(str(error))
            continue
        if its.limited or _middle(own) < _LEAST * _middle(its):
            notes.append(f"Left out, since it was not faster when it was run: {one.title}.")
        else:
            kept.append((_middle(its), _with(one, planner.engine, own, its)))
    ordered = sorted(kept, key=lambda each: each[0])
    return tuple(one for _, one in ordered), tuple(dict.fromkeys(notes))


def _times(planner: Planner, query: str, seconds: float) -> Timing:
    """One run warms up; if that is quick, three more count."""
    first = planner.time(query, seconds, 1)
    if first.limited or _middle(first) > _LONG:
        return first
    return planner.time(query, seconds)


def _middle(found: Timing) -> float:
    return median(found.milliseconds) if found.milliseconds else 0.0


def _with(one: Candidate, engine: str, before: Timing, after: Timing) -> Candidate:
    # Where the engine names no cost, the times are all that is known.
    unknown = Plan(engine, Node(""))
    cost = one.cost if one.cost is not None else Cost(unknown, unknown)
    return replace(one, cost=replace(cost, before_time=before, after_time=after))
