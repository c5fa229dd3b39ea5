"""Window functions: over which rows, in which order, and how far they look."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.explain import ordering, quoting, stated, values
from sureql.ide.explain.model import Fact
from sureql.ide.explain.wording import code, listed

_NAMED: dict[type[exp.Expr], str] = {
    exp.RowNumber: "numbers the rows",
    exp.Rank: "ranks the rows (ties share a rank, and leave a gap)",
    exp.DenseRank: "ranks the rows (ties share a rank, without gaps)",
    exp.PercentRank: "gives each row its relative rank from 0 to 1",
    exp.CumeDist: "gives each row the share of rows up to it",
}


def found(select: exp.Expr) -> list[exp.Window]:
    """The windows of one query level, in the order of the tree."""
    places = [*select.expressions, *(select.args.get(name) for name in ("qualify", "order"))]
    return [
        one
        for place in places
        if isinstance(place, exp.Expr)
        for one in levels.own(place)
        if isinstance(one, exp.Window)
    ]


def told(context: Context, select: exp.Expr, window: exp.Window) -> str:
    """One window function in words."""
    partition, order, spec = _parts(select, window)
    text = _function(context, window)
    if partition:
        text += f" within each {listed(values.item(context, one) for one in partition)}"
    elif not order:
        text += " over all rows"
    if order:
        text += f", ordered by {listed(ordering.key(context, one) for one in order)}"
    frame = _frame(context, spec)
    running = not frame and order and isinstance(_plain(window), exp.AggFunc)
    ranked = isinstance(_plain(window), (*_NAMED, exp.Lag, exp.Lead, exp.Ntile))
    if running and not ranked:
        frame = "from the first row up to the current one and those tied with it"
    alias = window.parent.alias if isinstance(window.parent, exp.Alias) else ""
    named = f"{code(alias)}: " if alias else ""
    return f"{named}{text}{f', {frame}' if frame else ''}"


def fact(select: exp.Expr, window: exp.Window) -> Fact:
    """The function's columns, then those of PARTITION BY and ORDER BY."""
    partition, order, _ = _parts(select, window)
    parts = [stated.columns(window.this)]
    parts.append(tuple(sorted({name for one in partition for name in stated.columns(one)})))
    parts.append(tuple(sorted({name for one in order for name in stated.columns(one)})))
    return Fact("window", " | ".join(", ".join(one) for one in parts))


def _parts(
    select: exp.Expr, window: exp.Window
) -> tuple[list[exp.Expr], list[exp.Expr], exp.Expr | None]:
    partition = list(window.args.get("partition_by") or ())
    order, spec = window.args.get("order"), window.args.get("spec")
    named = window.args.get("alias")
    if named is not None:
        for one in select.args.get("windows") or ():
            if isinstance(one, exp.Window) and one.name.lower() == named.name.lower():
                partition = partition or list(one.args.get("partition_by") or ())
                order = order or one.args.get("order")
                spec = spec or one.args.get("spec")
    return partition, list(order.expressions) if order is not None else [], spec


def _plain(window: exp.Window) -> exp.Expr:
    node: exp.Expr = window.this
    while isinstance(node, (exp.IgnoreNulls, exp.RespectNulls, exp.Filter)):
        node = node.this
    return node


def _function(context: Context, window: exp.Window) -> str:
    node = _plain(window)
    if type(node) in _NAMED:
        return _NAMED[type(node)]
    if isinstance(node, (exp.Lag, exp.Lead)):
        offset, column = node.args.get("offset"), node.this
        far = offset.name if isinstance(offset, exp.Literal) else ""
        if node.args.get("default") is None and isinstance(column, exp.Column):
            if offset is None or far == "1":
                word = "previous" if isinstance(node, exp.Lag) else "next"
                return f"takes {values.of(context, column)} of the {word} row"
            if far:
                word = "back" if isinstance(node, exp.Lag) else "ahead"
                return f"takes {values.of(context, column)} of the row {far} rows {word}"
    if isinstance(node, exp.Ntile) and isinstance(node.this, exp.Literal):
        return f"deals the rows into {node.this.name} groups of about equal size"
    if node is window.this:
        plain = values.aggregate(context, node)
        if plain:
            return f"computes {plain}"
    return f"computes {code(quoting.exactly(context, window.this))}"


def _frame(context: Context, spec: exp.Expr | None) -> str:
    if spec is None:
        return ""
    kind = str(spec.args.get("kind") or "ROWS").upper()
    start = _bound(context, spec, "start", "first")
    end = _bound(context, spec, "end", "last") or "the current row"
    exclude = spec.args.get("exclude")
    without = f", without {str(exclude).lower()}" if exclude else ""
    return f"over the rows from {start} to {end} ({kind}){without}"


def _bound(context: Context, spec: exp.Expr, name: str, edge: str) -> str:
    value, side = spec.args.get(name), str(spec.args.get(f"{name}_side") or "").upper()
    if value is None:
        return ""
    if not isinstance(value, exp.Expr):
        word = str(value).upper()
        return "the current row" if word == "CURRENT ROW" else f"the {edge} one"
    where = "before" if side == "PRECEDING" else "after"
    return f"{values.of(context, value)} {where} the current one"
