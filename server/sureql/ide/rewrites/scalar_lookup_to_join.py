"""A sub-query that looks up one row by its key becomes a LEFT JOIN."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.optimise import correlated, layout, placing, scoping, uses
from sureql.ide.optimise.correlated import Correlated
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit


def find(context: Context) -> Iterator[Step]:
    if context.templated:
        return
    for query in context.all(exp.Subquery):
        one = correlated.found(context, query.this)
        if one is None or len(one.inner.items) != 1 or len(one.inner.select.expressions) != 1:
            continue
        item = one.inner.select.expressions[0].unalias()
        if not isinstance(item, exp.Column) or isinstance(item.this, exp.Star):
            continue
        if not correlated.shown(query, one.outer.select) or placing.starred(one.outer.select):
            continue
        if not placing.commas(context, one.outside) and _single(context, one):
            yield from _steps(context, one, item)


def _steps(context: Context, one: Correlated, item: exp.Column) -> Iterator[Step]:
    inner = one.inner.items[0]
    source, table = inner.source, uses.table(context, inner)
    if source is None or not table or one.block.brackets is None or _mixed(context, one):
        return
    if context.hidden(one.block.span) or len(one.links) != len(one.parts):
        return
    name = context.dialect.write(source.name)
    on = layout.word(context, " AND ").join(
        f"{name}.{link.inner.this.sql(context.dialect.sqlglot)} = {correlated.text(context, link.outer)}"
        for link in one.links
    )
    edits = (
        TextEdit(one.block.brackets, f"{name}.{item.this.sql(context.dialect.sqlglot)}"),
        placing.joined(context, one.outside, "LEFT JOIN", table, on),
    )
    title = f"Join `{inner.node.name}` once instead of looking `{item.name}` up for each row"
    yield Step(edits, title, proved=True)


def _single(context: Context, one: Correlated) -> bool:
    """True if the sub-query finds one row at most."""
    inner = one.inner.items[0]
    names = {
        link.inner.name.lower()
        for link in one.links
        if scoping.same_kind(context, link.inner, link.outer)
    }
    return levels.unique(inner.relation, frozenset(names)) and isinstance(inner.node, exp.Table)


def _mixed(context: Context, one: Correlated) -> bool:
    """True if names would clash in the outer query: of its tables, or of columns without one."""
    source = one.inner.items[0].source
    if source is None or not source.closed:
        return True
    name = source.name.lower()
    if sum(other.name.lower() == name for other in context.analysis.sources) > 1:
        return True
    fields = {field.name.lower() for field in source.fields}
    for column in context.all(exp.Column):
        if len(column.parts) > 1 or column.name.lower() not in fields:
            continue
        level = scoping.owner(context, column)
        nearer = level is not None and scoping.inside(level.select, one.outer.select)
        if scoping.inside(column, one.outer.select) and not nearer:
            return True
    joins = one.outer.select.args.get("joins") or ()
    return any(join.args.get("using") or join.args.get("method") for join in joins)


REWRITE = Rewrite(
    "Join a table instead of looking it up for each row",
    find,
    worth={"postgres": 1.4, "sqlite": 1.0, "duckdb": 1.0},
)
