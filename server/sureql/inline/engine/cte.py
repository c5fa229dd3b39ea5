"""After the last CTE: the query that reads it."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import roll
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect


def plan(moment: Moment) -> Iterator[Plan]:
    context = moment.place.context
    if context.clause is not Clause.WITH or context.expect is Expect.NEW_NAME:
        return
    if moment.symbols[-1:] != (")",) or moment.typed:
        return
    text, _ = roll.on(moment, ("SELECT",))
    yield Plan(text, 0.6)
