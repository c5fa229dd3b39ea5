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
    share = max(likely.get("t:", 0.0), 0.0 if moment.kinds else 0.8)
    yield from naming.plans(moment, share, "table", "view", "cte")
