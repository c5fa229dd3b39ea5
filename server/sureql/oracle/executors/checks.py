"""Checks of the schema, for the tables that generated rows go into.

A check is the user's text. It is read, and written anew, only if it consists of comparisons,
constants and columns; of any other it is not known what it would do, and it is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.errors import SqlglotError

from sureql.catalog import model as catalog
from sureql.syntax import dialects, parse

_PLAIN = (
    *(exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
    *(exp.In, exp.Between, exp.Is, exp.Null, exp.Boolean, exp.Literal, exp.Column, exp.Identifier),
    *(exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Tuple),
)
# These mean the same again in the dialect that they were written in.
_OF_ONE_DIALECT = (
    *(exp.Cast, exp.DataType, exp.DataTypeParam, exp.Any, exp.Array, exp.Like, exp.Length),
    *(exp.Upper, exp.Lower, exp.Abs, exp.Trim, exp.Coalesce),
)


def written(relation: catalog.Relation, source: str, target: str) -> tuple[str, ...]:
    """The relation's checks, of dialect `source`, as expressions of dialect `target`."""
    names = {column.name.lower() for column in relation.columns}
    found = (_written(check, names, source, target) for check in relation.checks)
    return tuple(check for check in found if check)


def _written(check: str, names: set[str], source: str, target: str) -> str:
    if not dialects.known(source) or not dialects.known(target):
        return ""
    tree = parse.parse(f"SELECT {check}", dialects.get(source)).tree
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        return ""
    if any(value for name, value in tree.args.items() if name != "expressions"):
        return ""
    allowed = _PLAIN + _OF_ONE_DIALECT if source == target else _PLAIN
    body = tree.expressions[0]
    if not _is_known(body.walk(), allowed, names):
        return ""
    body = body.copy()
    for column in body.find_all(exp.Column):
        column.set("table", None)
        column.this.set("quoted", True)
    try:
        return str(body.sql(dialect=dialects.get(target).sqlglot))
    except (SqlglotError, ValueError, RecursionError):
        return ""


def _is_known(
    nodes: Iterable[exp.Expression], allowed: tuple[type[exp.Expression], ...], names: set[str]
) -> bool:
    for node in nodes:
        if not isinstance(node, allowed) or node.args.get("query"):
            return False
        if isinstance(node, exp.Column) and (
            not isinstance(node.this, exp.Identifier) or node.name.lower() not in names
        ):
            return False
        if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.USERDEFINED:
            return False
    return True
