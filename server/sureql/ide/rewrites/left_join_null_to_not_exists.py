"""`LEFT JOIN b … WHERE b.id IS NULL` becomes `NOT EXISTS`, which stops at the first match."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, nulls
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import blocks, layout, tables
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.ide.optimise.tables import Placed
from sureql.text.edits import TextEdit


def find(context: Context) -> Iterator[Step]:
    if context.templated or not tables.resolved(context):
        return
    for level in levels.of(context):
        if not tables.plain(level) or any(one.side in ("RIGHT", "FULL") for one in level.items):
            continue
        every = tables.of(context, level)
        for placed in every[1:]:
            if placed.left and isinstance(placed.item.node, exp.Table):
                yield from _steps(context, level, placed, every)


def _steps(
    context: Context, level: Level, placed: Placed, every: tuple[Placed, ...]
) -> Iterator[Step]:
    block = blocks.block(context, level.select)
    parts = blocks.parts(context, block) if block is not None else None
    join = placed.item.join
    if not parts or join is None or placed.on is None or context.hidden(placed.span):
        return
    for part in parts:
        column = _asked(part.node)
        if column is None or context.source(column) is not placed.item.source:
            continue
        if any(True for _ in tables.users(context, placed.item, (join, part.node))):
            continue
        sure = _never_null(context, placed, column)
        if not sure and placed.item.relation is not None:
            continue
        removed = tables.gone(context, placed, every)
        if not removed or blocks.commented(context, part.span):
            continue
        words = layout.word(context, "NOT EXISTS (SELECT 1 FROM {} WHERE {})")
        asked = words.format(placed.table.of(context.text), placed.on.of(context.text))
        title = f"Ask with NOT EXISTS for rows that have no `{placed.item.node.name}`"
        relied = "" if sure else f"`{column.name}` is never NULL in `{placed.item.node.name}`."
        yield Step((*removed, TextEdit(part.span, asked)), title, relied, sure)


def _never_null(context: Context, placed: Placed, column: exp.Column) -> bool:
    """True if a row that was found has no NULL in the column: it is NOT NULL, or ON asks for it."""
    relation = placed.item.relation
    found = context.schema.column(relation, column.name) if relation is not None else None
    if found is not None and not found.nullable:
        return True
    conditions = levels.conjuncts(placed.item.join.args.get("on") if placed.item.join else None)
    return any(
        one.name.lower() == column.name.lower() and context.source(one) is placed.item.source
        for condition in conditions
        for one in nulls.rejecting(condition)
    )


def _asked(node: exp.Expr) -> exp.Column | None:
    """The column of `x IS NULL`."""
    inner = node.unnest()
    if not isinstance(inner, exp.Is) or not isinstance(inner.expression, exp.Null):
        return None
    if inner.args.get("negate") or not isinstance(inner.this, exp.Column):
        return None
    return inner.this


REWRITE = Rewrite(
    "Ask for missing rows with NOT EXISTS",
    find,
    worth={"sqlite": 50.0, "postgres": 2.3, "duckdb": 1.0},
    usual=1.5,
)
