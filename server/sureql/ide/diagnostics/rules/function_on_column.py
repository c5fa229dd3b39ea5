"""A function of an indexed column hides it from its index.

What:
    Finds conditions that compare a function or cast of an indexed column with a constant, such as
    `lower(email) = …` or `extract(year FROM day) = …`.

Why:
    The index holds the column's values, not those of the function, so every row is read. Compare
    the bare column, with a range if need be, or make an index over the expression.

Example:
    SELECT review_id FROM review WHERE abs(customer_id) = 5

Use instead:
    SELECT review_id FROM review WHERE customer_id IN (-5, 5)
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places, sargable
from sureql.ide.diagnostics.facts.sargable import Wrapped
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIMES = ("DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP WITHOUT TIME ZONE", "DATETIME")


def check(context: Context) -> Iterator[Finding]:
    for one in sargable.found(context):
        if not sargable.is_call(one.computed) or _changes_nothing(context, one):
            continue
        span = places.called(context, one.computed)
        if span is None:
            continue
        message = (
            f"This hides `{one.column.name}` from {one.index}: "
            "compare the column itself, or index the expression."
        )
        yield Finding(span, message, tuple(_fixes(context, one)))


def _changes_nothing(context: Context, one: Wrapped) -> bool:
    """True for a cast to the type that the column has anyway."""
    if not isinstance(one.computed, exp.Cast) or one.computed.this is not one.column:
        return False
    known = context.type_of(one.column)
    wanted = context.type_of(one.computed)
    texts = ("TEXT", "VARCHAR", "CHARACTER VARYING")
    return not known or known == wanted or (known in texts and wanted in texts)


def _fixes(context: Context, one: Wrapped) -> Iterator[Fix]:
    """`date(x) = day` and `extract(year FROM x) = year` as a range of the column."""
    node, name = one.condition, places.whole(context, one.column)
    if not isinstance(node, exp.EQ) or name is None or isinstance(node.parent, exp.Not):
        return
    if context.type_of(one.column) not in _TIMES or context.dialect.name == "sqlite":
        return
    first = _first_day(one.computed, node.expression)
    end, start = places.whole(context, node.expression), places.called(context, one.computed)
    if first is None or end is None or start is None:
        return
    year = isinstance(one.computed, exp.Extract)
    after = first.replace(year=first.year + 1) if year else first + datetime.timedelta(days=1)
    column = name.of(context.text)
    text = f"{column} >= '{first}' AND {column} < '{after}'"
    if isinstance(node.parent, exp.Or):
        text = f"({text})"
    span = Span(start.start, end.end)
    if not places.commented(context, span):
        yield Fix(f"Change to a range of `{column}`", (TextEdit(span, text),), "unsafe", True)


def _first_day(computed: exp.Expr, other: exp.Expr) -> datetime.date | None:
    if isinstance(other, exp.Cast):
        other = other.this
    if not isinstance(other, exp.Literal):
        return None
    try:
        if isinstance(computed, exp.Extract) and computed.name.upper() == "YEAR":
            year = int(other.name)
            return datetime.date(year, 1, 1) if year < datetime.MAXYEAR else None
        is_day = levels.casts_to(computed, "date")
        if (is_day or isinstance(computed, (exp.Date, exp.TsOrDsToDate))) and other.is_string:
            return datetime.date.fromisoformat(other.name) if _DATE.fullmatch(other.name) else None
    except ValueError:
        pass
    return None


RULE = Rule("performance", "hint", check, fix="unsafe")
