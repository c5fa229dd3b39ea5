"""SELECT <|>: columns, the star, aggregates."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import calls, naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause is not Clause.SELECT or moment.expect is not Expect.EXPRESSION:
        return
    yield from naming.columns(moment)
    yield from calls.plans(moment)
