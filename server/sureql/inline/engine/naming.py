"""Plans from ranked candidates: the likeliest names of some kinds."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan

MOST = 3
# How often the best column is the right one, measured: with its relation known, and without.
_KNOWN, _AFTER_QUALIFIER, _BLIND = 0.9, 0.62, 0.12


def plans(moment: Moment, share: float, *kinds: str, after: str = "") -> Iterator[Plan]:
    """The best candidates of `kinds`, if one of them comes with likelihood `share`."""
    if share <= 0.0:
        return
    for candidate, part in moment.named(*kinds)[:MOST]:
        if insert := moment.completed(candidate.insert):
            yield Plan(insert + after, share * part)


def columns(moment: Moment) -> Iterator[Plan]:
    """Columns of what is in scope; after `t.` nothing else can come."""
    visible = moment.place.visible
    seen = bool(visible.sources or visible.outer or moment.place.context.target)
    if moment.place.context.qualifier is not None:
        yield from plans(moment, _AFTER_QUALIFIER if seen else _BLIND, "column", "star")
        return
    likely = moment.likely()
    share = likely.get("c:", 0.0) + likely.get("@", 0.0)
    # A letter or two narrow a whole schema down, but not to one column.
    blind = min(0.5, _BLIND * (1 + len(moment.typed)))
    yield from plans(moment, share * (_KNOWN if seen else blind), "column")
