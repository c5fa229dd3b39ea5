"""Finds faster forms of a statement, with evidence; each is reported as soon as it is checked."""

from __future__ import annotations

from dataclasses import replace

from sureql.ide.optimise import indexes, optimise
from sureql.ide.optimise.model import Candidate, Means
from sureql.ports.errors import PlanError
from sureql.ports.plan import Planner
from sureql.workers import statement_there
from sureql.workers.context import Context
from sureql.workers.requests import Optimised, Searched
from sureql.workers.requests import OptimiseStatement as Request

__all__ = ["Request", "run"]

RUN_SECONDS = 30.0
"""The longest that one run may take, where the user wants forms timed."""
NOT_CONNECTED = "Nothing was timed: no database is connected."


def run(request: Request, context: Context) -> Optimised:
    """The candidates, best first. Reports `Candidate`s and `Searched`."""
    found = statement_there.seen(request.where)
    with statement_there.planner(request.where, found) as planner:
        means = Means(
            executor=statement_there.executor(request.where, found),
            planner=planner,
            seconds=request.seconds,
            most=request.most,
            cancelled=context.cancelled,
            found=context.report,
            progress=lambda text, share: context.report(Searched(text, share)),
        )
        candidates = optimise.optimise(found, means)
        notes: tuple[str, ...] = ()
        if request.time and candidates:
            candidates, notes = _timed(found.text, candidates, planner)
    context.report(Searched("Trying indexes", 1.0))
    with statement_there.copy(request.where, found) as empty:
        advice = (
            indexes.advise(found, empty, cancelled=context.cancelled) if empty is not None else ()
        )
    return Optimised(candidates, advice, notes)


def _timed(
    before: str, candidates: tuple[Candidate, ...], planner: Planner | None
) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """The candidates with how long both forms really take, and what kept that from being known."""
    if planner is None or not planner.live:
        return candidates, (NOT_CONNECTED,)
    notes: list[str] = []
    timed: list[Candidate] = []
    try:
        own = planner.time(before, RUN_SECONDS)
    except PlanError as error:
        return candidates, (str(error),)
    for one in candidates:
        if one.cost is not None and one.edits:
            try:
                its = planner.time(one.sql, RUN_SECONDS)
            except PlanError as error:
                notes.append(str(error))
            else:
                one = replace(one, cost=replace(one.cost, before_time=own, after_time=its))
        timed.append(one)
    return tuple(timed), tuple(dict.fromkeys(notes))
