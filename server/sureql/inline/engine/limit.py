"""ORDER BY x <|>: direction and limit, and LIMIT's usual number."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import roll
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_DIRECTION = 0.7


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause is not Clause.ORDER_BY or moment.expect is not Expect.OPERATOR:
        return
    likely = moment.likely()
    for word in ("DESC", "LIMIT", "ASC"):
        text, certainty = roll.on(moment, (word,))
        if word in likely and (insert := moment.completed(text)):
            yield Plan(insert, _DIRECTION * likely[word] * certainty)
