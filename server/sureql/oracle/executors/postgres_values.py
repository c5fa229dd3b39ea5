"""What PostgreSQL's text format means, by the type's number."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

from sureql.ports.executor import Value

_INTEGERS = (20, 21, 23, 26)
_FLOATS = (700, 701)


def value(data: bytes | None, kind: int) -> Value:
    """The value of a result's cell, None for NULL. What Python has no value for stays a text."""
    if data is None:
        return None
    text = data.decode(errors="replace")
    read = _READERS.get(kind)
    if read is None:
        return text
    try:
        return read(text)
    except (ValueError, ArithmeticError):
        return text  # infinity, 4713 BC, the year 294276.


def _bytes(text: str) -> Value:
    return bytes.fromhex(text.removeprefix("\\x"))


def _boolean(text: str) -> Value:
    return text == "t"


_READERS: dict[int, Callable[[str], Value]] = {
    16: _boolean,
    17: _bytes,
    **dict.fromkeys(_INTEGERS, int),
    **dict.fromkeys(_FLOATS, float),
    1700: Decimal,
    1082: datetime.date.fromisoformat,
    1083: datetime.time.fromisoformat,
    1266: datetime.time.fromisoformat,
    1114: datetime.datetime.fromisoformat,
    1184: datetime.datetime.fromisoformat,
}
