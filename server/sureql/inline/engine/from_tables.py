"""FROM <|>, UPDATE <|>, DELETE FROM <|>, INSERT INTO <|>: the relation."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

# A relation comes nearly always; of several that are likely alike, none is shown unasked.
_ALWAYS, _TIES = 0.85, 1.8


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.expect is not Expect.RELATION or moment.clause is Clause.JOIN:
        return
    likely = moment.likely()
    share = max(likely.get("t:", 0.0), _ALWAYS)
    for candidate, part in naming.relations(moment)[: naming.MOST]:
        if insert := moment.completed(candidate.insert):
            alone = not moment.typed and moment.place.context.qualifier is None
            yield Plan(insert, share * (part**_TIES if alone else part))
