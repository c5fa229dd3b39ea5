"""ON <|>, and right after a joined relation: the condition that a key gives."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

# How often they are right, measured: the condition by key at the start and later, a column.
_BY_KEY, _LATER, _COLUMN = 0.85, 0.55, 1.5


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause not in (Clause.ON, Clause.JOIN):
        return
    if moment.expect in (Expect.EXPRESSION, Expect.AFTER_RELATION):
        found = moment.named("condition")
        share = _BY_KEY if moment.symbols[-1:] == ("ON",) else _LATER
        if moment.expect is Expect.AFTER_RELATION:
            share = max(0.5 * _BY_KEY, moment.likely().get("ON", 0.0) * _BY_KEY)
        for candidate, part in found[: naming.MOST]:
            if insert := moment.completed(candidate.insert):
                yield Plan(insert, share * part)
    if moment.expect is Expect.EXPRESSION:
        qualified = moment.place.context.qualifier is not None
        for one in naming.columns(moment):
            yield Plan(one.insert, min(0.92, one.confidence * (_COLUMN if qualified else 0.6)))
