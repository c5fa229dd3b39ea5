"""VALUES (<|>): only what the schema says can stand there."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause is Clause.VALUES and moment.expect is Expect.EXPRESSION:
        yield from naming.plans(moment, 0.5, "enum")
