"""`x + 1 = 10` becomes `x = 9`, so that an index over `x` can be used."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import days as literals
from sureql.ide.diagnostics.facts import levels
from sureql.ide.optimise import layout
from sureql.ide.optimise.rewrite import Rewrite, Step

_WHOLE = ("INTEGER", "INT", "BIGINT", "SMALLINT", "INT4", "INT8", "INT2", "SERIAL", "BIGSERIAL")
_EXACT = ("NUMERIC", "DECIMAL")
_LARGEST = 2**63 - 1
_WORDS = {exp.EQ: "=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_TURNED = {exp.EQ: "=", exp.LT: ">", exp.LTE: ">=", exp.GT: "<", exp.GTE: "<="}


def find(context: Context) -> Iterator[Step]:
    if context.dialect.name not in ("postgres", "sqlite", "duckdb", "mysql"):
        return
    for node in context.all(exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE):
        if not layout.decides(node):
            continue
        sides = [(node.this, node.expression, _WORDS), (node.expression, node.this, _TURNED)]
        for computed, other, words in sides:
            column, added = _sum(computed.unnest())
            name = layout.text(context, column)
            if column is None or added is None or not name:
                continue
            value = _value(context, column, added, other.unnest())
            if not value:
                continue
            relies = ""
            if context.dialect.name == "sqlite":
                relies = f"`{column.name}` holds whole numbers only."
            for edit in layout.replaced(context, node, f"{name} {words[type(node)]} {value}"):
                yield Step((edit,), f"Compare `{name}` itself", relies, not relies)
            break


def _sum(node: exp.Expr) -> tuple[exp.Column | None, Decimal | None]:
    """The column and what is added to it."""
    if not isinstance(node, (exp.Add, exp.Sub)):
        return None, None
    left, right = node.this.unnest(), node.expression.unnest()
    if isinstance(node, exp.Add) and isinstance(right, exp.Column):
        left, right = right, left
    number = _number(right)
    if not isinstance(left, exp.Column) or number is None:
        return None, None
    return left, -number if isinstance(node, exp.Sub) else number


def _value(context: Context, column: exp.Column, added: Decimal, other: exp.Expr) -> str:
    """What the column alone is compared with, '' if the two would not mean the same."""
    type_ = context.type_of(column)
    number = _number(other)
    if number is not None and (type_ in _WHOLE or type_ in _EXACT):
        whole = added == added.to_integral_value() and number == number.to_integral_value()
        if type_ in _WHOLE and not whole:
            return ""
        if context.dialect.name == "sqlite" and type_ not in _WHOLE:
            return ""
        moved = number - added
        return str(moved) if abs(moved) <= _LARGEST and "E" not in str(moved) else ""
    if type_ == "DATE" and context.dialect.name in ("postgres", "duckdb"):
        if added != added.to_integral_value() or abs(added) > 10_000:
            return ""
        if isinstance(other, exp.CurrentDate) and not other.args.get("this"):
            sign = "-" if added >= 0 else "+"
            return f"{layout.word(context, 'CURRENT_DATE')} {sign} {abs(added)}"
        typed = isinstance(other, exp.Literal) or levels.casts_to(other, "date")
        day = literals.of(other) if typed else None
        try:
            moved_day = day - datetime.timedelta(days=int(added)) if day is not None else None
        except OverflowError:
            return ""
        return f"'{moved_day}'" if moved_day is not None and moved_day.year > 1000 else ""
    return ""


def _number(node: exp.Expr) -> Decimal | None:
    sign = -1 if isinstance(node, exp.Neg) else 1
    inner = node.this if isinstance(node, exp.Neg) else node
    if not isinstance(inner, exp.Literal) or inner.is_string or "e" in inner.name.lower():
        return None
    try:
        found = Decimal(inner.name)
    except InvalidOperation:
        return None
    return sign * found if len(inner.name) <= 18 else None


REWRITE = Rewrite(
    "Compare the column itself",
    find,
    worth={"sqlite": 1600.0, "postgres": 65.0, "duckdb": 1.2},
    usual=10.0,
)
