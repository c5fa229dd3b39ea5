"""Ranges of dates and times as literals, for conditions on a column that holds them."""

from __future__ import annotations

import datetime
import re

from sqlglot import exp

from sureql.ide.diagnostics.context import Context

Range = tuple[datetime.date, datetime.date]
"""The first day of something and the one after its last."""

_MONTH = re.compile(r"(\d{4})-(\d\d)")
_YEAR = re.compile(r"\d{4}")
_TIMES = ("TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE", "DATETIME")
_ZONED = ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE")


def kind(context: Context, column: exp.Expr) -> str:
    """`date`, `time` (a moment without zone), `zoned`, or '' for what holds neither."""
    type_ = context.type_of(column)
    if type_ == "DATE":
        return "date"
    return "time" if type_ in _TIMES else "zoned" if type_ in _ZONED else ""


def year(text: str) -> Range | None:
    """The first day of a year and that of the next one."""
    if not _YEAR.fullmatch(text) or not 1000 <= int(text) < datetime.MAXYEAR:
        return None
    return datetime.date(int(text), 1, 1), datetime.date(int(text) + 1, 1, 1)


def month(text: str) -> Range | None:
    """The first day of a month such as `2024-01` and that of the next one."""
    found = _MONTH.fullmatch(text)
    if found is None or year(found[1]) is None or not 1 <= int(found[2]) <= 12:
        return None
    number = int(found[1]) * 12 + int(found[2])
    first = datetime.date(int(found[1]), int(found[2]), 1)
    return first, datetime.date(number // 12, number % 12 + 1, 1)


def day(text: str) -> Range | None:
    """A day such as `2024-01-31` and the next one."""
    try:
        first = datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    if first is None or not 1000 <= first.year < datetime.MAXYEAR:
        return None
    return first, first + datetime.timedelta(days=1)


def today(context: Context, node: exp.Expr) -> bool:
    """True for CURRENT_DATE where one can be added to it."""
    plain = isinstance(node, exp.CurrentDate) and not node.args.get("this")
    return plain and context.dialect.name in ("postgres", "duckdb")


def _new_year(text: str) -> Range | None:
    return year(text[:4]) if text[4:] == "-01-01" else None


def _new_month(text: str) -> Range | None:
    return month(text[:7]) if text[7:] == "-01" else None


FORMATS = {"%Y": year, "%Y-%m": month, "%Y-%m-%d": day}
"""What a text in such a format stands for."""

FIRSTS = {"YEAR": _new_year, "MONTH": _new_month, "DAY": day}
"""What the first day of a unit stands for; no other day is one."""
