"""A table that is only joined to see whether there are rows, under DISTINCT, is asked by EXISTS."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import blocks, layout, placing, scoping, tables
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.ide.optimise.tables import Placed
from sureql.text.edits import TextEdit


def find(context: Context) -> Iterator[Step]:
    if context.templated or not tables.resolved(context) or not scoping.steady(context):
        return
    # A recursive CTE may name itself in FROM only, not in a sub-query.
    if any(one.args.get("recursive") for one in context.all(exp.With)):
        return
    for level in levels.of(context):
        distinct = level.select.args.get("distinct")
        if distinct is None or distinct.args.get("on") or not tables.plain(level):
            continue
        if not levels.row_by_row(level.select):
            continue
        every = tables.of(context, level)
        if not all(one.inner or one is every[0] for one in every):
            continue
        for placed in every[1:]:
            if isinstance(placed.item.node, exp.Table):
                yield from _steps(context, level, placed, every)


def _steps(
    context: Context, level: Level, placed: Placed, every: tuple[Placed, ...]
) -> Iterator[Step]:
    block = blocks.block(context, level.select)
    parts = blocks.parts(context, block) if block is not None else None
    if block is None or parts is None or context.hidden(block.span):
        return
    join = placed.item.join
    own = [part for part in parts if _names(context, part.node, placed)]
    gone = (*[part.node for part in own], *([join] if join is not None else ()))
    if not own and placed.on is None:
        return
    if any(True for _ in tables.users(context, placed.item, gone)):
        return
    conditions = [_text(part.node, part.span.of(context.text)) for part in own]
    if placed.on is not None:
        on = join.args.get("on") if join is not None else None
        conditions.insert(0, _text(on, placed.on.of(context.text)))
    removed = tables.gone(context, placed, every)
    if not removed or any(blocks.commented(context, part.span) for part in own):
        return
    words = layout.word(context, "EXISTS (SELECT 1 FROM {} WHERE {})")
    joint = layout.word(context, " AND ")
    asked = words.format(placed.table.of(context.text), joint.join(conditions))
    if own:
        edits = [*removed, TextEdit(own[0].span, asked), *blocks.without(block, parts, own[1:])]
    else:
        edits = [*removed, *placing.filtered(context, block, asked)]
    title = f"Ask with EXISTS for `{placed.item.node.name}` instead of joining its rows"
    yield Step(tuple(edits), title, proved=True)


def _names(context: Context, node: exp.Expr, placed: Placed) -> bool:
    return any(context.source(one) is placed.item.source for one in node.find_all(exp.Column))


def _text(node: exp.Expr | None, written: str) -> str:
    return f"({written})" if isinstance(node, (exp.Or, exp.Xor)) else written


REWRITE = Rewrite(
    "Ask with EXISTS instead of joining and removing duplicates",
    find,
    worth={"sqlite": 2.2, "postgres": 3.3, "duckdb": 1.0},
    usual=1.5,
)
