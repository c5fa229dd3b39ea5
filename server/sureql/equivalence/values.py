"""Single values: plain ones of each family, neighbours of a constant, and how an engine takes them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sureql.equivalence import conditions, families
from sureql.equivalence.families import Family

_DAY = datetime.timedelta(days=1)
_NEW_YEAR = datetime.date(2024, 1, 1)
_LEAP_DAY = datetime.date(2024, 2, 29)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A LIKE pattern that a column is compared with."""

    text: str


PLAIN: Mapping[Family, tuple[Any, ...]] = {
    Family.INTEGER: (1, 2, 3, 0, -1, 10, 1_000_000),
    Family.DECIMAL: (1, 2, Decimal("0.5"), 0, -1, Decimal("1.5"), 100, Decimal("0.07")),
    Family.FLOAT: (1.0, 2.0, 0.5, 0.0, -1.5, 100.0),
    Family.TEXT: ("a", "b", "A", "", "ab", "c", "a "),
    Family.BOOLEAN: (True, False),
    Family.DATE: (_NEW_YEAR, _LEAP_DAY, _NEW_YEAR - _DAY),
    Family.TIMESTAMP: (
        datetime.datetime(2024, 1, 1),
        datetime.datetime(2023, 12, 31, 23, 59, 59),
        datetime.datetime(2024, 1, 1, 12),
    ),
    Family.TIME: (datetime.time(0), datetime.time(12), datetime.time(23, 59, 59)),
    Family.BYTES: (b"", b"a", b"\x00"),
    Family.UUID: (
        "00000000-0000-0000-0000-000000000001",
        "00000000-0000-0000-0000-000000000002",
        "00000000-0000-0000-0000-000000000003",
    ),
    Family.JSON: ("{}", "[]", '{"a": 1}'),
    Family.INTERVAL: (datetime.timedelta(days=1), datetime.timedelta(hours=1)),
}


def family_of(constants: Sequence[Any]) -> Family:
    """The family of a column without a type, from what it is compared with: numbers if nothing."""
    for value in constants:
        if isinstance(value, Pattern):
            return Family.TEXT
        if isinstance(value, str):
            return Family.TEXT
        if isinstance(value, datetime.datetime):
            return Family.TIMESTAMP
        if isinstance(value, datetime.date):
            return Family.DATE
        if isinstance(value, Decimal):
            return Family.DECIMAL
    return Family.INTEGER


def near(constants: Sequence[Any], family: Family) -> list[Any]:
    """The constants and their neighbours, the constants first. Dates for a year, and so on."""
    found: list[Any] = [value for value in constants if not isinstance(value, Pattern)]
    whole = [value for value in found if isinstance(value, int) and not isinstance(value, bool)]
    for value in constants:
        if isinstance(value, Pattern):
            found.extend(_matching(value.text))
        elif isinstance(value, bool):
            continue
        elif isinstance(value, int | Decimal) and family in families.MOMENTS:
            found.extend(_dates_of(int(value)))
        elif isinstance(value, int | Decimal):
            # Decimals get neighbours just beside them, which integers round away.
            step: Any = 1 if isinstance(value, int) else Decimal(1).scaleb(_exponent(value))
            found.extend((value + step, value - step))
        elif isinstance(value, datetime.date):
            found.extend(_around(value))
        elif isinstance(value, str):
            read = conditions.moment(value)
            found.extend(_around(read) if read is not None else _alike(value))
    if family in families.NUMBERS and 1 < len(whole) <= 6:
        # `x + 1 > 5` and `SUM(x) = 10` turn on differences and halves.
        found.extend(abs(one - other) for one in whole for other in whole if one > other)
    found.extend(value // 2 for value in whole if value > 3 and family in families.NUMBERS)
    return found


def fitting(value: Any, family: Family, type_: str, dialect: str) -> Any:
    """The value as a column of that family and type takes it; None if it does not."""
    made = _as(value, family)
    if made is None:
        return None
    first, second = families.limits(type_)
    if family is Family.TEXT and first is not None and "(" in type_:
        made = made[:first]
    if family is Family.DECIMAL and first is not None:
        made = Decimal(made).quantize(Decimal(1).scaleb(-(second or 0)))
        if abs(made) >= Decimal(10) ** (first - (second or 0)):
            return None
    if family is Family.INTEGER and not -_largest(type_) <= made < _largest(type_):
        return None
    return _stored(made, family) if dialect == "sqlite" else made


def _stored(value: Any, family: Family) -> Any:
    # SQLite has no moments, booleans or decimals.
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime.timedelta):
        return str(value)
    return value


def _largest(type_: str) -> int:
    name = type_.lower()
    for word, bits in (("small", 15), ("tiny", 7), ("big", 63), ("huge", 63), ("int2", 15)):
        if word in name:
            return 1 << bits
    return 1 << 31


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _as(value: Any, family: Family) -> Any:
    if isinstance(value, bool):
        return value if family is Family.BOOLEAN else None
    if isinstance(value, str):
        return _read(value, family)
    if isinstance(value, int | float | Decimal):
        if family is Family.INTEGER:
            return int(value)
        if family is Family.DECIMAL:
            return Decimal(str(value))
        if family is Family.FLOAT:
            return float(value)
        if family is Family.BOOLEAN and value in (0, 1):
            return bool(value)
        return str(value) if family is Family.TEXT else None
    if isinstance(value, datetime.date):
        if family is Family.TIMESTAMP:
            if isinstance(value, datetime.datetime):
                return value.replace(tzinfo=None)
            return datetime.datetime(value.year, value.month, value.day)
        if family is Family.DATE:
            return value.date() if isinstance(value, datetime.datetime) else value
        return str(value) if family is Family.TEXT else None
    plain = {Family.TIME: datetime.time, Family.BYTES: bytes, Family.INTERVAL: datetime.timedelta}
    kind = plain.get(family)
    return value if kind is not None and isinstance(value, kind) else None


def _read(value: str, family: Family) -> Any:
    if family in (Family.TEXT, Family.UUID, Family.JSON):
        if family is Family.UUID and len(value) != 36:
            return None
        if family is Family.JSON and not value.startswith(("{", "[")):
            return None
        return value
    if family in families.MOMENTS:
        found = conditions.moment(value)
        return None if found is None else _as(found, family)
    if family in families.NUMBERS:
        try:
            return _as(Decimal(value.strip()), family)
        except ArithmeticError:
            return None
    if family is Family.BOOLEAN and value.lower() in ("t", "f", "true", "false"):
        return value.lower().startswith("t")
    return None


def _around(value: datetime.date) -> Iterator[datetime.date]:
    try:
        if isinstance(value, datetime.datetime):
            yield value - datetime.timedelta(seconds=1)
            yield value + datetime.timedelta(seconds=1)
        else:
            midnight = datetime.datetime(value.year, value.month, value.day)
            yield midnight - datetime.timedelta(seconds=1)
            yield midnight + datetime.timedelta(hours=12)
        yield value - _DAY
        yield value + _DAY
    except OverflowError:
        return


def _dates_of(number: int) -> Iterator[datetime.date]:
    if 1000 <= number <= 9998:
        yield from (datetime.date(number, 1, 1), datetime.date(number, 12, 31))
        yield from (datetime.date(number - 1, 12, 31), datetime.date(number + 1, 1, 1))
    elif 1 <= number <= 12:
        yield datetime.date(2024, number, 1)
        yield datetime.date(2024, number % 12 + 1, 1)
        yield datetime.date(2023, number, 15)


def _alike(text: str) -> Iterator[str]:
    if not text:
        return
    yield from (text.swapcase(), text + "x", text[:-1], text + " ")


def _matching(pattern: str) -> Iterator[str]:
    short = pattern.replace("%", "").replace("_", "x")
    long = pattern.replace("%", "yz").replace("_", "w")
    yield from (short, long, short.swapcase(), short[1:], short[:-1], "q" + short, short + "q")
