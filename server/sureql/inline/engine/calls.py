"""Function calls, as far as their form is sure: `count(*)`, `max(`."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import roll
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan

# How often a call that habit speaks for is the right one, measured.
_RIGHT, _TYPED = 0.5, 0.9


def plans(moment: Moment) -> Iterator[Plan]:
    """The likeliest calls where an operand is expected."""
    if moment.place.context.qualifier is not None:
        return
    likely = {kind: share for kind, share in moment.likely().items() if kind.startswith("f:")}
    for kind in sorted(likely, key=lambda one: -likely[one])[:2]:
        text, certainty = roll.on(moment, (kind, "("))
        if insert := moment.completed(text.rstrip()):
            yield Plan(
                insert, (_TYPED if len(moment.typed) > 1 else _RIGHT) * likely[kind] * certainty
            )
