"""Expressions in words: what everybody knows by a name gets it, all else is quoted as written."""

from __future__ import annotations

import datetime
import re

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import days
from sureql.ide.explain import quoting
from sureql.ide.explain.wording import code, listed

_DAY = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?")
_UNITS = ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")
_TIMES = ("DATE", "TIME", "DATETIME")
_AGGREGATES: dict[type[exp.Expr], str] = {
    exp.Sum: "the total of",
    exp.Avg: "the average of",
    exp.Stddev: "the standard deviation of",
    exp.StddevSamp: "the standard deviation of",
    exp.Median: "the median of",
    exp.ArrayAgg: "a list of",
    exp.GroupConcat: "a joined text of",
}


def of(context: Context, node: exp.Expr | None) -> str:
    """One side of a comparison, or an argument, in words."""
    if node is None:
        return ""
    simple = (exp.Column, exp.Literal, exp.Parameter, exp.Placeholder)
    if isinstance(node, exp.Paren) and isinstance(node.this, simple):
        return of(context, node.this)
    if isinstance(node, exp.Column):
        return code(quoting.name(context, node))
    if isinstance(node, exp.Literal):
        return node.name if not node.is_string else code(quoting.literal(context, node))
    if isinstance(node, exp.Null):
        return "NULL"
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    day = days.of(node)
    if day is not None:
        return day.isoformat()
    return _called(context, node) or code(quoting.operand(context, node))


def item(context: Context, node: exp.Expr, stop: int | None = None) -> str:
    """A result column's expression, or a key of GROUP BY or ORDER BY, in words."""
    plain = node.unnest() if isinstance(node, exp.Paren) else node
    if isinstance(plain, (exp.Column, exp.Literal, exp.Null, exp.Boolean)) or days.of(plain):
        return of(context, plain)
    return _called(context, plain) or code(quoting.item(context, node, stop))


def aggregate(context: Context, node: exp.Expr, stop: int | None = None) -> str:
    """`the total of x`; '' if `node` is no aggregate that has a plain name."""
    if isinstance(node, exp.Filter):
        return _filtered(context, node)
    if isinstance(node, exp.Count):
        return _count(context, node)
    argument = node.this if isinstance(node, exp.Func) else None
    if isinstance(argument, (exp.Distinct, exp.Order, exp.Query)) or argument is None:
        return ""
    if isinstance(node, (exp.Min, exp.Max)) and not node.expressions:
        least = isinstance(node, exp.Min)
        word = ("earliest" if least else "latest") if timed(context, argument) else ""
        return f"the {word or ('smallest' if least else 'largest')} {of(context, argument)}"
    word = _AGGREGATES.get(type(node), "")
    if isinstance(node, exp.GroupConcat) and node.args.get("separator") is not None:
        return ""
    return f"{word} {item(context, argument, stop)}" if word else ""


def star(context: Context, node: exp.Expr) -> str:
    """`*` and `t.*`, with what is left out of them; '' for anything else."""
    inner = node.this if isinstance(node, exp.Column) else node
    if not isinstance(inner, exp.Star):
        return ""
    table = f" of {code(node.table)}" if isinstance(node, exp.Column) and node.table else ""
    parts = []
    for name, word in (("except_", "except"), ("except", "except"), ("replace", "with")):
        found = inner.args.get(name)
        if found:
            parts.append(f"{word} {listed(item(context, one) for one in found)}")
    return f"all columns{table}{f' {listed(parts)}' if parts else ''}"


def timed(context: Context, node: exp.Expr | None) -> bool:
    """True for what is certainly a date or a time."""
    if node is None:
        return False
    if days.of(node) is not None:
        return True
    return context.type_of(node).startswith(("DATE", "TIMESTAMP"))


def dated(node: exp.Expr | None) -> bool:
    """True for a literal that reads as a date, whatever its type."""
    if isinstance(node, exp.Cast):
        node = node.this
    if not isinstance(node, exp.Literal) or not node.is_string or not _DAY.fullmatch(node.name):
        return False
    try:
        datetime.date.fromisoformat(node.name[:10])
    except ValueError:
        return False
    return True


def _count(context: Context, node: exp.Count) -> str:
    argument = node.this
    if argument is None or isinstance(argument, (exp.Star, exp.Literal)):
        return "the number of rows"
    if isinstance(argument, exp.Distinct):
        if len(argument.expressions) != 1 or not isinstance(argument.expressions[0], exp.Column):
            return ""
        return f"the number of different {of(context, argument.expressions[0])}"
    if isinstance(argument, exp.Column) and not isinstance(argument.this, exp.Star):
        return f"the number of rows in which {of(context, argument)} is not NULL"
    return ""


def _filtered(context: Context, node: exp.Filter) -> str:
    """An aggregate with FILTER: only a plain condition has plain words here."""
    inner, where = aggregate(context, node.this), node.expression
    asked = where.this if isinstance(where, exp.Where) else None
    simple = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NEQ, exp.Is, exp.Not, exp.Column)
    if not inner or not isinstance(asked, simple) or asked.find(exp.Query) is not None:
        return ""
    asks = f"where {code(quoting.condition(context, asked))}"
    return f"{inner} {asks}" if inner == "the number of rows" else f"{inner}, over rows {asks} only"


def _called(context: Context, node: exp.Expr) -> str:
    """What a well-known function means, '' for all others."""
    told = aggregate(context, node)
    if told:
        return told
    if isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)):
        unit = node.args.get("unit")
        word = unit.name.upper() if isinstance(unit, exp.Expr) else ""
        argument = node.this
        if word in _UNITS and isinstance(argument, exp.Column):
            return f"the {word.lower()} of {of(context, argument)}"
    if isinstance(node, exp.Extract) and isinstance(node.expression, exp.Column):
        word = node.name.upper()
        if word in _UNITS:
            return f"the {_number_of(word)} of {of(context, node.expression)}"
    if isinstance(node, (exp.Year, exp.Month)) and isinstance(node.this, exp.Column):
        return f"the {_number_of(type(node).__name__.upper())} of {of(context, node.this)}"
    if isinstance(node, (exp.Lower, exp.Upper)) and isinstance(node.this, exp.Column):
        case = "lower" if isinstance(node, exp.Lower) else "upper"
        return f"{of(context, node.this)} in {case} case"
    return ""


def _number_of(unit: str) -> str:
    # DATE_TRUNC gives a day, EXTRACT a number: the words keep them apart.
    return "year" if unit == "YEAR" else f"{unit.lower()} number"
