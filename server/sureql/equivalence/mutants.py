"""Small changes of a query. Databases that tell few of them from the query would tell few mistakes.

A mutant may happen to mean the same as the query, or be no valid query: neither is ever killed, and
the second kind is left out of the count by whoever runs them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp

MOST = 48

_COMPARISONS: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.EQ: (exp.NEQ, exp.GTE), exp.NEQ: (exp.EQ,), exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LT), exp.LT: (exp.LTE, exp.GT), exp.LTE: (exp.LT, exp.GT),
}  # fmt: skip
_AGGREGATES: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.Sum: exp.Max, exp.Max: exp.Min, exp.Min: exp.Max, exp.Avg: exp.Max,
}  # fmt: skip

Change = Callable[[exp.Expr], exp.Expr]
"""Takes a node of a tree of its own; gives what stands in its place."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed copy of a query: the `whole`, and the innermost query around the change as it was
    `before` and is `after`."""

    whole: exp.Expr
    before: exp.Expr
    after: exp.Expr


def of(tree: exp.Expr, chance: random.Random, most: int = MOST) -> list[Mutant]:
    """At most `most` mutants of `tree`, kinds of change mixed."""
    sites: dict[str, list[tuple[int, Change]]] = {}
    nodes = list(_nodes(tree))
    for index, node in enumerate(nodes):
        for kind, change in _changes(node):
            sites.setdefault(kind, []).append((index, change))
    for found in sites.values():
        chance.shuffle(found)
    picked: list[tuple[int, Change]] = []
    while len(picked) < most and any(sites.values()):
        for found in sites.values():
            if found and len(picked) < most:
                picked.append(found.pop())
    return [_changed(tree, nodes[index], index, change) for index, change in picked]


def _nodes(tree: exp.Expr) -> Iterator[exp.Expr]:
    # What is grouped by is selected as well, mostly: changed in one place only, it is no query.
    return tree.walk(prune=lambda node: isinstance(node, exp.Group))


def _changed(tree: exp.Expr, was: exp.Expr, index: int, change: Change) -> Mutant:
    made = tree.copy()
    node = next(one for at, one in enumerate(_nodes(made)) if at == index)
    new = change(node)
    if node is made:
        return Mutant(new, tree, new)
    if new is not node:
        node.replace(new)
    return Mutant(made, _around(was) or tree, _around(new) or made)


def _around(node: exp.Expr) -> exp.Expr | None:
    return node if isinstance(node, exp.Query) else node.find_ancestor(exp.Query)


def _changes(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    kind = type(node)
    if isinstance(node, exp.Predicate) and _fixed(node):
        return  # Of what never depends on a row, most mutants mean the same.
    for other in _COMPARISONS.get(kind, ()):
        yield "comparison", lambda one, other=other: other(this=one.this, expression=one.expression)  # type: ignore[misc]
    if isinstance(node, exp.And):
        yield "dropped", lambda one: one.this
        yield "dropped", lambda one: one.expression
        yield (
            "connector",
            lambda one: exp.Paren(this=exp.Or(this=one.this, expression=one.expression)),
        )
    elif isinstance(node, exp.Or):
        yield "dropped", lambda one: one.this
        yield "dropped", lambda one: one.expression
        yield "connector", lambda one: exp.And(this=one.this, expression=one.expression)
    elif isinstance(node, exp.Where | exp.Having) and not isinstance(node.this, exp.And):
        yield "dropped", _always
    elif isinstance(node, exp.Literal):
        yield from _of_literal(node)
    elif isinstance(node, exp.Join):
        yield from _of_join(node)
    elif isinstance(node, exp.Select):
        yield from _of_select(node)
    elif isinstance(node, exp.SetOperation):
        if not (isinstance(node.parent, exp.Union) and node.parent.args.get("distinct")):
            yield "distinct", _set_toggled
    elif isinstance(node, exp.Count):
        yield from _of_count(node)
    elif kind in _AGGREGATES:
        yield "aggregate", lambda one: _AGGREGATES[type(one)](this=_undistinct(one.this))
    elif isinstance(node, exp.Is | exp.Exists | exp.In | exp.Like | exp.Between):
        yield "negated", lambda one: exp.Paren(this=exp.Not(this=one.copy()))
    elif isinstance(node, exp.Not):
        yield "negated", lambda one: one.this
    elif isinstance(node, exp.Add):
        yield "arithmetic", lambda one: exp.Sub(this=one.this, expression=one.expression)
    elif isinstance(node, exp.Sub):
        yield "arithmetic", lambda one: exp.Add(this=one.this, expression=one.expression)
    elif isinstance(node, exp.Coalesce) and node.expressions:
        yield "dropped", lambda one: one.this
    elif isinstance(node, exp.Case) and node.args.get("ifs"):
        yield "branch", _without_first_arm if len(node.args["ifs"]) > 1 else _without_else


def _fixed(node: exp.Expr) -> bool:
    return node.find(exp.Column, exp.Query) is None


def _always(node: exp.Expr) -> exp.Expr:
    node.set("this", exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(1)))
    return node


def _of_literal(node: exp.Literal) -> Iterator[tuple[str, Change]]:
    # Not in the select list, where a changed constant shows at once.
    place = node.find_ancestor(
        exp.Where, exp.Having, exp.Join, exp.Limit, exp.Select, exp.If, exp.Window
    )
    if (
        place is None
        or isinstance(place, exp.Select | exp.Window)
        or node.find_ancestor(exp.Interval, exp.DataType)
    ):
        return
    condition = node.find_ancestor(exp.Predicate)
    if condition is not None and _fixed(condition):
        return
    if node.is_string:
        if not isinstance(node.parent, exp.Cast | exp.Date):
            yield "text", lambda one: exp.Literal.string(one.name + "x")
    elif node.is_int:
        yield "number", lambda one: exp.Literal.number(int(one.name) + 1)
        if int(node.name) > 0 and not isinstance(place, exp.Limit):
            yield "number", lambda one: exp.Literal.number(int(one.name) - 1)


def _of_join(node: exp.Join) -> Iterator[tuple[str, Change]]:
    side, kind = (node.side or "").upper(), (node.kind or "").upper()
    if kind in ("CROSS", "SEMI", "ANTI") or not (node.args.get("on") or node.args.get("using")):
        return
    if side:
        yield "join", lambda one: _sided(one, None)
    else:
        yield "join", lambda one: _sided(one, "LEFT")


def _sided(node: exp.Expr, side: str | None) -> exp.Expr:
    node.set("side", side)
    node.set("kind", None)
    return node


def _of_select(node: exp.Select) -> Iterator[tuple[str, Change]]:
    group = node.args.get("group")
    if not _repeats_cannot_show(node):
        yield "distinct", _distinct_toggled
    if group is not None and len(group.expressions) > 1:
        yield "group", _without_last_key


def _repeats_cannot_show(node: exp.Select) -> bool:
    # Where repeated rows do not matter or there are none, a mutant of DISTINCT means the same.
    above = node.parent
    while isinstance(above, exp.Subquery) and not above.alias:
        above = above.parent
    if isinstance(above, exp.Exists | exp.In) or (
        isinstance(above, exp.SetOperation) and above.args.get("distinct")
    ):
        return True
    if node.args.get("distinct"):
        return False
    group = node.args.get("group")
    outputs = [one.unalias() for one in node.expressions]
    if any(_numbers_rows(one, outputs) for one in outputs):
        return True
    if group is None:
        return any(one.find(exp.AggFunc) and not one.find(exp.Window, exp.Query) for one in outputs)
    return all(key in outputs or isinstance(key, exp.Literal) for key in group.expressions)


def _numbers_rows(node: exp.Expr, outputs: list[exp.Expr]) -> bool:
    # ROW_NUMBER() tells the rows of a partition apart; what parts them tells the rest.
    if not isinstance(node, exp.Window) or not isinstance(node.this, exp.RowNumber):
        return False
    return all(one in outputs for one in node.args.get("partition_by") or ())


def _distinct_toggled(node: exp.Expr) -> exp.Expr:
    node.set("distinct", None if node.args.get("distinct") else exp.Distinct())
    return node


def _set_toggled(node: exp.Expr) -> exp.Expr:
    node.set("distinct", not node.args.get("distinct"))
    return node


def _without_last_key(node: exp.Expr) -> exp.Expr:
    # The key's output would no longer be grouped: its greatest value stands for it.
    group = node.args["group"]
    key = group.expressions[-1]
    group.set("expressions", group.expressions[:-1])
    for output in list(node.expressions):
        inner = output.unalias()
        if inner == key:
            made = exp.Max(this=inner.copy())
            inner.replace(made)
    return node


def _of_count(node: exp.Count) -> Iterator[tuple[str, Change]]:
    inner = node.this
    if isinstance(inner, exp.Distinct):
        if len(inner.expressions) == 1:
            yield "aggregate", lambda one: exp.Count(this=_undistinct(one.this))
    elif not isinstance(inner, exp.Star | exp.Literal):
        yield "aggregate", lambda one: exp.Count(this=exp.Distinct(expressions=[one.this]))
        yield "aggregate", lambda one: exp.Count(this=exp.Star())


def _undistinct(node: exp.Expr) -> exp.Expr:
    return node.expressions[0] if isinstance(node, exp.Distinct) and node.expressions else node


def _without_first_arm(node: exp.Expr) -> exp.Expr:
    node.set("ifs", node.args["ifs"][1:])
    return node


def _without_else(node: exp.Expr) -> exp.Expr:
    node.set(
        "default",
        None if node.args.get("default") is not None else node.args["ifs"][0].args["true"].copy(),
    )
    return node
