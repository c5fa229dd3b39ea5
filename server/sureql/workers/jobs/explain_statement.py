"""Explains a statement, with its plan where that is wanted and an engine tells it."""

from __future__ import annotations

from sureql.ide.diagnostics.context import Context as Seen
from sureql.ide.explain import explain
from sureql.oracle.planners import written
from sureql.ports.errors import PlanError
from sureql.ports.plan import Plan
from sureql.workers import statement_there
from sureql.workers.context import Context
from sureql.workers.requests import Explained, Where
from sureql.workers.requests import ExplainStatement as Request

__all__ = ["Request", "run"]

NO_ENGINE = "No engine here tells how it would run a statement of this dialect."


def run(request: Request, context: Context) -> Explained:
    """The explanation. What kept the plan away is told; the rest is explained all the same."""
    found = statement_there.seen(request.where)
    if request.written is not None:
        plan, why = _given(request.written, request.origin)
    elif request.plan:
        plan, why = _plan(request.where, found)
    else:
        return Explained(explain.explain(found))
    return Explained(explain.explain(found, plan), why)


def _given(text: str, origin: str) -> tuple[Plan | None, str]:
    try:
        return written.read(text, origin), ""
    except PlanError as error:
        return None, str(error)


def _plan(where: Where, found: Seen) -> tuple[Plan | None, str]:
    with statement_there.planner(where, found) as planner:
        if planner is None:
            return None, NO_ENGINE
        try:
            return planner.plan(found.text), ""
        except PlanError as error:
            return None, str(error)
