"""Finds faster forms of a statement, with evidence; each is reported as soon as it is checked."""

from __future__ import annotations

from dataclasses import replace

from sureql.ide.optimise import optimise
from sureql.ide.optimise.model import Candidate, Cost, Means
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
        if not request.time or not candidates:
            return Optimised(candidates)
        if planner is None or not planner.live:
            return Optimised(candidates, (NOT_CONNECTED,))
        return _timed(found.text, candidates, planner)


def _timed(before: str, candidates: tuple[Candidate, ...], planner: Planner) -> Optimised:
    """The candidates with how long both forms really take."""
    notes: list[str] = []
    timed: list[Candidate] = []
    try:
        own = planner.time(before, RUN_SECONDS)
    except PlanError as error:
        return Optimised(candidates, (str(error),))
    for one in candidates:
        if one.cost is None or not one.edits:
            timed.append(one)
            continue
        try:
            its = planner.time(one.sql, RUN_SECONDS)
        except PlanError as error:
            notes.append(str(error))
            timed.append(one)
            continue
        cost = Cost(one.cost.before, one.cost.after, own, its)
        timed.append(replace(one, cost=cost))
    return Optimised(tuple(timed), tuple(dict.fromkeys(notes)))
