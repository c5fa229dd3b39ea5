"""WHERE <|>, HAVING <|>, AND <|>, CASE WHEN <|> and arguments: the operand."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import calls, naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_CLAUSES = frozenset((Clause.WHERE, Clause.HAVING, Clause.QUALIFY))


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause not in _CLAUSES or moment.expect is not Expect.EXPRESSION:
        return
    yield from naming.columns(moment)
    yield from calls.plans(moment)
    if moment.place.context.compared is not None and not moment.typed:
        # Only an enumerated type says what a value can be.
        yield from naming.plans(moment, moment.share("?"), "enum")
