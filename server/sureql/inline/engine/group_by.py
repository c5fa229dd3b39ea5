"""GROUP BY <|>: what stands beside the aggregates in the select list."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_NAMES = 0.6


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause is not Clause.GROUP_BY or moment.expect is not Expect.EXPRESSION:
        return
    yield from naming.plans(moment, _NAMES, "column", "value", "all-columns", "alias")
