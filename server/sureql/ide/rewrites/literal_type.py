"""`id = 42.0` becomes `id = 42`: a number with a point makes some engines convert every row's value."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.optimise import layout
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit

_WHOLE = ("INTEGER", "INT", "BIGINT", "SMALLINT", "INT4", "INT8", "INT2", "SERIAL", "BIGSERIAL")
# How a limit between two whole numbers is rounded, by operator with the column on the left.
_ROUNDED: dict[type[exp.Expr], str] = {
    exp.GT: ROUND_FLOOR,
    exp.GTE: ROUND_CEILING,
    exp.LT: ROUND_CEILING,
    exp.LTE: ROUND_FLOOR,
}
_TURNED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
}


def find(context: Context) -> Iterator[Step]:
    if context.dialect.name not in ("postgres", "duckdb"):
        return
    for node in context.all(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In):
        kinds: list[type[exp.Expr]] = [type(node)]
        column, others = node.this, [node.expression]
        if isinstance(node, exp.Between):
            others, kinds = [node.args["low"], node.args["high"]], [exp.GTE, exp.LTE]
        elif isinstance(node, exp.In):
            others, kinds = list(node.expressions), [exp.EQ] * len(node.expressions)
        elif isinstance(node.expression, exp.Column):
            column, others, kinds = node.expression, [node.this], [_TURNED.get(kinds[0], kinds[0])]
        whole = isinstance(column, exp.Column) and context.type_of(column) in _WHOLE
        if not whole or node.args.get("symmetric") or not layout.decides(node):
            continue
        edits = []
        for other, kind in zip(others, kinds, strict=False):
            text, span = _text(other, kind), places.whole(context, other)
            if text and span is not None and not layout.commented(context, span):
                edits.append(TextEdit(span, text))
        # One number with a point decides for all of a list.
        if edits and (len(edits) == len(others) or not _pointed(others, len(edits))):
            name = layout.text(context, column)
            yield Step(tuple(edits), f"Compare `{name}` with a whole number", proved=True)


def _text(node: exp.Expr, kind: type[exp.Expr]) -> str:
    """The whole number to compare with instead; '' if there is none, or if it is one already."""
    inner = node.this if isinstance(node, exp.Neg) else node
    if not isinstance(inner, exp.Literal) or inner.is_string:
        return ""
    try:
        number = Decimal(inner.name)
    except InvalidOperation:
        return ""
    if inner.name.isdigit() or not number.is_finite() or abs(number) >= 2**63:
        return ""
    if "e" in inner.name.lower() and abs(number) >= 2**53:
        return ""  # Where that is a floating point number, it equals several whole ones.
    number = -number if isinstance(node, exp.Neg) else number
    whole = number.to_integral_value(_ROUNDED.get(kind, ROUND_FLOOR))
    return "" if kind not in _ROUNDED and whole != number else str(int(whole))


def _pointed(others: list[exp.Expr], known: int) -> bool:
    return sum(not one.name.isdigit() for one in others) > known


REWRITE = Rewrite(
    "Compare whole numbers with whole numbers",
    find,
    worth={"postgres": 142.0, "duckdb": 1.1},
)
