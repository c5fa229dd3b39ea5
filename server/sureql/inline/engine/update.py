"""UPDATE t SET <|>: the column to set and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import calls, naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause is not Clause.SET:
        return
    if moment.expect is Expect.COLUMN:
        yield from naming.plans(moment, 0.9, "column", after=" = " if moment.open_end else "")
    elif moment.expect is Expect.EXPRESSION:
        yield from naming.columns(moment)
        yield from naming.plans(moment, moment.share("?"), "enum")
        yield from calls.plans(moment)
