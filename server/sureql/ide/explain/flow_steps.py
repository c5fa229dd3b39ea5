"""What one query level does to its rows, as boxes of a picture: in SQL's own words, in the order in
which it means what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.facts.levels import Item
from sureql.ide.explain import quoting, windows
from sureql.ide.explain.wording import shortened
from sureql.semantics import sources
from sureql.text.span import Span

_LONGEST = 200
_SETS: dict[type[exp.Expr], str] = {
    exp.Rollup: "ROLLUP",
    exp.Cube: "CUBE",
    exp.GroupingSets: "GROUPING SETS",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One box; `node` is the clause that it stands for."""

    kind: str
    label: str
    detail: str
    node: exp.Expr
    span: Span | None


def of_select(context: Context, node: exp.Select, items: Sequence[Item]) -> list[Operation]:
    """JOIN, WHERE, GROUP BY, HAVING, windows, DISTINCT, ORDER BY and LIMIT, as far as there are any."""
    found = [*_join(context, node, items)]
    where, having, qualify = (node.args.get(name) for name in ("where", "having", "qualify"))
    if where is not None:
        found.append(_condition(context, where, "WHERE"))
    found += _group(context, node)
    if having is not None:
        found.append(_condition(context, having, "HAVING"))
    over = [one for one in windows.found(node) if one.find_ancestor(exp.Qualify) is None]
    if over:
        text = "\n".join(quoting.item(context, one, _alias_start(one)) for one in over)
        found.append(Operation("window", "WINDOW", _cut(text), over[0], _place(context, *over)))
    if qualify is not None:
        found.append(_condition(context, qualify, "QUALIFY"))
    distinct = node.args.get("distinct")
    if isinstance(distinct, exp.Distinct):
        on = distinct.args.get("on")
        keys = quoting.exactly(context, on) if isinstance(on, exp.Expr) else ""
        label = "DISTINCT ON" if keys else "DISTINCT"
        found.append(Operation("distinct", label, _cut(keys), distinct, None))
    return found + end(context, node)


def after_set(context: Context, node: exp.SetOperation) -> list[Operation]:
    """UNION and the like, and what is done to all of its rows."""
    word = type(node).__name__.upper() + ("" if node.args.get("distinct") else " ALL")
    return [Operation("set", word, "", node, None), *end(context, node)]


def end(context: Context, node: exp.Expr) -> list[Operation]:
    """ORDER BY and LIMIT."""
    found = []
    order = node.args.get("order")
    if isinstance(order, exp.Order):
        keys = ", ".join(_ordered(context, one) for one in order.expressions)
        place = _place(context, order)
        found.append(Operation("sort", "ORDER BY", _cut(keys), order, place))
    limit, offset = node.args.get("limit"), node.args.get("offset")
    one = limit if isinstance(limit, exp.Expr) else offset
    if isinstance(one, exp.Expr):
        most = one.args.get("count") if isinstance(one, exp.Fetch) else one.args.get("expression")
        # FETCH FIRST ROW ONLY names no number.
        text = _number(context, most) if most is not None else "1"
        label = "OFFSET" if one is offset else "LIMIT"
        skipped = offset.args.get("expression") if isinstance(offset, exp.Offset) else None
        if one is not offset and skipped is not None:
            text += f", OFFSET {_number(context, skipped)}"
        found.append(Operation("limit", label, _cut(text), one, _place(context, one)))
    return found


def _join(context: Context, node: exp.Select, items: Sequence[Item]) -> Iterator[Operation]:
    """One box for all joins of a level: how each table comes in is said beside its arrow."""
    if len(items) < 2:
        return
    lines = []
    for item in items:
        on = item.join.args.get("on") if item.join is not None else None
        using = item.join.args.get("using") if item.join is not None else None
        if isinstance(on, exp.Expr) and item.join is not None and item.node is item.join.this:
            lines.append(quoting.item(context, on))
        elif using:
            names = ", ".join(quoting.name(context, one) for one in using)
            lines.append(f"USING ({names})")
    first = [one for one in (node.args.get("from_"),) if isinstance(one, exp.Expr)]
    span = _place(context, *first, *node.args.get("joins", ()))
    yield Operation("join", "JOIN", "\n".join(map(_cut, lines)), node, span)


def _condition(context: Context, clause: exp.Expr, label: str) -> Operation:
    text = quoting.item(context, clause.this)
    return Operation("filter", label, _cut(text), clause, quoting.place(context, clause.this))


def _group(context: Context, node: exp.Select) -> Iterator[Operation]:
    group = node.args.get("group")
    if isinstance(group, exp.Group):
        keys = [_key(context, one) for one in group.expressions]
        for name in ("rollup", "cube", "grouping_sets"):
            keys += [_key(context, one) for one in group.args.get(name) or ()]
        if group.args.get("all"):
            keys.append("ALL")
        place = _place(context, group)
        yield Operation("group", "GROUP BY", _cut(", ".join(keys)), group, place)
    elif any(True for one in node.expressions for _ in levels.aggregates(one)):
        yield Operation("group", "AGGREGATE", "all rows into one", node, None)


def _key(context: Context, one: exp.Expr) -> str:
    word = _SETS.get(type(one))
    if word is None:
        return quoting.item(context, one)
    inside = quoting.exactly(context, one) if sources.whole_span([one]) is not None else ""
    return f"{word} ({inside})" if inside else f"WITH {word}"


def _number(context: Context, node: exp.Expr | None) -> str:
    """How many rows, as written; behind FETCH and TOP other words stand beside the number."""
    return node.name if isinstance(node, exp.Literal) else quoting.item(context, node)


def _ordered(context: Context, one: exp.Expr) -> str:
    if not isinstance(one, exp.Ordered):
        return quoting.item(context, one)
    return quoting.item(context, one.this) + (" DESC" if one.args.get("desc") else "")


def _place(context: Context, *nodes: exp.Expr) -> Span | None:
    """From the first to the last thing in these clauses, with the partners of its brackets."""
    span = sources.whole_span(nodes)
    return places.balanced(context, span) if span is not None else None


def _alias_start(window: exp.Expr) -> int | None:
    alias = window.parent.args.get("alias") if isinstance(window.parent, exp.Alias) else None
    span = sources.span_of(alias) if isinstance(alias, exp.Expr) else None
    return span.start if span is not None else None


def _cut(text: str) -> str:
    return shortened(text, _LONGEST)
