"""Dates as literals, and columns that hold a time of day as well."""

from __future__ import annotations

import datetime
import re

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def of(node: exp.Expr | None) -> datetime.date | None:
    """The day that a literal without a time means: `'2024-01-31'`, `DATE '2024-01-31'`."""
    inner = node.this if isinstance(node, (exp.Cast, exp.Date)) else node
    if isinstance(node, exp.Cast) and not levels.casts_to(node, "date"):
        return None
    if not isinstance(inner, exp.Literal) or not _DATE.fullmatch(inner.name):
        return None
    try:
        return datetime.date.fromisoformat(inner.name)
    except ValueError:
        return None


def after(day: datetime.date) -> datetime.date | None:
    """The next day, None at the end of time."""
    return day + datetime.timedelta(days=1) if day < datetime.date.max else None


def has_time(context: Context, node: exp.Expr | None) -> bool:
    """True for a column of a timestamp type."""
    return isinstance(node, exp.Column) and context.type_of(node).startswith(
        ("TIMESTAMP", "DATETIME")
    )
