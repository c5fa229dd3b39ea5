"""Plans from ranked candidates: the likeliest names of some kinds."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan

MOST = 3


def plans(moment: Moment, share: float, *kinds: str, after: str = "") -> Iterator[Plan]:
    """The best candidates of `kinds`, if one of them comes with likelihood `share`."""
    if share <= 0.0:
        return
    for candidate, part in moment.named(*kinds)[:MOST]:
        if insert := moment.completed(candidate.insert):
            yield Plan(insert + after, share * part)


def columns(moment: Moment) -> Iterator[Plan]:
    """Columns of what is in scope; after `t.` nothing else can come."""
    if moment.place.context.qualifier is not None:
        yield from plans(moment, 0.95, "column", "star")
        return
    likely = moment.likely()
    yield from plans(moment, likely.get("c:", 0.0) + likely.get("@", 0.0), "column")
