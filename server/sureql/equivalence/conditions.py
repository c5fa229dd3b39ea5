"""What a condition comes to for given values, in Python, with three-valued logic.

Only a guide for the generator: it picks values that make conditions true, false or NULL. The engine
has the last word, so what is not understood here is UNKNOWN and costs coverage, never a verdict.
"""

from __future__ import annotations

import datetime
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from sqlglot import exp

Variable = tuple[str, str]
"""A row of a scene (its mark) and a column's name in lower case."""
Assignment = Mapping[Variable, Any]
Condition = Callable[[Assignment], Any]


class _Unknown:
    pass


UNKNOWN: Final = _Unknown()

_COMPARISONS: dict[type[exp.Expr], Callable[[Any, Any], bool]] = {
    exp.EQ: operator.eq, exp.NEQ: operator.ne, exp.GT: operator.gt, exp.GTE: operator.ge,
    exp.LT: operator.lt, exp.LTE: operator.le,
}  # fmt: skip
_ARITHMETIC: dict[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.Add: operator.add, exp.Sub: operator.sub, exp.Mul: operator.mul, exp.Mod: operator.mod,
}  # fmt: skip


def compiled(node: exp.Expr) -> Condition:
    """A function from values of variables to the value of `node`: None is NULL, UNKNOWN unknown."""
    kind = type(node)
    if maker := _MAKERS.get(kind):
        return maker(node)
    if kind in _COMPARISONS:
        return _comparison(node, _COMPARISONS[kind])
    if kind in _ARITHMETIC:
        return _arithmetic(node, _ARITHMETIC[kind])
    return _unknown


def constant(node: exp.Expr) -> Any:
    """The value of an expression without variables; UNKNOWN if it is not understood."""
    return compiled(node)({})


def variables(node: exp.Expr) -> frozenset[Variable]:
    """The variables in `node`."""
    found = (column for column in node.find_all(exp.Column) if column.table.startswith("#"))
    return frozenset((column.table, column.name.lower()) for column in found)


def moment(text: str) -> datetime.date | datetime.datetime | None:
    """The date or timestamp that a text says, None if it says none."""
    try:
        if len(text) == 10:
            return datetime.date.fromisoformat(text)
        return datetime.datetime.fromisoformat(text) if len(text) > 10 else None
    except ValueError:
        return None


def like(pattern: str, ignore_case: bool = False) -> re.Pattern[str]:
    """A LIKE pattern as a regular expression."""
    parts = {"%": ".*", "_": "."}
    text = "".join(parts.get(letter) or re.escape(letter) for letter in pattern)
    return _regex(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@lru_cache(maxsize=512)
def _regex(text: str, flags: int) -> re.Pattern[str]:
    return re.compile(text, flags)


def _unknown(_: Assignment) -> Any:
    return UNKNOWN


def _fixed(value: Any) -> Condition:
    return lambda _: value


def _column(node: exp.Expr) -> Condition:
    assert isinstance(node, exp.Column)
    if not node.table.startswith("#"):
        return _unknown
    key = (node.table, node.name.lower())
    return lambda values: values.get(key, UNKNOWN)


def _literal(node: exp.Expr) -> Condition:
    assert isinstance(node, exp.Literal)
    if node.is_string:
        return _fixed(node.this)
    try:
        return _fixed(int(node.this))
    except ValueError:
        pass
    try:
        return _fixed(Decimal(node.this))
    except ArithmeticError:
        return _unknown


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    # Brings two values to one Python type, as engines do with literals.
    if isinstance(left, str) and not isinstance(right, str):
        right, left = _alike(right, left)
        return left, right
    if isinstance(right, str) and isinstance(left, datetime.date):
        right = moment(right) or right
    elif isinstance(right, str) and isinstance(left, int | float | Decimal):
        try:
            right = Decimal(right.strip())
        except ArithmeticError:
            return left, right
    if isinstance(left, datetime.date) and isinstance(right, datetime.date):
        return _stamp(left), _stamp(right)
    if isinstance(left, float) != isinstance(right, float):
        return float(left), float(right)
    return left, right


def _stamp(value: datetime.date) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    return datetime.datetime(value.year, value.month, value.day)


def _binary(node: exp.Expr, apply: Callable[[Any, Any], Any]) -> Condition:
    first, second = compiled(node.this), compiled(node.expression)

    def run(values: Assignment) -> Any:
        left, right = first(values), second(values)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        if left is None or right is None:
            return None
        try:
            return apply(*_alike(left, right))
        except (TypeError, ValueError, ArithmeticError):
            return UNKNOWN

    return run


def _comparison(node: exp.Expr, apply: Callable[[Any, Any], bool]) -> Condition:
    return _binary(node, apply)


def _arithmetic(node: exp.Expr, apply: Callable[[Any, Any], Any]) -> Condition:
    other = node.expression
    sign = 1 if isinstance(node, exp.Add) else -1 if isinstance(node, exp.Sub) else 0
    if isinstance(other, exp.Interval) and sign:
        return _shifted(node.this, other, sign)
    return _binary(node, apply)


def _shifted(node: exp.Expr, interval: exp.Interval, sign: int) -> Condition:
    base = compiled(node)
    parts = [interval.this.name] if interval.this is not None else []
    unit = interval.args.get("unit")
    text = " ".join([*parts, unit.name if unit is not None else ""]).strip().lower()
    found = re.fullmatch(r"(-?\d+) *([a-z]+?)s?", text)
    if found is None:
        return _unknown
    count, name = int(found[1]) * sign, found[2]

    def run(values: Assignment) -> Any:
        start = base(values)
        if isinstance(start, str):
            start = moment(start) or UNKNOWN
        if start is None or not isinstance(start, datetime.date):
            return None if start is None else UNKNOWN
        try:
            return _later(start, count, name)
        except (ValueError, OverflowError):
            return UNKNOWN

    return run


def _later(start: datetime.date, count: int, unit: str) -> Any:
    months = {"year": 12, "quarter": 3, "month": 1}.get(unit)
    if months is not None:
        month = start.year * 12 + start.month - 1 + months * count
        # The end of a month is not exact: a guide need not be.
        return start.replace(year=month // 12, month=month % 12 + 1, day=min(start.day, 28))
    if unit in ("day", "week"):
        return start + datetime.timedelta(days=count * (7 if unit == "week" else 1))
    if unit in ("hour", "minute", "second"):
        return _stamp(start) + datetime.timedelta(**{unit + "s": count})
    return UNKNOWN


def _and(node: exp.Expr) -> Condition:
    first, second = compiled(node.this), compiled(node.expression)

    def run(values: Assignment) -> Any:
        left, right = first(values), second(values)
        if left is False or right is False:
            return False
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        return None if left is None or right is None else bool(left and right)

    return run


def _or(node: exp.Expr) -> Condition:
    first, second = compiled(node.this), compiled(node.expression)

    def run(values: Assignment) -> Any:
        left, right = first(values), second(values)
        if left is True or right is True:
            return True
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        return None if left is None or right is None else bool(left or right)

    return run


def _not(node: exp.Expr) -> Condition:
    inner = compiled(node.this)

    def run(values: Assignment) -> Any:
        value = inner(values)
        return value if value is None or value is UNKNOWN else not value

    return run


def _is(node: exp.Expr) -> Condition:
    inner, wanted = compiled(node.this), node.expression
    negated = isinstance(wanted, exp.Not)
    target = constant(wanted.this if negated else wanted)
    if target is UNKNOWN:
        return _unknown

    def run(values: Assignment) -> Any:
        value = inner(values)
        if value is UNKNOWN:
            return UNKNOWN
        same = value is None if target is None else value == target
        return same is not negated

    return run


def _between(node: exp.Expr) -> Condition:
    low = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
    high = exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
    return _and(exp.And(this=low, expression=high))


def _in(node: exp.Expr) -> Condition:
    items = node.expressions
    if not items:
        return _unknown
    tests = [
        _comparison(exp.EQ(this=node.this.copy(), expression=item.copy()), operator.eq)
        for item in items
    ]

    def run(values: Assignment) -> Any:
        results = [test(values) for test in tests]
        if True in [result for result in results if isinstance(result, bool)]:
            return True
        if any(result is UNKNOWN for result in results):
            return UNKNOWN
        return None if any(result is None for result in results) else False

    return run


def _like(node: exp.Expr) -> Condition:
    ignore = isinstance(node, exp.ILike)

    def apply(text: Any, pattern: Any) -> bool:
        return like(str(pattern), ignore).fullmatch(str(text)) is not None

    return _binary(node, apply)


def _inner(node: exp.Expr) -> Condition:
    return compiled(node.this)


def _negated(node: exp.Expr) -> Condition:
    inner = compiled(node.this)

    def run(values: Assignment) -> Any:
        value = inner(values)
        return (
            -value
            if isinstance(value, int | float | Decimal)
            else value
            if value is None
            else UNKNOWN
        )

    return run


def _text(node: exp.Expr, apply: Callable[[str], str | int]) -> Condition:
    inner = compiled(node.this)

    def run(values: Assignment) -> Any:
        value = inner(values)
        return apply(value) if isinstance(value, str) else value if value is None else UNKNOWN

    return run


def _cast(node: exp.Expr) -> Condition:
    inner, to = compiled(node.this), node.args["to"].sql().lower()

    def run(values: Assignment) -> Any:
        value = inner(values)
        if isinstance(value, str) and to.startswith(("date", "timestamp")):
            value = moment(value) or UNKNOWN
        if to == "date" and isinstance(value, datetime.datetime):
            return value.date()
        if to.startswith(("int", "bigint")) and isinstance(value, str):
            return int(value) if re.fullmatch(r"-?\d+", value) else UNKNOWN
        if to.startswith(("text", "varchar")) and isinstance(value, int | datetime.date):
            return str(value)
        return value

    return run


def _part(node: exp.Expr) -> Condition:
    # EXTRACT(YEAR FROM d), YEAR(d), MONTH(d) …
    inner = compiled(node.expression if isinstance(node, exp.Extract) else node.this)
    name = node.name.lower() if isinstance(node, exp.Extract) else type(node).__name__.lower()
    if name not in ("year", "month", "day"):
        return _unknown

    def run(values: Assignment) -> Any:
        value = inner(values)
        if isinstance(value, str):
            value = moment(value) or UNKNOWN
        return (
            getattr(value, name)
            if isinstance(value, datetime.date)
            else value
            if value is None
            else UNKNOWN
        )

    return run


def _coalesce(node: exp.Expr) -> Condition:
    parts = [compiled(part) for part in (node.this, *node.expressions)]

    def run(values: Assignment) -> Any:
        return next((value for part in parts if (value := part(values)) is not None), None)

    return run


def _substring(node: exp.Expr) -> Condition:
    inner = compiled(node.this)
    given = (node.args.get("start"), node.args.get("length"))
    start, length = (None if part is None else constant(part) for part in given)
    if not isinstance(start, int) or start < 1 or not (length is None or isinstance(length, int)):
        return _unknown

    def run(values: Assignment) -> Any:
        value = inner(values)
        if not isinstance(value, str):
            return value if value is None else UNKNOWN
        return value[start - 1 :][:length]

    return run


_MAKERS: dict[type[exp.Expr], Callable[[exp.Expr], Condition]] = {
    exp.Column: _column, exp.Literal: _literal, exp.And: _and, exp.Or: _or, exp.Not: _not,
    exp.Null: lambda _: _fixed(None), exp.Boolean: lambda node: _fixed(bool(node.this)),
    exp.Is: _is, exp.Between: _between, exp.In: _in, exp.Like: _like, exp.ILike: _like,
    exp.Paren: _inner, exp.Neg: _negated, exp.Cast: _cast, exp.TryCast: _cast, exp.Date: _inner,
    exp.TsOrDsToDate: _inner, exp.Extract: _part, exp.Year: _part, exp.Month: _part, exp.Day: _part,
    exp.Coalesce: _coalesce, exp.Substring: _substring,
    exp.Lower: lambda node: _text(node, str.lower), exp.Upper: lambda node: _text(node, str.upper),
    exp.Trim: lambda node: _text(node, str.strip), exp.Length: lambda node: _text(node, len),
}  # fmt: skip
