"""Under DISTINCT a large table is first brought down to the different values that are used of it."""

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


def find(context: Context) -> Iterator[Step]:
    if context.templated or not tables.resolved(context) or not scoping.steady(context):
        return
    for level in levels.of(context):
        if not _once(level.select) or not tables.plain(level) or len(level.items) < 2:
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
    names = {column.name.lower() for column in used}
    known = {column.name.lower() for column in relation.columns}
    shown = [one for item_ in level.select.expressions for one in item_.find_all(exp.Column)]
    if not names or not names <= known or levels.unique(relation, frozenset(names)):
        return
    if any(len(one.parts) > 2 or isinstance(one.this, exp.Star) for one in used):
        return
    if any(context.source(one) is source for one in shown) or not _facts(context, level, placed):
        return
    # Elsewhere texts may be equal for DISTINCT that differ for a condition.
    exact = context.dialect.name in ("postgres", "duckdb")
    if not exact and not all(scoping.integer(context, one) for one in used):
        return
    columns = list(dict.fromkeys(one.this.sql(context.dialect.sqlglot) for one in used))
    words = [layout.word(context, word) for word in ("SELECT DISTINCT", "FROM", "WHERE", "AND")]
    table = uses.table(context, item)
    if not table or blocks.commented(context, placed.table) or context.hidden(placed.span):
        return
    name = context.dialect.write(source.name)
    values = ", ".join(f"{name}.{one}" for one in columns)
    clauses = [f"{words[0]} {values}", f"{words[1]} {table}"]
    limits = list(dict.fromkeys(_limits(context, level, placed)))
    if limits:
        clauses.append(f"{words[2]} " + f" {words[3]} ".join(limits))
    text = layout.broken(context, placed.table.start, clauses)
    edit = TextEdit(placed.table, f"({text}) {scoping.alias(context, name)}")
    title = f"Take each combination of values from `{item.node.name}` once before joining"
    yield Step((edit,), title, proved=True)


def _facts(context: Context, level: Level, placed: Placed) -> bool:
    """True if another table gives one row at most for a row of this one: then this one is the
    large one."""
    return any(
        unique_rows.single(context, level, other, [placed.item])
        for other in level.items
        if other is not placed.item
    )


def _limits(context: Context, level: Level, placed: Placed) -> Iterator[str]:
    """What other tables and its own conditions ask of the rows of this one."""
    for condition in uses.filters(context, level, placed.item):
        written = uses.text(context, condition)
        if written and failing.never(context, condition):
            yield written
    for other in level.items:
        yield from linking.asked(context, level, other, placed.item)


def _once(select: exp.Select) -> bool:
    """True if it does not matter how often a SELECT gives a row."""
    above, distinct = select.parent, select.args.get("distinct")
    limited = any(select.args.get(name) for name in ("limit", "offset", "fetch"))
    whole = isinstance(above, exp.SetOperation) and bool(above.args.get("distinct")) and not limited
    if (distinct is None and not whole) or (distinct is not None and distinct.args.get("on")):
        return False
    return levels.row_by_row(select)


REWRITE = Rewrite(
    "Remove duplicates of a large table before joining",
    find,
    worth={"postgres": 2.0, "sqlite": 1.0, "duckdb": 1.0},
)
