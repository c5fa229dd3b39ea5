"""`(a AND x) OR (a AND y)` becomes `a AND (x OR y)`: engines use `a` for joins and indexes then."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.optimise import blocks, formulas, layout, scoping
from sureql.ide.optimise.blocks import Part
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def find(context: Context) -> Iterator[Step]:
    if not scoping.steady(context):
        return
    for select in context.all(exp.Select):
        block = blocks.block(context, select)
        where = block.body(context, "WHERE") if block is not None else None
        if block is None or where is None:
            continue
        for part in blocks.parts(context, block) or ():
            yield from _factored(context, part)


def _factored(context: Context, part: Part) -> Iterator[Step]:
    arms = formulas.arms(context, part)
    if arms is None or len(arms) < 2:
        return
    keys = [[formulas.key(context, one.node) for one in arm] for arm in arms]
    shared = [one for one in dict.fromkeys(keys[0]) if all(one in arm for arm in keys)]
    if not shared or not all(formulas.harmless(one.node) for arm in arms for one in arm):
        return
    first = [arms[0][keys[0].index(one)].span.of(context.text) for one in shared]
    if layout.commented(context, part.span):
        return
    if any(set(arm) == set(shared) for arm in keys):
        # One arm asks for nothing else, so that the others add nothing.
        edits = [TextEdit(part.span, layout.joined(context, part.span, first))]
    else:
        bracketed = isinstance(part.node, exp.Paren)
        head = layout.joined(context, part.span, [*first, "" if bracketed else "("])
        edits = [TextEdit(Span(part.span.start, part.span.start), head)]
        for arm, found in zip(arms, keys, strict=True):
            gone = [place for place, one in enumerate(found) if one in shared]
            edits += formulas.without(arm, gone)
        if not bracketed:
            edits.append(TextEdit(Span(part.span.end, part.span.end), ")"))
    shown = places.join_words(" ".join(text.split()) for text in first)
    yield Step(tuple(edits), f"Ask for {shown} once, outside of OR", proved=True)


REWRITE = Rewrite(
    "Take what all arms of OR share out of it",
    find,
    worth={"postgres": 1.0, "sqlite": 1.0, "duckdb": 1.0},
    usual=1.2,
    enabling=True,
)
