"""Values on their way into an engine and out of it."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sureql.ports.executor import Value

_KNOWN = (
    *(bool, int, float, Decimal, str, bytes),
    *(datetime.date, datetime.time, datetime.datetime, datetime.timedelta),
)


def text(value: Value) -> str:
    """A value as engines read it from a text; it is neither None nor bytes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    return str(value)


def plain(value: object) -> Value:
    """What a driver gave, as a value of the port's: lists, documents and their like are texts."""
    if value is None or isinstance(value, _KNOWN):
        return value
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    return str(value)
