"""Sub-queries in FROM that each total the same table under another condition become one of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, linked, places
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.optimise import blocks, layout, one_pass, scoping
from sureql.ide.optimise.blocks import Block
from sureql.ide.optimise.one_pass import Total
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def find(context: Context) -> Iterator[Step]:
    if len(context.nodes.get(exp.Select, ())) < 3 or not scoping.steady(context):
        return
    for level in levels.of(context):
        found = [(item, _total(context, item)) for item in level.items]
        for tables, group in groupby(found, lambda one: one[1].tables if one[1] else None):
            listed = [(item, total) for item, total in group if total is not None]
            if tables is not None and len(listed) > 1:
                yield from _merged(context, level, listed)


def _total(context: Context, item: Item) -> Total | None:
    node = item.node
    if not isinstance(node, exp.Subquery) or item.source is None or node.args.get("pivots"):
        return None
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias) or alias.columns:
        return None
    crossed = item.join is not None and item.join.args.get("kind") == "CROSS"
    if item.join is not None and not crossed and not linked.bare(context, item):
        return None
    total = one_pass.total(context, node.this)
    named = total is not None and all(
        isinstance(one, exp.Alias) for one in total.select.expressions
    )
    return total if named and total is not None and total.block.brackets is not None else None


def _merged(context: Context, level: Level, found: list[tuple[Item, Total]]) -> Iterator[Step]:
    totals = [total for _, total in found]
    common = one_pass.shared(context, totals)
    names = [one.alias.lower() for total in totals for one in total.select.expressions]
    block = blocks.block(context, level.select)
    if len(set(names)) < len(names) or block is None:
        return
    first = totals[0].block
    texts = []
    for total in totals:
        spans = _items(context, total)
        if len(spans) != len(total.select.expressions):
            return
        condition = one_pass.own(context, total, common)
        for span, one in zip(spans, total.select.expressions, strict=True):
            texts.append(one_pass.item(context, total, one, span, condition))
    body = first.body(context, "SELECT")
    if body is None:
        return
    line = context.text.rfind("\n", 0, body.start) + 1
    several = "\n" in first.span.of(context.text)
    comma = ",\n" + " " * (body.start - line) if several else ", "
    tail = Span(first.clauses["FROM"].end, first.span.end)
    edits = [
        TextEdit(body, comma.join(texts)),
        TextEdit(tail, _where(context, first, one_pass.where(context, totals, common))),
    ]
    end = _end(found[0][0])
    for item, _ in found[1:]:
        gone = Span(end, _end(item))
        if layout.commented(context, gone) or _starred(level):
            return
        edits.append(TextEdit(gone, ""))
        end = gone.end
    if _called_by_text(context, level, [item for item, _ in found[1:]]):
        return
    renamed = _renamed(context, [item for item, _ in found])
    tables = places.join_words(dict.fromkeys(one_pass.names(totals)))
    title = f"Read {tables} once instead of {len(found)} times"
    yield Step((*edits, *renamed), title, proved=True)


def _where(context: Context, block: Block, conditions: list[str]) -> str:
    """A WHERE that follows FROM as its other clauses do."""
    line = context.text.rfind("\n", 0, block.span.start) + 1
    several = "\n" in block.span.of(context.text)
    gap = "\n" + " " * (block.span.start - line) if several else " "
    head, joint = layout.word(context, "WHERE"), layout.word(context, "AND")
    inner = f"{gap}{'  ' if several else ''}{joint} "
    return f"{gap}{head} {inner.join(conditions)}" if conditions else ""


def _items(context: Context, total: Total) -> list[Span]:
    body = total.block.body(context, "SELECT")
    return blocks.items(context, body) if body is not None else []


def _end(item: Item) -> int:
    return int(item.node.args["alias"].this.meta.get("end", -1)) + 1


def _starred(level: Level) -> bool:
    """True if `alias.*` asks for the columns of one of them."""
    return any(
        isinstance(one, exp.Column) and isinstance(one.this, exp.Star)
        for one in level.select.expressions
    )


def _called_by_text(context: Context, level: Level, gone: list[Item]) -> bool:
    """True if a column of the result has no name but its text, and that would change."""
    return any(
        not isinstance(item, (exp.Alias, exp.Column, exp.Star))
        and any(level.item(context.source(one)) in gone for one in item.find_all(exp.Column))
        for item in level.select.expressions
    )


def _renamed(context: Context, items: list[Item]) -> Iterator[TextEdit]:
    """The others' names before columns become the first one's."""
    name = layout.text(context, items[0].node.args["alias"].this)
    gone = [item.source for item in items[1:]]
    for column in context.all(exp.Column):
        table = column.args.get("table")
        if isinstance(table, exp.Identifier) and any(context.source(column) is one for one in gone):
            span = Span(table.meta["start"], table.meta["end"] + 1)
            yield TextEdit(span, name)


REWRITE = Rewrite(
    "Total a table once", find, worth={"postgres": 3.0, "sqlite": 2.5, "duckdb": 0.9}, usual=2.0
)
