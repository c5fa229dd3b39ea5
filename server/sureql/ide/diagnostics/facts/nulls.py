"""Conditions that no row with NULL in a column can meet."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Level
from sureql.semantics.model import Source

_STRICT_CONDITIONS = (*levels.COMPARISONS, exp.Like, exp.ILike, exp.RegexpLike)
_STRICT_OPERANDS = (
    exp.Paren,
    exp.Neg,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Div,
    exp.Mod,
    exp.Cast,
    exp.Lower,
    exp.Upper,
    exp.Trim,
    exp.Length,
    exp.Abs,
    exp.Round,
    exp.Extract,
    exp.TimestampTrunc,
    exp.DateTrunc,
)


def rejecting(condition: exp.Expr) -> Iterator[exp.Column]:
    """The columns of which one condition keeps no row where they are NULL."""
    node = condition.unnest()
    if _over_rows(node):
        return
    if isinstance(node, exp.Not):
        inner = node.this.unnest()
        if isinstance(inner, exp.Is) and not_null(node):
            yield from _operand(inner.this)
        elif not isinstance(inner, (exp.Is, exp.Not, exp.Between)):
            yield from rejecting(inner)
    elif isinstance(node, exp.Is) and not_null(node):
        yield from _operand(node.this)
    elif isinstance(node, _STRICT_CONDITIONS):
        yield from _operand(node.this)
        yield from _operand(node.expression)
    elif isinstance(node, (exp.Between, exp.In)):
        yield from _operand(node.this)


def _over_rows(node: exp.Expr) -> bool:
    """True for `NOT IN (SELECT …)` and `<> ALL (SELECT …)`: where there are no rows these are true,
    for NULL as well."""
    inner = node.this.unnest() if isinstance(node, exp.Not) else node
    if isinstance(inner, exp.In):
        return inner is not node and inner.args.get("query") is not None
    return isinstance(inner, _STRICT_CONDITIONS) and any(
        isinstance(side, (exp.All, exp.Any)) for side in (inner.this, inner.expression)
    )


def not_null(node: exp.Expr) -> bool:
    """True for `x IS NOT NULL` and `NOT x IS NULL`."""
    inner = node.this.unnest() if isinstance(node, exp.Not) else node
    if not isinstance(inner, exp.Is) or not isinstance(inner.expression, exp.Null):
        return False
    return bool(inner.args.get("negate")) != isinstance(node, exp.Not)


def kept_out(context: Context, level: Level, source: Source, name: str) -> bool:
    """True if a query level keeps no row in which column `name` of `source` is NULL."""
    for condition in (*level.conditions, *level.joined()):
        for column in rejecting(condition):
            if column.name.lower() == name.lower() and context.source(column) is source:
                return True
    # A column that USING joins is NULL on neither side of an inner join.
    return any(
        not item.side and any(one.name.lower() == name.lower() for one in _using(item.join))
        for item in level.items
        if item.join is not None
    )


def _using(join: exp.Join) -> list[exp.Expr]:
    return join.args.get("using") or []


def _operand(node: exp.Expr | None) -> Iterator[exp.Column]:
    if isinstance(node, exp.Column):
        yield node
    elif isinstance(node, _STRICT_OPERANDS):
        for child in node.iter_expressions():
            yield from _operand(child)
