"""Whether two results are the same: as bags of rows, values compared as a reader would."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sureql.ports.executor import Row, Value

TOLERANCE = 1e-9
"""Relative. Sums of floats in another order differ by less."""

_NO_BOOLEANS = frozenset(("sqlite", "mysql", "oracle", "tsql"))

Key = tuple[Any, ...]


def key(row: Row, dialect: str) -> Key:
    """A row in a form in which equal values are equal: 1, 1.0 and 1.00 are, -0.0 and 0, NaN and NaN."""
    return tuple(_plain(value, dialect) for value in row)


def same_bag(one: Sequence[Row], other: Sequence[Row], dialect: str) -> bool:
    """True if both have the same rows, as often, in whatever order."""
    if len(one) != len(other):
        return False
    return not extra(one, other, dialect)


def extra(one: Sequence[Row], other: Sequence[Row], dialect: str) -> bool:
    """True if `one` has a row more often than `other` has it."""
    left = Counter(key(row, dialect) for row in one)
    right = Counter(key(row, dialect) for row in other)
    left, right = left - right, right - left
    if not left:
        return False
    # Only floats can be equal without being the same: what is left is matched one by one.
    rest = sorted(right.elements(), key=_sortable)
    for row in sorted(left.elements(), key=_sortable):
        match = next((index for index, found in enumerate(rest) if _close(row, found)), None)
        if match is None:
            return True
        del rest[match]
    return False


def _plain(value: Value, dialect: str) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        return int(value) if dialect in _NO_BOOLEANS else ("boolean", value)
    if isinstance(value, float):
        if math.isnan(value):
            return ("number", "NaN")
        return int(value) if value.is_integer() else value
    if isinstance(value, Decimal):
        if value.is_nan():
            return ("number", "NaN")
        if not value.is_finite():
            return float(value)
        return int(value) if value == value.to_integral_value() else value.normalize()
    if isinstance(value, int):
        return value
    if isinstance(value, datetime.datetime | datetime.time) and value.tzinfo is not None:
        # An instant is the same whatever zone it is shown in.
        if isinstance(value, datetime.datetime):
            return ("instant", value.astimezone(datetime.UTC).isoformat())
        return ("time", value.isoformat())
    return (type(value).__name__, value)


def _sortable(row: Key) -> tuple[str, ...]:
    return tuple(f"{type(value).__name__}{value!r}" for value in row)


def _close(one: Key, other: Key) -> bool:
    return len(one) == len(other) and all(
        left == right or _near(left, right) for left, right in zip(one, other, strict=True)
    )


def _near(left: Any, right: Any) -> bool:
    numbers = (int, float, Decimal)
    if not isinstance(left, numbers) or not isinstance(right, numbers):
        return False
    try:
        return math.isclose(float(left), float(right), rel_tol=TOLERANCE, abs_tol=1e-12)
    except OverflowError:
        return False
