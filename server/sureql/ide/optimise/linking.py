"""What the tables that are joined with a table ask of its rows, as conditions of its own."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.optimise import correlated, layout, unique_rows, uses


def asked(context: Context, level: Level, other: Item, item: Item) -> Iterator[str]:
    """`column IN (SELECT …)` for each column of `item` that equals one of `other`, which has filters."""
    for theirs, mine in unique_rows.fixed(context, level, other, [item]):
        if isinstance(mine, exp.Column) and context.source(mine) is item.source:
            values = uses.values(context, level, other, theirs)
            column = correlated.text(context, mine)
            if values and column and other.relation is not None:
                yield f"{column} {layout.word(context, 'IN')} ({values})"
