"""WHERE <|>, HAVING <|>, AND <|>, CASE WHEN <|> and arguments: the operand."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import calls, naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_CLAUSES = frozenset((Clause.WHERE, Clause.HAVING, Clause.QUALIFY))

_HAVING = 0.5


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause not in _CLAUSES or moment.expect is not Expect.EXPRESSION:
        return
    sure = _HAVING if moment.clause is Clause.HAVING and not moment.typed else 1.0
    for one in (*naming.columns(moment), *calls.plans(moment)):
        yield Plan(one.insert, sure * one.confidence)
    if moment.place.context.compared is not None and not moment.typed:
        # Only an enumerated type says what a value can be.
        yield from naming.plans(moment, moment.share("?"), "enum")
