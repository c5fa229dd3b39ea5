"""The ghost-text pipeline, read top to bottom. `assistant.ghost` puts a model between its steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sureql.catalog import model as catalog
from sureql.gate import check
from sureql.gate.model import Suggestion
from sureql.inline import in_braces, trigger
from sureql.inline import spot as spots
from sureql.inline.cache import Cache, Kept, Key
from sureql.inline.engine import moment as moments
from sureql.inline.engine import planners
from sureql.inline.engine.plan import Plan
from sureql.inline.filters import pipeline
from sureql.inline.filters.around import Around
from sureql.inline.model import Item, Request
from sureql.inline.spot import Spot
from sureql.syntax import comments
from sureql.text.span import Span

MOST_CHECKS = 4
MOST_INVOKED = 3
SURE_ENOUGH = 0.3
INVOKED_ENOUGH = 0.01
LONGEST_STATEMENT = 8_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A request at a place where ghost text may stand."""

    request: Request
    spot: Spot
    schema: catalog.Catalog
    key: Key

    @property
    def most(self) -> int:
        """How many items may be shown."""
        return MOST_INVOKED if self.request.invoked else 1


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text before it is checked. It begins with `typed`, the end of the text before the cursor,
    unless it is `raw`: then it is what a model wrote after that. `behind` is what stands behind the
    cursor and ends it."""

    text: str
    typed: str
    source: str
    confidence: float = 0.0
    raw: bool = False
    behind: str = ""


def complete(request: Request, cache: Cache) -> tuple[Item, ...]:
    """Checked items for `request`, best first; () when silence is better."""
    asked = begin(request)
    if asked is None:
        return ()
    kept = remembered(asked, cache)
    if not kept:
        kept = by_engine(asked, cache)
        cache.store(asked.key, asked.spot.before, kept)
    return items(asked, kept)


def begin(request: Request) -> Asked | None:
    """The request at its place, None where ghost text would only disturb."""
    spot = spots.at(request.snapshot, request.offset)
    if len(spot.text) > LONGEST_STATEMENT or not trigger.allows(request, spot):
        return None
    schema = request.snapshot.catalog_at(spot.statement)
    key = Key(request.snapshot.uri, schema.version, spot.after, request.invoked)
    return Asked(request, spot, schema, key)


def remembered(asked: Asked, cache: Cache, *, new: bool = False) -> tuple[Kept, ...]:
    """What was suggested here before, or where typing began and has followed it since. `new`: it has
    only just been found, and is not said to come from the cache."""
    kept = cache.exact(asked.key, asked.spot.before)
    if kept is None:
        kept = cache.typed_into(asked.key, asked.spot.before)
    found = tuple(_filtered_again(asked, kept))
    if new:
        return found
    # What becomes of a model's text says how far to trust it, whenever it is shown.
    return tuple(one if one.source == "model" else replace(one, source="cache") for one in found)


def by_engine(asked: Asked, cache: Cache) -> tuple[Kept, ...]:
    """What the clause planners and the history have to say, checked."""
    return tuple(_by_engine(asked, cache))


def checked(asked: Asked, proposal: Proposal, cache: Cache) -> Kept | None:
    """A proposal after the filters and the gate, None if nothing of it may be shown."""
    insert = _filtered(asked.request, proposal.text, proposal.typed, proposal.raw)
    if insert is not None and proposal.source == "model":
        insert = _without_comments(asked, insert, proposal.typed)
    return _weighed(asked, insert, proposal, cache) if insert else None


def items(asked: Asked, kept: tuple[Kept, ...]) -> tuple[Item, ...]:
    """As many of `kept` as may be shown."""
    found = (_item(asked.request, one) for one in kept)
    return tuple(one for one in found if _goes_with_popup(asked.request, one))[: asked.most]


def _by_engine(asked: Asked, cache: Cache) -> Iterator[Kept]:
    request = asked.request
    plans, typed = _plans(asked)
    behind = in_braces.behind(asked.spot)
    enough = INVOKED_ENOUGH if request.invoked else SURE_ENOUGH
    shown = 0
    tried: set[str] = set()
    for plan in plans:
        if shown == asked.most or len(tried) == MOST_CHECKS:
            return
        if plan.confidence < enough:
            continue
        insert = _filtered(request, plan.insert, typed)
        if insert is None or insert in tried:
            continue
        tried.add(insert)
        proposal = Proposal(insert, typed, plan.source, plan.confidence, behind=behind)
        if (kept := _weighed(asked, insert, proposal, cache)) is not None:
            shown += 1
            yield kept


def _plans(asked: Asked) -> tuple[Iterable[Plan], str]:
    """The plans for a place, and what is typed there that each begins with."""
    request, spot = asked.request, asked.spot
    if typed := in_braces.typed(spot):
        return in_braces.plans(request, spot, asked.schema), typed
    moment = moments.of(spot, asked.schema, request.past, request.snapshot.text)
    return planners.plans(moment), moment.typed


def _weighed(asked: Asked, insert: str, proposal: Proposal, cache: Cache) -> Kept | None:
    typed, behind = proposal.typed, proposal.behind
    place = Span(asked.spot.offset - len(typed), asked.spot.offset + len(behind))
    suggestion = Suggestion(place, insert + behind, proposal.source)
    spot, judge = asked.spot, asked.request.judge
    verdict = check.check(spot.text, suggestion, asked.schema, spot.dialect, judge)
    cache.count(verdict)
    if not verdict.insert or not verdict.insert.lower().startswith(typed.lower()):
        return None
    if not verdict.insert.endswith(behind):
        return None  # It was cut back.
    kept = _filtered(asked.request, verdict.insert.removesuffix(behind), typed)
    if kept is None:
        return None
    return Kept(kept, len(typed), proposal.source, verdict, proposal.confidence)


def _without_comments(asked: Asked, insert: str, typed: str) -> str | None:
    # Nothing checks what they say, and one at the end would swallow what follows.
    stem = asked.spot.before[: len(asked.spot.before) - len(typed)]
    text = comments.without(stem + insert, asked.spot.dialect, len(stem))[len(stem) :]
    return insert if text == insert else _filtered(asked.request, text, typed)


def _filtered(request: Request, insert: str, typed: str, raw: bool = False) -> str | None:
    text = request.snapshot.text
    start = request.offset - len(typed)
    after = text[request.offset :]
    around = Around(typed, text[:start], after, request.removed, request.dismissed, raw)
    return pipeline.run(insert, around)


def _filtered_again(asked: Asked, kept: tuple[Kept, ...]) -> Iterator[Kept]:
    # What was fit to be shown a moment ago need not be so after more was typed.
    before = asked.spot.before
    for one in kept:
        typed = before[len(before) - one.covered :] if one.covered else ""
        text = _filtered(asked.request, one.insert, typed)
        if text is not None and text.startswith(typed):
            yield replace(one, insert=text)


def _item(request: Request, kept: Kept) -> Item:
    span = Span(request.offset - kept.covered, request.offset)
    return Item(kept.insert, span, kept.source, kept.verdict)


def _goes_with_popup(request: Request, item: Item) -> bool:
    # While the popup has an item selected, only what goes on from that item may be shown.
    if request.selected is None:
        return True
    span, text = request.selected
    chosen = request.snapshot.text[min(item.replace.start, span.start) : span.start] + text
    return item.insert.startswith(chosen)
