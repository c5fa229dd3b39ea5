"""ON <|>, and right after a joined relation: the condition that a key gives."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_BY_KEY = 0.85


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause not in (Clause.ON, Clause.JOIN):
        return
    if moment.expect in (Expect.EXPRESSION, Expect.AFTER_RELATION):
        found = moment.named("condition")
        share = _BY_KEY if moment.expect is Expect.EXPRESSION else 0.5 * _BY_KEY
        if moment.expect is Expect.AFTER_RELATION:
            share = max(share, moment.likely().get("ON", 0.0) * _BY_KEY)
        for candidate, part in found[: naming.MOST]:
            if insert := moment.completed(candidate.insert):
                yield Plan(insert, share * part)
    if moment.expect is Expect.EXPRESSION:
        yield from (Plan(one.insert, 0.6 * one.confidence) for one in naming.columns(moment))
