"""A LEFT JOIN whose empty rows WHERE drops again is an inner join."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, nulls, places
from sureql.ide.optimise import blocks, layout, tables
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def find(context: Context) -> Iterator[Step]:
    for level in levels.of(context):
        every = tables.of(context, level)
        for placed in every[1:]:
            if not placed.left:
                continue
            column = next(
                (
                    one
                    for condition in level.conditions
                    for one in nulls.rejecting(condition)
                    if placed.item.source is not None and context.source(one) is placed.item.source
                ),
                None,
            )
            words = Span(placed.span.start, placed.table.start)
            if column is None or context.hidden(words) or blocks.commented(context, words):
                continue
            start = places.next_to(context, words.start)
            end = places.previous(context, words.end)
            if start is None or end is None:
                continue
            edit = TextEdit(Span(start.start, end.end), layout.word(context, "JOIN"))
            name = placed.item.node.alias_or_name
            title = f"Join `{name}` as an inner join: no row without it has a `{column.name}`"
            yield Step((edit,), title, proved=True)


REWRITE = Rewrite(
    "Make an outer join inner where WHERE drops its empty rows",
    find,
    worth={"sqlite": 1.0, "postgres": 1.0, "duckdb": 1.0},
    enabling=True,
)
