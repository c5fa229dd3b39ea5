"""What engines call an output column that has no alias."""

from __future__ import annotations

from sqlglot import exp

from sureql.semantics import sources
from sureql.syntax.dialects import Dialect

_TRANSPARENT = (exp.Paren, exp.Collate, exp.Filter, exp.Window, exp.Bracket)
_POSTGRES = {
    exp.Case: "case",
    exp.Exists: "exists",
    exp.Array: "array",
    exp.Coalesce: "coalesce",
    exp.Greatest: "greatest",
    exp.Least: "least",
    exp.Nullif: "nullif",
    exp.Extract: "extract",
    exp.Interval: "interval",
    exp.Boolean: "bool",
    exp.AtTimeZone: "timezone",
    exp.CurrentDate: "current_date",
    exp.CurrentUser: "current_user",
    exp.SessionUser: "session_user",
    exp.CurrentTime: "current_time",
    exp.Localtime: "localtime",
    exp.Localtimestamp: "localtimestamp",
    exp.Tuple: "row",
}
_NAMELESS = (exp.Literal, exp.Null, exp.Binary, exp.Not, exp.Neg, exp.Between, exp.In)
_TYPES = {"int": "int4", "integer": "int4", "bigint": "int8", "smallint": "int2", "boolean": "bool"}


def of_call(node: exp.Expr) -> str:
    """A function's name where its text is not at hand."""
    if isinstance(node, exp.Anonymous):
        return str(node.name).lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""


def implicit(node: exp.Expr, text: str, dialect: Dialect) -> str:
    """The name of an unaliased output column; '' if the engine's choice is not known."""
    if isinstance(node, exp.Column):
        return sources.name_of(node.this, dialect)
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        return sources.name_of(node.expression, dialect)
    if dialect.name == "postgres":
        return _postgres(node, text, dialect)
    return ""


def _postgres(node: exp.Expr, text: str, dialect: Dialect) -> str:
    if isinstance(node, _TRANSPARENT) and isinstance(node.this, exp.Expr):
        return implicit(node.this, text, dialect)
    if isinstance(node, exp.Cast):
        inner = implicit(node.this, text, dialect)
        if inner and inner != "?column?":
            return inner
        # Only plain types keep their written name.
        written = node.args["to"].sql().lower() if node.args.get("to") else ""
        return _TYPES.get(written, written if written in ("text", "date", "uuid", "jsonb") else "")
    if isinstance(node, exp.Case):
        default = node.args.get("default")
        return implicit(default, text, dialect) if isinstance(default, exp.Column) else "case"
    for kind, name in _POSTGRES.items():
        if isinstance(node, kind):
            return name
    if isinstance(node, exp.Subquery):
        inner_query = node.unnest()
        first = inner_query.expressions[0] if inner_query.expressions else None
        if isinstance(first, exp.Alias):
            return sources.name_of(first.args.get("alias"), dialect)
        return implicit(first, text, dialect) if isinstance(first, exp.Expr) else ""
    if isinstance(node, exp.Func) and not isinstance(node, (exp.Binary, exp.Connector)):
        span = sources.span_of(node)
        written = span.of(text).lower() if span is not None else ""
        if isinstance(node, exp.Anonymous) and not written:
            return str(node.name).lower()
        return written if written.isidentifier() and written not in ("trim", "cast") else ""
    if isinstance(node, _NAMELESS):
        return "?column?"
    return ""
