"""Finds faster forms of a statement, with evidence; each is reported as soon as it is checked."""

from __future__ import annotations

from sureql.ide.optimise import optimise
from sureql.ide.optimise.model import Candidate, Means
from sureql.workers import statement_there
from sureql.workers.context import Context
from sureql.workers.requests import OptimiseStatement as Request
from sureql.workers.requests import Searched

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> tuple[Candidate, ...]:
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
        return optimise.optimise(found, means)
