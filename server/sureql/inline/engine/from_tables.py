"""FROM <|>, UPDATE <|>, DELETE FROM <|>, INSERT INTO <|>: the relation."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.expect is not Expect.RELATION or moment.clause is Clause.JOIN:
        return
    likely = moment.likely()
    known = moment.place.context.qualifier is not None or not moment.kinds
    share = max(likely.get("t:", 0.0), 0.8 if known else 0.0)
    yield from naming.plans(moment, share, "table", "view", "cte")
