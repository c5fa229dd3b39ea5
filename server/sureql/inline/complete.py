"""The ghost-text pipeline, read top to bottom."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.catalog import model as catalog
from sureql.gate import check
from sureql.gate.model import Suggestion, Verdict
from sureql.inline import spot as spots
from sureql.inline import trigger
from sureql.inline.cache import Cache, Kept, Key
from sureql.inline.engine import moment as moments
from sureql.inline.engine import planners
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.inline.filters import pipeline
from sureql.inline.filters.around import Around
from sureql.inline.model import Item, Request
from sureql.inline.spot import Spot
from sureql.text.span import Span

MOST_CHECKS = 4
MOST_INVOKED = 3
SURE_ENOUGH = 0.3
INVOKED_ENOUGH = 0.01
LONGEST_STATEMENT = 8_000


def complete(request: Request, cache: Cache) -> tuple[Item, ...]:
    """Checked items for `request`, best first; () when silence is better."""
    spot = spots.at(request.snapshot, request.offset)
    if len(spot.text) > LONGEST_STATEMENT or not trigger.allows(request, spot):
        return ()
    schema = request.snapshot.catalog_at(spot.statement)
    key = Key(request.snapshot.uri, schema.version, spot.after, request.invoked)
    kept = cache.exact(key, spot.before)
    if kept is None:
        kept = cache.typed_into(key, spot.before)
    if kept:
        kept = tuple(_filtered_again(request, spot, kept))
    if not kept:
        kept = tuple(_fresh(request, spot, schema, cache))
        cache.store(key, spot.before, kept)
    most = MOST_INVOKED if request.invoked else 1
    items = (_item(request, one) for one in kept)
    return tuple(one for one in items if _goes_with_popup(request, one))[:most]


def _fresh(request: Request, spot: Spot, schema: catalog.Catalog, cache: Cache) -> Iterator[Kept]:
    moment = moments.of(spot, schema, request.past, request.snapshot.text)
    most = MOST_INVOKED if request.invoked else 1
    enough = INVOKED_ENOUGH if request.invoked else SURE_ENOUGH
    shown = 0
    tried: set[str] = set()
    for plan in planners.plans(moment):
        if shown == most or len(tried) == MOST_CHECKS:
            return
        if plan.confidence < enough:
            continue
        insert = _filtered(request, spot, plan.insert, moment.typed)
        if insert is None or insert in tried:
            continue
        tried.add(insert)
        verdict = _judged(request, spot, schema, moment, Plan(insert, plan.confidence, plan.source))
        cache.count(verdict)
        if verdict.insert.lower().startswith(moment.typed.lower()) and verdict.insert:
            kept = _filtered(request, spot, verdict.insert, moment.typed)
            if kept is not None:
                shown += 1
                yield Kept(kept, len(moment.typed), plan.source, verdict)


def _judged(
    request: Request, spot: Spot, schema: catalog.Catalog, moment: Moment, plan: Plan
) -> Verdict:
    replace = Span(spot.offset - len(moment.typed), spot.offset)
    suggestion = Suggestion(replace, plan.insert, plan.source)
    return check.check(spot.text, suggestion, schema, spot.dialect, request.judge)


def _filtered(request: Request, spot: Spot, insert: str, typed: str) -> str | None:
    text = request.snapshot.text
    start = request.offset - len(typed)
    around = Around(typed, text[:start], text[request.offset :], request.removed)
    return pipeline.run(insert, around)


def _filtered_again(request: Request, spot: Spot, kept: tuple[Kept, ...]) -> Iterator[Kept]:
    # What was fit to be shown a moment ago need not be so after more was typed.
    for one in kept:
        typed = spot.before[len(spot.before) - one.covered :] if one.covered else ""
        text = _filtered(request, spot, one.insert, typed)
        if text is not None and text.startswith(typed):
            yield Kept(text, one.covered, "cache", one.verdict)


def _item(request: Request, kept: Kept) -> Item:
    replace = Span(request.offset - kept.covered, request.offset)
    return Item(kept.insert, replace, kept.source, kept.verdict)


def _goes_with_popup(request: Request, item: Item) -> bool:
    # While the popup has an item selected, only what goes on from that item may be shown.
    if request.selected is None:
        return True
    span, text = request.selected
    chosen = request.snapshot.text[min(item.replace.start, span.start) : span.start] + text
    return item.insert.startswith(chosen)
