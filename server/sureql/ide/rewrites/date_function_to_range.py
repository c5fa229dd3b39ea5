"""`date(x) = '2024-01-31'`, `extract(year FROM x) = 2024` and the like become a range of `x`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.optimise import days, layout
from sureql.ide.optimise.rewrite import Rewrite, Step

_DIALECTS = ("postgres", "sqlite", "duckdb", "mysql")
_TURNED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.EQ,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
}
_ZONED = "No midnight comes twice where clocks are set back."


@dataclass(frozen=True, slots=True)
class _Cut:
    """A call that keeps only a part of `column`. `read` gives the days that a literal stands for,
    which is a `number` or what the call made a `text` of."""

    column: exp.Column
    read: Callable[[str], days.Range | None]
    number: bool = False
    text: bool = False


def find(context: Context) -> Iterator[Step]:
    if context.dialect.name not in _DIALECTS:
        return
    for node in context.all(exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between):
        if not layout.decides(node):
            continue
        kind: type[exp.Expr] = type(node)
        sides = [node.this, node.expression]
        cut = _cut(context, node.this)
        if cut is None and not isinstance(node, exp.Between):
            sides.reverse()
            cut, kind = _cut(context, sides[0]), _TURNED[type(node)]
        shape = days.kind(context, cut.column) if cut is not None else ""
        if cut is None or not shape:
            continue
        name = layout.text(context, cut.column)
        ends = _between(cut, node) if isinstance(node, exp.Between) else _read(cut, sides[1])
        if ends is not None:
            text = _range(context, name, kind, ends)
        elif kind is exp.EQ and cut.read is days.day and days.today(context, sides[1]):
            today = layout.text(context, sides[1]) or layout.word(context, "CURRENT_DATE")
            text = f"{name} >= {today} {layout.word(context, 'AND')} {name} < {today} + 1"
        else:
            continue
        relies = _relies(context, cut, kind, shape)
        for edit in layout.replaced(context, node, layout.grouped(node, text)):
            yield Step((edit,), f"Compare `{name}` itself with a range", relies, not relies)


def _relies(context: Context, cut: _Cut, kind: type[exp.Expr], shape: str) -> str:
    engine, name = context.dialect.name, cut.column.name
    if engine == "sqlite":
        return f"`{name}` holds text such as '2024-01-31' or '2024-01-31 23:59:59'."
    if engine == "mysql":
        return f"`{name}` holds no date with the month or day 0."
    if cut.text:
        return f"`{name}` holds no year before 1 or after 9999."
    if engine == "duckdb" and cut.number and kind is not exp.EQ:
        return f"`{name}` does not hold infinity."
    return _ZONED if shape == "zoned" else ""


def _cut(context: Context, node: exp.Expr) -> _Cut | None:
    node = node.unnest()
    if isinstance(node, exp.Cast) and levels.casts_to(node, "int", "bigint", "smallint"):
        inner = _cut(context, node.this)
        asked = inner is not None and inner.read is days.year and not inner.number
        return _Cut(inner.column, days.year, True) if inner is not None and asked else None
    if isinstance(node, (exp.Date, exp.TsOrDsToDate)) or levels.casts_to(node, "date"):
        cast_of_text = isinstance(node, exp.Cast) and context.dialect.name == "sqlite"
        column = node.this if len([one for one in node.args.values() if one]) < 3 else None
        if isinstance(column, exp.Column) and not cast_of_text and not node.args.get("zone"):
            same = days.kind(context, column) == "date" and context.dialect.name != "sqlite"
            return None if same else _Cut(column, days.day)
    elif isinstance(node, exp.Extract) and node.name.upper() == "YEAR":
        column = node.expression
        return _Cut(column, days.year, True) if isinstance(column, exp.Column) else None
    elif isinstance(node, exp.Year):
        column = node.this.this if isinstance(node.this, exp.TsOrDsToDate) else node.this
        return _Cut(column, days.year, True) if isinstance(column, exp.Column) else None
    elif isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)) and not node.args.get("zone"):
        read = days.FIRSTS.get(node.args["unit"].name.upper()) if node.args.get("unit") else None
        column = node.this
        return _Cut(column, read) if read is not None and isinstance(column, exp.Column) else None
    elif isinstance(node, exp.TimeToStr):
        column = node.this
        if isinstance(column, exp.TsOrDsToTimestamp):
            column = column.this
        read = days.FORMATS.get(node.args["format"].name) if node.args.get("format") else None
        known = read is not None and isinstance(column, exp.Column)
        return _Cut(column, read, text=True) if known and read is not None else None
    return None


def _read(cut: _Cut, node: exp.Expr | None) -> days.Range | None:
    """What a literal stands for: its first day and the one after its last."""
    if isinstance(node, exp.Cast) and levels.casts_to(node, "date") and not cut.text:
        node = node.this
    if not isinstance(node, exp.Literal) or bool(node.is_string) is cut.number:
        return None
    return cut.read(node.name)


def _between(cut: _Cut, node: exp.Between) -> days.Range | None:
    low, high = _read(cut, node.args["low"]), _read(cut, node.args["high"])
    return (low[0], high[1]) if low and high and not node.args.get("symmetric") else None


def _range(context: Context, name: str, kind: type[exp.Expr], ends: days.Range) -> str:
    first, after = (f"'{day}'" for day in ends)
    half = {
        exp.GTE: f">= {first}",
        exp.GT: f">= {after}",
        exp.LT: f"< {first}",
        exp.LTE: f"< {after}",
    }
    if kind in half:
        return f"{name} {half[kind]}"
    return f"{name} >= {first} {layout.word(context, 'AND')} {name} < {after}"


REWRITE = Rewrite(
    "Compare dates with a range",
    find,
    worth={"sqlite": 14.0, "postgres": 21.0, "duckdb": 1.2},
    usual=10.0,
)
