"""JOIN <|>: the relation that a key leads to, with its alias and condition."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_WHOLE = 0.85


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.expect is not Expect.RELATION or moment.clause is not Clause.JOIN:
        return
    share = max(moment.likely().get("t:", 0.0), 0.9 if not moment.typed else 0.0)
    for candidate, part in naming.relations(moment)[: naming.MOST]:
        if insert := moment.completed(candidate.insert):
            yield Plan(insert, share * part)
            yield from _whole(moment, candidate.insert, share * part)


def _whole(moment: Moment, name: str, share: float) -> Iterator[Plan]:
    # The same relation with its condition: sure only if the habit of aliases is known.
    habit = any(source.aliased for source in moment.place.visible.sources)
    for candidate in moment.candidates:
        whole = moment.completed(candidate.insert) if candidate.kind == "join" else None
        if whole and candidate.insert.startswith(name + " "):
            yield Plan(whole, share * (_WHOLE if habit else 0.6))
            return
