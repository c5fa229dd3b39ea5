"""`CAST(day AS text) LIKE '2024-01%'` becomes a range of `day`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.optimise import days, layout
from sureql.ide.optimise.rewrite import Rewrite, Step

_PATTERN = re.compile(
    r"(?P<year>\d{4})(?:-%|%)|(?P<month>\d{4}-\d\d)(?:-%|%)|(?P<day>\d{4}-\d\d-\d\d)%?"
)
_RELIES = {
    "sqlite": "`{0}` holds text such as '2024-01-31' or '2024-01-31 23:59:59'.",
    "postgres": "`{0}` is shown year first (`DateStyle` is ISO), with years from 1 to 9999.",
    "duckdb": "`{0}` holds no year before 1 or after 9999.",
}


def find(context: Context) -> Iterator[Step]:
    relies = _RELIES.get(context.dialect.name, "")
    for node in context.all(exp.Like):
        if node.args.get("negate"):
            continue
        column, pattern = node.this.unnest(), node.expression
        if levels.casts_to(column, "text", "varchar"):
            column = column.this
        elif context.dialect.name != "sqlite":
            continue
        shape = days.kind(context, column) if isinstance(column, exp.Column) else ""
        if not relies or not shape or not isinstance(pattern, exp.Literal):
            continue
        if isinstance(node.parent, exp.Escape) or not layout.decides(node):
            continue
        found = _PATTERN.fullmatch(pattern.name)
        if found is None or (shape != "date" and not pattern.name.endswith("%")):
            continue
        read = {"year": days.year, "month": days.month, "day": days.day}
        ends = next(read[key](text) for key, text in found.groupdict().items() if text)
        name = layout.text(context, column)
        if ends is None or not name:
            continue
        both = f"{name} >= '{ends[0]}' {layout.word(context, 'AND')} {name} < '{ends[1]}'"
        for edit in layout.replaced(context, node, layout.grouped(node, both)):
            title = f"Compare `{name}` itself with a range"
            yield Step((edit,), title, relies.format(column.name))


REWRITE = Rewrite(
    "Compare dates with a range, not as text",
    find,
    worth={"sqlite": 23.0, "postgres": 35.0, "duckdb": 1.5},
)
