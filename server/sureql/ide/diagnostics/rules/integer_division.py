"""A division of whole numbers cuts off the fraction.

What:
    Finds divisions of two whole numbers where a fraction is evidently meant: of counts and sums, a
    percentage, a quotient that is rounded, cast or multiplied afterwards, and `1 / 2`.

Why:
    PostgreSQL and SQLite divide whole numbers to a whole number: `1 / 2` is 0, and so is a share
    below one. (In DuckDB `/` keeps the fraction.)

Example:
    SELECT count(country) / count(*) AS share FROM artist

Use instead:
    SELECT 1.0 * count(country) / count(*) AS share FROM artist
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_WHOLE = frozenset(
    """TINYINT SMALLINT INT INTEGER MEDIUMINT BIGINT INT2 INT4 INT8 SERIAL BIGSERIAL SMALLSERIAL
    """.split()  # noqa: SIM905
)
_TOTALS = (exp.Count, exp.Sum)


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Div):
        if not _fraction_meant(node):
            continue
        if not _is_whole(context, node.this) or not _is_whole(context, node.expression):
            continue
        span = places.whole(context, node)
        if span is None:
            continue
        edit = TextEdit(Span(span.start, span.start), "1.0 * ")
        fix = Fix("Multiply by 1.0 first", (edit,), "unsafe", True)
        yield Finding(span, "Whole numbers are divided: the fraction is cut off.", (fix,))


def _is_whole(context: Context, node: exp.Expr | None) -> bool:
    """True for what certainly has no fraction."""
    if isinstance(node, (exp.Subquery, exp.Select)):
        return _is_whole(context, _selected(node))
    if isinstance(node, exp.Literal):
        return not node.is_string and node.name.isdigit()
    if isinstance(node, (exp.Column, exp.Cast)):
        return context.type_of(node) in _WHOLE
    if isinstance(node, (exp.Count, exp.Length)):
        return True
    if isinstance(node, exp.Sum):
        # The sum of a bigint is numeric in PostgreSQL.
        return context.type_of(node) in _WHOLE and _is_whole(context, node.this)
    if isinstance(node, (exp.Paren, exp.Neg, exp.Nullif, exp.Window, exp.Filter, exp.Max, exp.Min)):
        return _is_whole(context, node.this)
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
        return _is_whole(context, node.this) and _is_whole(context, node.expression)
    if isinstance(node, exp.Coalesce):
        return all(_is_whole(context, one) for one in (node.this, *node.expressions))
    if isinstance(node, exp.Case):
        branches = [one.args.get("true") for one in node.args.get("ifs") or ()]
        default = node.args.get("default")
        return all(_is_whole(context, one) for one in [*branches, *([default] if default else [])])
    return False


def _fraction_meant(node: exp.Div) -> bool:
    above, outer = _around(node)
    left, right = node.this.unnest(), node.expression.unnest()
    if isinstance(left, exp.Literal) and isinstance(right, exp.Literal):
        if not (left.is_int and right.is_int):
            return False  # Fractions and strings are not divided as integers.
        return 0 < int(left.name) < int(right.name)
    if isinstance(above, exp.Round):
        return True
    if isinstance(above, exp.Cast):
        return levels.casts_to(above, "double", "float", "decimal")
    if isinstance(above, exp.Mul):
        other = above.expression if above.this is outer else above.this
        return other.unnest().name in ("100", "100.0")
    return _is_total(right) and (_is_total(left) or _is_percentage(left))


def _around(node: exp.Expr) -> tuple[exp.Expr | None, exp.Expr]:
    """What holds a node, without parentheses, and the node in it."""
    inner = node
    while isinstance(inner.parent, exp.Paren):
        inner = inner.parent
    return inner.parent, inner


def _is_total(node: exp.Expr) -> bool:
    if isinstance(node, (exp.Nullif, exp.Window, exp.Filter, exp.Coalesce)):
        return _is_total(node.this.unnest())
    if isinstance(node, (exp.Subquery, exp.Select)):
        inner = _selected(node)
        return inner is not None and _is_total(inner)
    return isinstance(node, _TOTALS)


def _selected(node: exp.Expr) -> exp.Expr | None:
    """The one value that a scalar sub-query gives."""
    select = node.this if isinstance(node, exp.Subquery) else node
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        return None
    item: exp.Expr = select.expressions[0]
    return item.unalias()


def _is_percentage(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Mul):
        return False
    parts = (node.this.unnest(), node.expression.unnest())
    return any(isinstance(one, exp.Literal) and one.name == "100" for one in parts) and any(
        _is_total(one) for one in parts
    )


RULE = Rule(
    "correctness", "warning", check, dialects=("postgres", "sqlite"), fix="unsafe", whole=True
)
