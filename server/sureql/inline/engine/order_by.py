"""ORDER BY <|>: items of the select list, columns, aggregates."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import calls, naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_NAMES, _CALLS = 0.45, 0.6


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause is not Clause.ORDER_BY or moment.expect is not Expect.EXPRESSION:
        return
    if moment.place.context.qualifier is not None:
        yield from naming.columns(moment)
        return
    likely = moment.likely()
    names = likely.get("c:", 0.0) + likely.get("@", 0.0) + likely.get("n:", 0.0)
    calls_share = sum(share for kind, share in likely.items() if kind.startswith("f:"))
    yield from naming.plans(moment, _NAMES * (names + calls_share), "column", "value", "alias")
    for one in calls.plans(moment):
        yield Plan(one.insert, _CALLS * one.confidence)
