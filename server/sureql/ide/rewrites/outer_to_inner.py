"""A LEFT JOIN whose empty rows WHERE drops again is an inner join."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, nulls, places
from sureql.ide.optimise import blocks, layout, tables
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_COMPARED: dict[type[exp.Expr], Callable[[Decimal, Decimal], bool]] = {
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
}


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
                    for one in (*nulls.rejecting(condition), *_with_default(condition))
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


def _with_default(condition: exp.Expr) -> Iterator[exp.Column]:
    """The column of `COALESCE(x, 0) > 0` and the like: false for what stands in for NULL."""
    compared = _COMPARED.get(type(condition))
    call = condition.this
    if compared is None or not isinstance(call, exp.Coalesce) or len(call.expressions) != 1:
        return
    default, other = _number(call.expressions[0]), _number(condition.expression)
    if default is None or other is None or compared(default, other):
        return
    if isinstance(call.this, exp.Column):
        yield call.this


def _number(node: exp.Expr | None) -> Decimal | None:
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    try:
        return Decimal(node.name)
    except InvalidOperation:
        return None


REWRITE = Rewrite(
    "Make an outer join inner where WHERE drops its empty rows",
    find,
    worth={"sqlite": 1.0, "postgres": 1.0, "duckdb": 1.0},
    enabling=True,
)
