"""Query frames made from walked levels: what can be seen at the cursor, level by level."""

from __future__ import annotations

from dataclasses import replace

from sureql.syntax.context import Clause, Frame, RawSource
from sureql.syntax.layout import Layout
from sureql.syntax.scan import STATEMENT, Level, level
from sureql.syntax.walk import Arm
from sureql.text.span import Span

_DEEPEST = 50  # Levels of queries that are kept; more of them are a slip or an attack.
_LEFT_ONLY = (Clause.FROM, Clause.JOIN, Clause.ON)


def chain(layout: Layout, levels: list[Level], word: Span, whole: Span) -> Frame:
    """The innermost frame at the cursor with its parents; `word` is being typed there."""
    frame: Frame | None = None
    queries = [one for one in levels if one.walk.query][-_DEEPEST:]
    for position, one in enumerate(queries):
        last = position + 1 == len(queries)
        frame = _frame(layout, one, frame, whole, word)
        if not last:
            child = queries[position + 1]
            frame = _seen_from(layout, frame, one, child)
    return frame if frame is not None else Frame(whole)


def _frame(layout: Layout, one: Level, parent: Frame | None, whole: Span, word: Span) -> Frame:
    walk, mark = one.walk, one.mark
    span = whole if one.opened < 0 else _inside(layout, one)
    arm = walk.arms[mark.arm]
    end = _arm_end(layout, one, mark.arm, span.end)
    sources = walk.sources(arm)
    if mark.clause is Clause.ON or (mark.clause in _LEFT_ONLY and mark.child is not None):
        here = layout.tokens[mark.index].start if mark.index < len(layout.tokens) else span.end
        sources = tuple(source for source in sources if source.span.end <= here)
    ctes = tuple(walk.ctes)
    if walk.verb == "INSERT" and arm.kind == "select":
        span = Span(layout.tokens[arm.start].start, span.end)
    return Frame(
        span=span,
        clauses=walk.clause_spans(arm, end),
        sources=_finished(sources, word),
        ctes=ctes[: mark.ctes] if mark.clause is Clause.WITH else ctes,
        projection=_projection(layout, walk.arms, arm, one),
        parent=parent,
    )


def _inside(layout: Layout, one: Level) -> Span:
    start = layout.tokens[one.opened].end
    end = layout.tokens[one.last].start if one.last < len(layout.tokens) else len(layout.text)
    return Span(start, max(start, end))


def _arm_end(layout: Layout, one: Level, index: int, end: int) -> int:
    arms = one.walk.arms
    return layout.tokens[arms[index + 1].start].start if index + 1 < len(arms) else end


def _projection(layout: Layout, arms: list[Arm], arm: Arm, one: Level) -> tuple[Span, ...]:
    if arm.nested < 0 or arm.projection:
        return tuple(arm.projection)
    closing = layout.close(arm.nested, one.last)
    inner = level(layout, arm.nested, arm.nested + 1, closing, closing, STATEMENT).walk.arms[0]
    return tuple(inner.projection)


def _seen_from(layout: Layout, frame: Frame, one: Level, child: Level) -> Frame:
    """`frame` as its child sees it."""
    opening = child.walk.opening
    opened = layout.tokens[child.opened].start
    sources = frame.sources
    if opening.sees == "none":
        sources = ()
    elif opening.sees == "left":
        sources = tuple(source for source in sources if source.span.start < opened)
    ctes = frame.ctes
    if opening.use == "cte":
        recursive = one.walk.recursive
        ctes = tuple(one.walk.ctes) if recursive else tuple(one.walk.ctes[: one.mark.ctes])
    return replace(frame, sources=sources, ctes=ctes)


def _finished(sources: tuple[RawSource, ...], word: Span) -> tuple[RawSource, ...]:
    """The sources without the name or alias that is being typed."""
    if word.start == word.end:
        return sources
    found = []
    for source in sources:
        if source.name is not None and source.name.spans[-1].start == word.start:
            continue
        if source.alias_span is not None and source.alias_span.start == word.start:
            source = replace(source, alias="", alias_span=None)
        found.append(source)
    return tuple(found)
