"""Finds faster forms of a statement, with evidence; each is reported as soon as it is checked."""

from __future__ import annotations

from sureql.ide.optimise import admission, index_review, indexes, optimise
from sureql.ide.optimise.model import Candidate, Means
from sureql.workers import statement_there, timed
from sureql.workers.context import Context
from sureql.workers.requests import Optimised, Searched
from sureql.workers.requests import OptimiseStatement as Request

__all__ = ["Request", "run"]

MORE = 2
"""So many forms more are run than are shown."""


def run(request: Request, context: Context) -> Optimised:
    """The candidates, best first. Reports `Candidate`s and `Searched`."""
    found = statement_there.seen(request.where)
    refused = admission.refusal(found)
    if refused:
        return Optimised((), refused=refused)
    with statement_there.planner(request.where, found) as planner:
        runs = request.time and planner is not None and planner.live
        means = Means(
            executor=statement_there.executor(request.where, found),
            planner=planner,
            seconds=request.seconds,
            # Some turn out not to be faster, and none is shown before that is known.
            most=request.most + MORE if runs else request.most,
            to_be_run=runs,
            cancelled=context.cancelled,
            found=(lambda _: None) if runs else context.report,
            progress=lambda text, share: context.report(Searched(text, share)),
        )
        candidates = optimise.optimise(found, means)
        notes: tuple[str, ...] = ()
        if request.time and candidates:
            candidates, notes = timed.timed(found.text, candidates, planner, context)
            candidates = _fewer(candidates, request.most)
    context.report(Searched("Trying indexes", 1.0))
    with statement_there.copy(request.where, found) as empty:
        advice = (
            indexes.advise(found, empty, cancelled=context.cancelled) if empty is not None else ()
        )
    return Optimised(candidates, advice, (*notes, *index_review.sentences(found)))


def _fewer(candidates: tuple[Candidate, ...], most: int) -> tuple[Candidate, ...]:
    """The first ones, and the advice."""
    ours = [one for one in candidates if not one.caller]
    return (*ours[:most], *(one for one in candidates if one.caller))
