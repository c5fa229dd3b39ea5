"""An aggregate over the rows of a row's own group becomes a window over the same table."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.facts.levels import Item
from sureql.ide.optimise import (
    blocks,
    correlated,
    derived,
    failing,
    layout,
    one_pass,
    placing,
    scoping,
    tables,
    unique_rows,
    uses,
)
from sureql.ide.optimise.correlated import Correlated
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span


def find(context: Context) -> Iterator[Step]:
    if context.templated or not scoping.steady(context) or not tables.resolved(context):
        return
    for query in context.all(exp.Subquery):
        one = correlated.found(context, query.this)
        if one is None or len(one.inner.items) != 1 or len(one.inner.select.expressions) != 1:
            continue
        if len(one.links) != len(one.parts) or placing.starred(one.outer.select):
            continue
        item = one.outer.item(context.source(one.links[0].outer))
        if item is not None and _same(context, one, item):
            yield from _steps(context, query, one, item)


def _steps(context: Context, query: exp.Subquery, one: Correlated, item: Item) -> Iterator[Step]:
    value = one.inner.select.expressions[0]
    names = tuple(link.inner.name for link in one.links)
    full = unique_rows.never_null(context, item, names)
    if not correlated.aggregated(value) or one.block.brackets is None:
        return
    decides = correlated.decides(query, one.outer.select) and correlated.null_if_empty(value)
    if not decides and not (full and correlated.shown(query, one.outer.select)):
        return
    placed = next((one for one in tables.of(context, one.outer) if one.item is item), None)
    inner, text = one.inner.items[0], _over(context, one)
    if placed is None or not text or inner.source is None or item.source is None:
        return
    called = derived.value_name(context, value.unalias())
    source = one.block.body(context, "FROM")
    if source is None or blocks.commented(context, one.block.span):
        return
    words = [layout.word(context, word) for word in ("SELECT", "AS", "FROM")]
    own, name = (context.dialect.write(one.name) for one in (inner.source, item.source))
    made = f"({words[0]} {own}.*, {text} {words[1]} {called} {words[2]} {source.of(context.text)})"
    edits = [
        TextEdit(placed.table, f"{made} {scoping.alias(context, name)}"),
        TextEdit(one.block.brackets, f"{name}.{called}"),
    ]
    if not full:
        asked = [f"{correlated.text(context, link.outer)}" for link in one.links]
        every = blocks.parts(context, one.outside) or ()
        part = next((part for part in every if part.span.covers(one.block.span)), None)
        if part is None:
            return
        null = layout.word(context, " IS NOT NULL")
        joint = layout.word(context, " AND ")
        edits.append(
            layout.following(context, part.span, joint.join(f"{one}{null}" for one in asked))
        )
    keys = places.join_words(names)
    title = f"Compute the sub-query as a window over `{item.node.name}`, one for each {keys}"
    certain = failing.never(context, value)
    yield Step(tuple(edits), title, "" if certain else failing.RELIES, certain)


def _same(context: Context, one: Correlated, item: Item) -> bool:
    """True if both queries look at one table, and each link is a column that equals itself."""
    inner = one.inner.items[0]
    if item.relation is None or inner.relation is not item.relation or item.nullable:
        return False
    if not isinstance(inner.node, exp.Table) or not isinstance(item.node, exp.Table):
        return False
    if not uses.table(context, inner) or not uses.table(context, item):
        return False
    if one.outer.select.args.get("locks") or tables.determined(context, one.outer, item):
        return False
    if item.relation.kind != "table" or not item.relation.closed:
        return False
    for link in one.links:
        if link.inner.name.lower() != link.outer.name.lower():
            return False
        if one.outer.item(context.source(link.outer)) is not item:
            return False
    fields = {column.name.lower() for column in item.relation.columns}
    return all(
        column.name.lower() in fields
        for column in context.all(exp.Column)
        if context.source(column) is item.source
    )


def _over(context: Context, one: Correlated) -> str:
    """The sub-query's item, with OVER behind each aggregate; '' if that can't be written."""
    item = one.inner.select.expressions[0].unalias()
    body = one.block.body(context, "SELECT")
    calls = list(levels.aggregates(item))
    keys = ", ".join(dict.fromkeys(correlated.text(context, link.inner) for link in one.links))
    over = layout.word(context, "OVER (PARTITION BY {})").format(keys)
    if body is None or isinstance(one.inner.select.expressions[0], exp.Alias):
        return ""
    edits = []
    for call in calls:
        span = one_pass.call(context, call)
        filtered = isinstance(call.parent, exp.Filter) or call.find(exp.Distinct, exp.Order)
        if span is None or filtered or not body.covers(span):
            return ""
        end = span.end - body.start
        edits.append(TextEdit(Span(end, end), f" {over}"))
    return apply_edits(body.of(context.text), edits) if edits else ""


REWRITE = Rewrite(
    "Compute an aggregate of a row's own group as a window",
    find,
    worth={"sqlite": 13.0, "postgres": 17.0, "duckdb": 1.0},
    usual=5.0,
)
