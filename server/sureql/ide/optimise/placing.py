"""Putting a further table at the end of FROM, in the layout that is there."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.optimise import blocks, layout
from sureql.ide.optimise.blocks import Block
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def commas(context: Context, block: Block) -> int:
    """How many commas there are between the tables in FROM."""
    body = block.body(context, "FROM")
    return len(blocks.items(context, body)) - 1 if body is not None else 0


def joined(context: Context, block: Block, words: str, table: str, on: str) -> TextEdit:
    """`words` are JOIN or LEFT JOIN; they go on a line of their own where FROM has one."""
    end = block.clauses["FROM"].end
    gap = blocks.gap(context, block.clauses["FROM"].start)
    text = f"{gap}{layout.word(context, words)} {table} {layout.word(context, 'ON')} {on}"
    return TextEdit(Span(end, end), text)


def listed(context: Context, block: Block, table: str) -> TextEdit:
    """A further table behind a comma."""
    body = block.body(context, "FROM")
    tables = blocks.items(context, body) if body is not None else []
    end = block.clauses["FROM"].end
    if len(tables) > 1:
        between = context.text[tables[-2].end : tables[-1].start]
        if between.strip() == ",":
            return TextEdit(Span(end, end), between + table)
    return TextEdit(Span(end, end), f", {table}")


def starred(select: exp.Select) -> bool:
    """True if `*` in the select list would show the columns of a further table."""
    return any(
        isinstance(node, exp.Star) and not isinstance(node.parent, (exp.Count, exp.Column))
        for item in select.expressions
        for node in levels.own(item)
    )


def filtered(context: Context, block: Block, condition: str) -> list[TextEdit]:
    """The edits that add a condition to the WHERE of a SELECT, or give it one; none where that
    can't be done."""
    where = block.clauses.get("WHERE")
    if where is None:
        start = block.clauses["FROM"]
        text = f"{blocks.gap(context, start.start)}{layout.word(context, 'WHERE')} {condition}"
        return [TextEdit(Span(start.end, start.end), text)]
    parts = blocks.parts(context, block)
    body = block.body(context, "WHERE")
    if not parts or body is None:
        return []
    edits = []
    if len(parts) == 1 and isinstance(parts[0].node, (exp.Or, exp.Xor)):
        edits = [TextEdit(Span(body.start, body.start), "(")]
        added = layout.following(context, body, condition)
        return [*edits, TextEdit(added.span, ")" + added.new_text)]
    return [layout.following(context, parts[-1].span, condition)]
