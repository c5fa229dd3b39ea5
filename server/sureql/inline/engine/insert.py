"""INSERT INTO t (<|>): the column list."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_CLAUSES = frozenset((Clause.INSERT_COLUMNS, Clause.CONFLICT, Clause.USING))
_WHOLE_LIST = 0.6


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.expect is not Expect.COLUMN or moment.clause not in _CLAUSES:
        return
    lists = moment.named("all-columns") if not moment.typed else []
    for candidate, part in lists[:1]:
        if insert := moment.completed(candidate.insert):
            yield Plan(insert, _WHOLE_LIST * part)
    yield from naming.plans(moment, 0.55 if lists else 0.9, "column")
