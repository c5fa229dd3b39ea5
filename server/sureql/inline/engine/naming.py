"""Plans from ranked candidates: the likeliest names of some kinds."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.candidates.model import Candidate
from sureql.inline.engine import query_facts
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan

MOST = 3
# How often the best column is the right one, measured: with its relation known, and without.
_KNOWN, _AFTER_QUALIFIER, _BLIND = 0.9, 0.62, 0.12
# What each typed letter adds to the trust in a name while nothing is in scope yet.
_LETTER, _MOST_BLIND = 0.18, 0.8
_VIEW, _OTHER_ALIAS = 0.4, 0.25


def plans(moment: Moment, share: float, *kinds: str, after: str = "") -> Iterator[Plan]:
    """The best candidates of `kinds`, if one of them comes with likelihood `share`."""
    if share <= 0.0:
        return
    for candidate, part in moment.named(*kinds)[:MOST]:
        if insert := moment.completed(candidate.insert):
            yield Plan(insert + after, share * part)


def relations(moment: Moment) -> list[tuple[Candidate, float]]:
    """The likeliest relations with their shares, as far as the select list lets them be next."""
    facts = query_facts.of(moment)
    alias = query_facts.next_alias(moment, facts)
    wanted = facts.missing.get(alias, frozenset()) if alias else frozenset()
    weighed: list[tuple[Candidate, float]] = []
    for candidate, part in moment.named("table", "view", "cte"):
        weight = part * (_VIEW if candidate.kind == "view" else 1.0)
        if wanted and not _has(candidate, wanted):
            weight = 0.0
        weighed.append((candidate, weight))
    total = sum(weight for _, weight in weighed)
    # Numbered aliases say that the next relation is none of those named so far.
    doubt = _OTHER_ALIAS if alias and not wanted and not moment.typed else 1.0
    return sorted(
        ((one, doubt * weight / total) for one, weight in weighed if weight > 0.0),
        key=lambda found: -found[1],
    )


def _has(candidate: Candidate, columns: frozenset[str]) -> bool:
    relation = candidate.relation
    return relation is None or columns <= {column.name.lower() for column in relation.columns}


def columns(moment: Moment) -> Iterator[Plan]:
    """Columns of what is in scope; after `t.` nothing else can come."""
    visible = moment.place.visible
    seen = bool(visible.sources or visible.outer or moment.place.context.target)
    blind = min(_MOST_BLIND, _BLIND + _LETTER * len(moment.typed))
    if moment.place.context.qualifier is not None:
        yield from plans(moment, _AFTER_QUALIFIER if seen else blind, "column", "star")
        return
    likely = moment.likely()
    share = likely.get("c:", 0.0) + likely.get("@", 0.0)
    yield from plans(moment, share * (_KNOWN if seen else blind), "column")
