"""What a node's place in the tree says about it."""

from __future__ import annotations

from sqlglot import exp

_UNITS = frozenset(
    (
        "year",
        "quarter",
        "month",
        "week",
        "day",
        "hour",
        "minute",
        "second",
        "isoweek",
        "isoyear",
        "millisecond",
        "microsecond",
        "dayofweek",
        "dayofyear",
        "dw",
        "dd",
        "mm",
        "yy",
        "yyyy",
        "hh",
    )
)


def is_item(node: exp.Expr) -> bool:
    """True if a column is a whole item of ORDER BY or GROUP BY, not part of an expression."""
    parent = node.parent
    while isinstance(
        parent, (exp.Ordered, exp.Paren, exp.Tuple, exp.Rollup, exp.Cube, exp.GroupingSets)
    ):
        parent = parent.parent
    return isinstance(parent, (exp.Order, exp.Group, exp.Distinct, exp.Sort, exp.Cluster)) and not (
        isinstance(parent, exp.Order) and not isinstance(parent.parent, (exp.Query, exp.DML))
    )


def is_unit(node: exp.Expr) -> bool:
    """True for the `day` of `DATEDIFF(day, a, b)`, which parses as a column."""
    return isinstance(node, exp.Column) and len(node.parts) == 1 and node.name.lower() in _UNITS


def may_be_no_column(node: exp.Expr | None) -> bool:
    """True for a name that some engine reads as something else: the unit in a call, and in FROM, such as
    in the argument of Snowflake's FLATTEN, what the same SELECT gives."""
    if node is None:
        return False
    if is_unit(node) and isinstance(node.parent, exp.Func):
        return True
    inside = node
    while inside.parent is not None and not isinstance(inside.parent, exp.Query):
        inside = inside.parent
    select = inside.parent
    if not isinstance(select, exp.Select) or inside.arg_key not in ("joins", "laterals", "from_"):
        return False
    given = (item.alias.lower() for item in select.expressions if isinstance(item, exp.Alias))
    return node.name.lower() in given


def beside(node: exp.Expr | None) -> exp.Expr | None:
    """The qualifier of the column that `node` is compared with by `=`."""
    around = node.parent if node is not None else None
    if not isinstance(around, exp.EQ):
        return None
    other = around.expression if around.this is node else around.this
    return other.parts[-2] if isinstance(other, exp.Column) and len(other.parts) > 1 else None
