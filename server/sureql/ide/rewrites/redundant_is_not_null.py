"""`x IS NOT NULL` is taken away where `x` can't be NULL, or where another condition says so."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, nulls, places
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import blocks, formulas
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit


def find(context: Context) -> Iterator[Step]:
    for level in levels.of(context):
        block = blocks.block(context, level.select)
        parts = blocks.parts(context, block) if block is not None else None
        for place, part in enumerate(parts or ()):
            node = part.node.unnest()
            column = node.this.this if isinstance(node, exp.Not) else node.this
            if not nulls.not_null(node) or not isinstance(column, exp.Column):
                continue
            others = [one.node for one in parts or () if one is not part]
            if block is None or parts is None or not _needless(context, level, column, others):
                continue
            edits = blocks.without(block, parts, [parts[place]])
            if len(parts) == 1:
                edits = [TextEdit(places.deleted(context, edits[0].span), "")]
            if not blocks.commented(context, edits[0].span):
                title = f"`{column.name}` is not NULL here in any case"
                yield Step(tuple(edits), title, proved=True)


def _needless(context: Context, level: Level, column: exp.Column, others: list[exp.Expr]) -> bool:
    known = context.field(column)
    # SQLite keeps NULL in primary keys that are no integers.
    sure = known is not None and not known.nullable and context.dialect.name != "sqlite"
    if sure and level.item(context.source(column)) is not None:
        return True
    key = formulas.key(context, column)
    return context.source(column) is not None and any(
        formulas.key(context, one) == key
        for other in others
        if not nulls.not_null(other)
        for one in nulls.rejecting(other)
    )


REWRITE = Rewrite("Leave out what holds in any case", find)
