"""Advice: pages by `WHERE id > :last_id` instead of OFFSET, which reads all the pages before."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.optimise import blocks, layout
from sureql.ide.optimise.blocks import Block
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_CLAUSES = ("group", "having", "distinct", "windows", "qualify", "locks", "into")
_DIALECTS = ("postgres", "sqlite", "duckdb", "mysql")


def find(context: Context) -> Iterator[Step]:
    select = context.tree
    if not isinstance(select, exp.Select) or context.dialect.name not in _DIALECTS:
        return
    offset, order = select.args.get("offset"), select.args.get("order")
    if offset is None or order is None or any(select.args.get(name) for name in _CLAUSES):
        return
    if isinstance(offset.expression, exp.Literal) and offset.expression.name == "0":
        return
    if any(True for item in select.expressions for _ in levels.aggregates(item)):
        return
    level, block = levels.level(context, select), blocks.block(context, select)
    sorted_by = order.expressions[0] if len(order.expressions) == 1 else None
    column = sorted_by.this if isinstance(sorted_by, exp.Ordered) else None
    if level is None or block is None or not isinstance(column, exp.Column):
        return
    # Only a column in which no two rows are equal tells where the last page ended.
    item = level.items[0] if len(level.items) == 1 else None
    known = context.field(column)
    unique = item is not None and levels.unique(item.relation, frozenset((column.name.lower(),)))
    if not unique or known is None or (known.nullable and context.dialect.name != "sqlite"):
        return
    name = layout.text(context, column)
    sign = "<" if sorted_by is not None and sorted_by.args.get("desc") else ">"
    edits = _edits(context, block, f"{name} {sign} :last_{column.name.lower()}")
    if name and edits and not any(layout.commented(context, one.span) for one in edits):
        yield Step(
            tuple(edits),
            f"Begin after the last `{column.name}` of the page before",
            "The caller keeps the last value of the page before; the first page has no such condition.",
        )


def _edits(context: Context, block: Block, condition: str) -> list[TextEdit]:
    parts = blocks.parts(context, block)
    gone, order = block.clauses.get("OFFSET"), block.clauses.get("ORDER")
    if gone is None or order is None or parts is None:
        return []
    if parts:
        if len(parts) == 1 and isinstance(parts[0].node, exp.Or):
            return []
        added = layout.following(context, parts[-1].span, condition)
    else:
        end = block.clauses["FROM"].end
        gap = context.text[end : order.start]
        gap = gap if not gap.strip() else " "
        where = f"{gap}{layout.word(context, 'WHERE')} {condition}"
        added = TextEdit(Span(end, end), where)
    before = context.text[: gone.start].rstrip()
    return [added, TextEdit(Span(len(before), gone.end), "")]


REWRITE = Rewrite(
    "Page by key instead of by number of rows",
    find,
    worth={"sqlite": 105.0, "postgres": 73.0},
    usual=20.0,
    caller="The program has to send the last key of the page before instead of a number of rows.",
)
