"""Values on their way into an engine and out of it, and what of a statement depends on them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

from sureql.oracle import statements
from sureql.ports.executor import Value
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

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


def mentions(tokens: Sequence[Token], rules: Dialect, columns: AbstractSet[str]) -> bool:
    """True if a statement may read one of `columns` (in lower case)."""
    if not columns:
        return False
    if columns & statements.names(tokens, rules):
        return True
    return any(
        token.is_word("NATURAL") or (token.text == "*" and not _is_counted(tokens, index))
        for index, token in enumerate(tokens)
    )


def _is_counted(tokens: Sequence[Token], index: int) -> bool:
    # The star of `count(*)`, or of a multiplication by a number.
    before = tokens[index - 1] if index else None
    return before is not None and (before.text == "(" or before.kind is Kind.NUMBER)
