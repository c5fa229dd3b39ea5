"""WHERE <|>, HAVING <|>, AND <|>, CASE WHEN <|> and arguments: the operand."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import calls, naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_CLAUSES = frozenset((Clause.WHERE, Clause.HAVING, Clause.QUALIFY))

_HAVING, _LEARNT, _UNTYPED = 0.5, 0.55, 0.85


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause not in _CLAUSES or moment.expect is not Expect.EXPRESSION:
        return
    sure = 1.0
    if not moment.typed:
        # What was filtered by before says little about what is filtered by now.
        learnt = bool(moment.place.history.statements)
        sure = _HAVING if moment.clause is Clause.HAVING else _LEARNT if learnt else _UNTYPED
    for one in (*naming.columns(moment), *calls.plans(moment)):
        yield Plan(one.insert, sure * one.confidence)
    if moment.place.context.compared is not None and not moment.typed:
        # Only an enumerated type says what a value can be.
        yield from naming.plans(moment, moment.share("?"), "enum")
