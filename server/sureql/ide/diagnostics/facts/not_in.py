"""`NOT IN (SELECT …)`, and whether the sub-query may give NULL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, nulls, places
from sureql.semantics import types
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class NotIn:
    """`span` holds the words NOT IN. `item` is what the sub-query selects."""

    node: exp.In
    select: exp.Select
    item: exp.Expr
    span: Span
    nullable: bool


def found(context: Context) -> Iterator[NotIn]:
    """Every `NOT IN` of a plain SELECT with one column, and whether NULL may be among its values."""
    for negation in context.all(exp.Not):
        inside = negation.this
        if not isinstance(inside, exp.In):
            continue
        query = inside.args.get("query")
        select = query.this if isinstance(query, exp.Subquery) else None
        if not isinstance(select, exp.Select) or len(select.expressions) != 1:
            continue
        left = places.whole(context, inside.this)
        word = places.after(context, left.end, "NOT") if left is not None else None
        end = places.after(context, word.end, "IN") if word is not None else None
        if word is None or end is None:
            continue
        item = select.expressions[0].unalias()
        span = Span(word.start, end.end)
        yield NotIn(inside, select, item, span, _nullable(context, select, item))


def _nullable(context: Context, select: exp.Select, item: exp.Expr) -> bool:
    level = levels.level(context, select)
    if isinstance(item, exp.Star) or level is None:
        return False
    if isinstance(item, exp.Column):
        known, source = context.field(item), context.source(item)
        if known is not None and not known.nullable:
            return False
        if source is None:
            # Without a schema there is one table at most that the name can be of.
            source = level.items[0].source if len(level.items) == 1 else None
        if source is None:
            return True
        return not nulls.kept_out(context, level, source, item.name) and not _kept_out_by_name(
            level, item.name
        )
    if levels.constant(item):
        return isinstance(item, exp.Null)
    return types.infer(item, context.field, context.dialect)[1] and not any(
        nulls.kept_out(context, level, source, column.name)
        for column in item.find_all(exp.Column)
        if (source := context.source(column)) is not None
    )


def _kept_out_by_name(level: levels.Level, name: str) -> bool:
    return len(level.items) == 1 and any(
        column.name.lower() == name.lower()
        for condition in level.conditions
        for column in nulls.rejecting(condition)
    )
