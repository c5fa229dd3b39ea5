"""A large table is brought down to the rows that the filters of its small partners keep, before
anything else is joined, behind a fence that PostgreSQL's planner does not look through.

Where it takes a join for much smaller than it is, it goes on with nested loops. It thinks that the
fence costs more, so that only running both forms tells which is faster.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import (
    blocks,
    failing,
    layout,
    linking,
    scoping,
    tables,
    unique_rows,
    uses,
)
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.ide.optimise.tables import Placed
from sureql.text.edits import TextEdit

_FEWEST = 3
"""With two tables there is no order of joins to get wrong."""


def find(context: Context) -> Iterator[Step]:
    if context.dialect.name != "postgres" or context.templated:
        return
    if not tables.resolved(context) or not scoping.steady(context):
        return
    for level in levels.of(context):
        if len(level.items) < _FEWEST or not tables.plain(level) or _bare_star(level.select):
            continue
        every = tables.of(context, level)
        if all(one.inner or one is every[0] for one in every):
            for placed in every:
                yield from _steps(context, level, placed)


def _steps(context: Context, level: Level, placed: Placed) -> Iterator[Step]:
    item = placed.item
    relation, source = item.relation, item.source
    if relation is None or source is None or not isinstance(item.node, exp.Table):
        return
    used = list(tables.users(context, item, ()))
    known = {column.name.lower() for column in relation.columns}
    limits = list(dict.fromkeys(_limits(context, level, placed)))
    if not limits or not used or not {column.name.lower() for column in used} <= known:
        return
    if any(len(one.parts) > 2 or isinstance(one.this, exp.Star) for one in used):
        return
    own = uses.filters(context, level, item)
    parts = [uses.text(context, one) for one in own]
    table = uses.table(context, item)
    if not table or not all(parts) or not failing.never(context, *own):
        return
    if tables.determined(context, level, item):
        return
    if blocks.commented(context, placed.table) or context.hidden(placed.span):
        return
    name = context.dialect.write(source.name)
    columns = dict.fromkeys(one.this.sql(context.dialect.sqlglot) for one in used)
    words = ("SELECT", "FROM", "WHERE", "AND", "OFFSET")
    select, from_, where, joint, offset = (layout.word(context, word) for word in words)
    listed = ", ".join(f"{name}.{one}" for one in columns)
    kept = f" {joint} ".join([*parts, *limits])
    clauses = [f"{select} {listed}", f"{from_} {table}", f"{where} {kept}", f"{offset} 0"]
    text = layout.broken(context, placed.table.start, clauses)
    edit = TextEdit(placed.table, f"({text}) {scoping.alias(context, name)}")
    title = f"Filter `{source.name}` before anything else is joined"
    yield Step((edit,), title, proved=True)


def _limits(context: Context, level: Level, placed: Placed) -> Iterator[str]:
    """What the filters of tables with one row for each row of this one ask of it."""
    for other in level.items:
        if other is placed.item or not unique_rows.single(context, level, other, [placed.item]):
            continue
        yield from linking.asked(context, level, other, placed.item)


def _bare_star(select: exp.Select) -> bool:
    return any(
        isinstance(one, exp.Star) and not isinstance(one.parent, exp.Count)
        for item in select.expressions
        for one in item.find_all(exp.Star)
    )


REWRITE = Rewrite(
    "Filter a large table before it is joined",
    find,
    worth={"postgres": 1.2},
    to_be_run=True,
)
