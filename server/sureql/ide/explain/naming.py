"""What the items of FROM, CTEs and sub-queries are called, and where they are defined."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts.levels import Item
from sureql.ide.explain import quoting
from sureql.ide.explain.wording import code


def bare(query: exp.Expr) -> exp.Expr:
    """A query without the parentheses around it, unless those have clauses of their own."""
    while isinstance(query, exp.Subquery) and not any(
        query.args.get(name) for name in ("order", "limit", "offset", "joins", "pivots")
    ):
        query = query.this
    return query


def first(query: exp.Expr) -> exp.Expr:
    """The first SELECT of a set operation: it names the columns."""
    node = bare(query)
    while isinstance(node, (exp.SetOperation, exp.Subquery)):
        node = bare(node.this)
    return node


def alias(one: exp.Expr) -> str:
    """The alias of a result column, '' if it has none; in `f() OVER w` the window is no alias."""
    return "" if isinstance(one, exp.Window) else one.alias


def output(one: exp.Expr) -> str:
    """The name of a result column, '' if it has none of its own."""
    return "" if isinstance(one, exp.Window) else one.alias_or_name


def item(found: Item) -> str:
    """The name by which columns of an item are called, as code; '' if it has none."""
    called = found.node.alias_or_name
    if not called and found.source is not None:
        called = found.source.name
    return code(called) if called else ""


def table(context: Context, node: exp.Table) -> str:
    """A table as it is written, with the alias under which it is known below."""
    written = quoting.name(context, node)
    if node.alias and node.alias != node.name:
        return f"{code(written)} (as {code(node.alias)})"
    return code(written)


def definition(context: Context, found: Item) -> exp.Expr | None:
    """The query of a CTE or derived table, None for all else and where it is not certain."""
    node = found.node
    if isinstance(node, exp.Subquery):
        renamed = node.args.get("alias") is not None and node.args["alias"].args.get("columns")
        return None if renamed or isinstance(node.this, exp.Table) else node.this
    if not isinstance(node, exp.Table) or found.source is None or found.source.kind != "cte":
        return None
    same = [one for one in context.all(exp.CTE) if one.alias.lower() == node.name.lower()]
    if len(same) != 1 or same[0].args["alias"].args.get("columns"):
        return None
    recursive = same[0].parent is not None and same[0].parent.args.get("recursive")
    return None if recursive else same[0].this


def ctes(query: exp.Expr | None) -> Iterator[exp.CTE]:
    """The CTEs that a query or change begins with."""
    clause = query.args.get("with_") if query is not None else None
    if isinstance(clause, exp.With):
        yield from clause.expressions
