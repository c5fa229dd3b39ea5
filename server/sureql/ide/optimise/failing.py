"""What can be computed for any row without an error, so that it may be computed for more rows."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.optimise import formulas

RELIES = "No row makes the sub-query fail, by a division by zero, say."
"""The precondition of a step that computes more than the statement as written."""

REACHED = "No condition fails for rows that the CTE leaves out, by a division by zero, say."
"""The same of a step that asks conditions of more rows."""

_WHOLE = ("SMALLINT", "INTEGER", "INT", "BIGINT", "INT2", "INT4", "INT8", "HUGEINT")
_WIDE = ("NUMERIC", "DECIMAL", "DOUBLE PRECISION", "DOUBLE", "TEXT", "VARCHAR")
_CALLS = (
    *(exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Distinct, exp.Filter, exp.Where, exp.Star),
    *(exp.Alias, exp.Coalesce, exp.Case, exp.If, exp.Lower, exp.Upper, exp.Length, exp.DPipe),
    *(exp.Round, exp.Abs, exp.Extract, exp.CurrentDate, exp.CurrentTimestamp, exp.Interval),
    *(exp.ILike, exp.Paren, exp.Var),
)
_QUERIES = (
    *(exp.Select, exp.From, exp.Join, exp.Table, exp.TableAlias, exp.Group, exp.Having),
    *(exp.Order, exp.Ordered, exp.Limit, exp.Exists, exp.Any, exp.All, exp.Union),
)
_SEVERAL = (exp.In, exp.Exists, exp.Any, exp.All, exp.From, exp.Join, exp.Union)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul)
# In SQLite nothing but these refuses a value.
_STRICT_IN_SQLITE = (
    *(exp.Anonymous, exp.AnonymousAggFunc, exp.RegexpLike),
    *(exp.JSONExtract, exp.JSONExtractScalar),
)


def never(context: Context, *nodes: exp.Expr) -> bool:
    """True if expressions give a value whatever the rows hold. Sums of integers are taken to be in
    range; other arithmetic with integers is not."""
    return all(_safe(context, node) for node in nodes)


def _safe(context: Context, node: exp.Expr) -> bool:
    if context.dialect.name == "sqlite":
        return node.find(*_STRICT_IN_SQLITE) is None
    if formulas.harmless(node):
        return True
    if isinstance(node, exp.DataType):
        return True
    return _known(context, node) and all(_safe(context, one) for one in node.iter_expressions())


def _known(context: Context, node: exp.Expr) -> bool:
    """True if a node itself refuses nothing, whatever its operands are."""
    if isinstance(node, exp.Div):
        return _divides(node.expression.unnest())
    if isinstance(node, exp.Cast):
        to = node.args["to"]
        wide = not to.expressions and to.sql().upper() in (*_WIDE, "BIGINT")
        return type(node) is exp.Cast and wide and context.type_of(node.this) in _WHOLE
    if isinstance(node, _ARITHMETIC):
        return context.type_of(node) not in ("", *_WHOLE)
    if isinstance(node, exp.Subquery):
        # Two rows are an error where one value is wanted.
        return isinstance(node.parent, _SEVERAL) or levels.single_row(node)
    return isinstance(node, (*_CALLS, *_QUERIES, *formulas.HARMLESS))


def _divides(node: exp.Expr) -> bool:
    try:
        return isinstance(node, exp.Literal) and not node.is_string and Decimal(node.name) != 0
    except InvalidOperation:
        return False
