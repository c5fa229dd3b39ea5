"""`x = 1 OR x = 2 OR x = 3` becomes `x IN (1, 2, 3)`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise import blocks, formulas, layout
from sureql.ide.optimise.blocks import Part
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit


def find(context: Context) -> Iterator[Step]:
    for select in context.all(exp.Select):
        block = blocks.block(context, select)
        for part in (blocks.parts(context, block) or ()) if block is not None else ():
            yield from _list(context, part)


def _list(context: Context, part: Part) -> Iterator[Step]:
    inner = formulas.unwrapped(context, part)
    arms = formulas.split(context, inner, exp.Or) or ()
    if len(arms) < 2 or not isinstance(inner.node, exp.Or):
        return
    values: list[exp.Expr] = []
    columns: list[exp.Expr] = []
    for arm in arms:
        node = formulas.unwrapped(context, arm).node
        if isinstance(node, exp.EQ):
            turned = isinstance(node.expression, exp.Column)
            column, found = node.this, [node.expression]
            if turned:
                column, found = node.expression, [node.this]
        elif isinstance(node, exp.In) and node.expressions:
            column, found = node.this, list(node.expressions)
        else:
            return
        if not isinstance(column, exp.Column) or not all(map(_literal, found)):
            return
        columns.append(column)
        values += found
    texts = [layout.text(context, one) for one in values]
    kinds = {_literal(one) for one in values}
    name = layout.text(context, columns[0])
    same = len({formulas.key(context, one) for one in columns}) == 1 and len(kinds) == 1
    if not same or not name or not all(texts) or layout.commented(context, part.span):
        return
    listed = ", ".join(dict.fromkeys(texts))
    edit = TextEdit(part.span, f"{name} {layout.word(context, 'IN')} ({listed})")
    yield Step((edit,), f"Look for `{name}` in a list", proved=True)


def _literal(node: exp.Expr) -> str:
    """`text` or `number`, '' for anything else: values of one kind are compared alike."""
    inner = node.this if isinstance(node, exp.Neg) else node
    if not isinstance(inner, exp.Literal):
        return ""
    return "text" if inner.is_string else "number"


REWRITE = Rewrite("Look for a column in a list", find, worth={"sqlite": 1.2, "postgres": 1.2})
