"""Checks another form of a statement that a model or a user proposes, like our own rewrites."""

from __future__ import annotations

from sureql.equivalence.model import Verdict
from sureql.ide.optimise import optimise
from sureql.ide.optimise.model import Candidate, Means
from sureql.workers import statement_there
from sureql.workers.context import Context
from sureql.workers.requests import CheckRewrite as Request

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> Candidate | Verdict:
    """What may be offered, or why it may not."""
    found = statement_there.seen(request.where)
    with statement_there.planner(request.where, found) as planner:
        means = Means(
            executor=statement_there.executor(request.where, found),
            planner=planner,
            seconds=request.seconds,
            cancelled=context.cancelled,
        )
        return optimise.check_proposal(found, request.sql, means)
