"""Where aggregates, window functions, sets and locks may not stand, in PostgreSQL; in ON they
may not in SQLite and DuckDB either."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.semantics import grouping, sources
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Scope
from sureql.text.span import Span

_INSIDE = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)
_FRAME_ORDER = {
    ("UNBOUNDED", "PRECEDING"): 0,
    ("N", "PRECEDING"): 1,
    ("CURRENT ROW", ""): 2,
    ("N", "FOLLOWING"): 3,
    ("UNBOUNDED", "FOLLOWING"): 4,
}


def check(
    resolver: Resolver, node: exp.Expr, scope: Scope, below: tuple[exp.Expr, ...]
) -> Iterator[Problem]:
    """What calls at one query level are used for. `below` are the level's nodes."""
    if resolver.dialect.name in ("sqlite", "duckdb") and isinstance(node, exp.Select):
        for join in node.args.get("joins") or ():
            yield from _refused(resolver, join.args.get("on"), "ON", scope)
    if resolver.dialect.name != "postgres":
        return
    for found in below:
        role = resolver.typing.roles.get(id(found))
        if role is not None:
            yield from _called(resolver, found, role)
        if isinstance(found, exp.Window):
            yield from _frame(found)
    yield from _sets(resolver, node)
    if isinstance(node, exp.Select):
        yield from _conditions(resolver, node, scope)
        yield from _locked(resolver, node, scope)
    elif isinstance(node, exp.SetOperation) and node.args.get("locks"):
        yield from _lock(node.args["locks"], node, f"with {node.key.upper()}")
    elif isinstance(node, (exp.Update, exp.Insert)):
        yield from _changes(resolver, node)


def _called(resolver: Resolver, node: exp.Expr, role: str) -> Iterator[Problem]:
    span = sources.span_of(node)
    if span is None:
        return
    name = span.of(resolver.text)
    parent = node.parent
    filtered = False
    while isinstance(parent, _INSIDE) and parent.this is _top(node, parent):
        filtered = filtered or isinstance(parent, exp.Filter)
        parent = parent.parent
    windowed = isinstance(parent, exp.Window)
    if role == "o" and not isinstance(node.parent, exp.WithinGroup):
        message = f"`{name}` needs WITHIN GROUP (ORDER BY …)."
        yield Problem(span, "misplaced-aggregate", message)
    elif role == "w" and not windowed:
        yield Problem(span, "misplaced-window", f"`{name}` is a window function: it needs OVER.")
    elif role == "" and windowed:
        message = f"`{name}` is no window function or aggregate: it takes no OVER."
        yield Problem(span, "misplaced-window", message)
    elif role in ("", "w") and filtered:
        message = f"`{name}` is no aggregate: it takes no FILTER."
        yield Problem(span, "misplaced-aggregate", message)
    elif role == "" and id(node) in resolver.typing.marked:
        message = f"`{name}` is no aggregate: it takes no DISTINCT."
        yield Problem(span, "misplaced-aggregate", message)


def _top(node: exp.Expr, below: exp.Expr) -> exp.Expr:
    """The node under `below` on the way to `node`."""
    current = node
    while current.parent is not None and current.parent is not below:
        current = current.parent
    return current


def _frame(node: exp.Window) -> Iterator[Problem]:
    """ROWS BETWEEN: the end may not come before the start."""
    spec = node.args.get("spec")
    if spec is None:
        return
    start = _bound(spec.args.get("start"), spec.args.get("start_side"))
    end = _bound(spec.args.get("end"), spec.args.get("end_side"))
    span = sources.whole_span([spec]) or sources.span_of(_inner(node))
    if span is None or start is None:
        return
    if start == 4:
        yield Problem(span, "window-frame", "A frame can't start with UNBOUNDED FOLLOWING.")
    elif end is None:
        if start > 2:
            yield Problem(span, "window-frame", "A frame that starts later needs its end: BETWEEN.")
    elif end == 0:
        yield Problem(span, "window-frame", "A frame can't end with UNBOUNDED PRECEDING.")
    elif start > end:
        yield Problem(span, "window-frame", "The frame ends before it starts.")


def _bound(value: object, side: object) -> int | None:
    word = value if isinstance(value, str) else "N" if isinstance(value, exp.Expr) else ""
    return _FRAME_ORDER.get((word.upper(), str(side or "").upper()))


def _inner(node: exp.Expr) -> exp.Expr:
    while isinstance(node, (exp.Window, *_INSIDE)):
        node = node.this
    return node


def _within(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """The nodes of a clause without those of sub-queries."""
    stack = [node] if isinstance(node, exp.Expr) else []
    while stack:
        current = stack.pop()
        yield current
        if not isinstance(current, (exp.Query, exp.CTE)):
            stack.extend(current.iter_expressions())


def _place(node: exp.Expr) -> Span | None:
    inner = _inner(node)
    return sources.span_of(inner) or sources.whole_span([inner])


def _conditions(resolver: Resolver, node: exp.Select, scope: Scope) -> Iterator[Problem]:
    """Aggregates and window functions in ON, LIMIT and OFFSET."""
    for join in node.args.get("joins") or ():
        yield from _refused(resolver, join.args.get("on"), "ON", scope)
    for name in ("limit", "offset"):
        yield from _refused(resolver, node.args.get(name), name.upper(), scope)


def _refused(
    resolver: Resolver, node: exp.Expr | None, title: str, scope: Scope | None
) -> Iterator[Problem]:
    for found in _within(node):
        span = _place(found)
        if span is None:
            continue
        if isinstance(found, exp.Window):
            yield Problem(span, "misplaced-window", f"Window functions can't stand in {title}.")
        elif (
            grouping.is_aggregate(resolver, found)
            and not (resolver.dialect.name == "sqlite" and found.expressions)  # max(a, b).
            and not isinstance(found.parent, (exp.Window, *_INSIDE))
            and (scope is None or grouping.belongs(resolver, found, scope))
        ):
            message = f"Aggregates can't stand in {title}."
            yield Problem(span, "misplaced-aggregate", message)


def _changes(resolver: Resolver, node: exp.Expr) -> Iterator[Problem]:
    """Aggregates and window functions in SET, VALUES and RETURNING."""
    if isinstance(node, exp.Update):
        for item in node.expressions:
            value = item.expression if isinstance(item, exp.EQ) else None
            yield from _refused(resolver, value, "SET", None)
    body = node.args.get("expression")
    if isinstance(body, exp.Values):
        for row in body.expressions:
            yield from _refused(resolver, row, "VALUES", None)
    yield from _refused(resolver, node.args.get("returning"), "RETURNING", None)


def _sets(resolver: Resolver, node: exp.Expr) -> Iterator[Problem]:
    """Functions that give sets where one value is needed."""
    if not resolver.typing.rows:
        return
    for name, title in (("where", "WHERE"), ("having", "HAVING"), ("limit", "LIMIT")):
        for found in _within(node.args.get(name)):
            span = sources.span_of(found)
            if id(found) in resolver.typing.rows and span is not None:
                called = span.of(resolver.text)
                message = f"`{called}` gives a set of rows: it can't stand in {title}."
                yield Problem(span, "misplaced-set", message)


def _locked(resolver: Resolver, node: exp.Select, scope: Scope) -> Iterator[Problem]:
    """FOR UPDATE needs rows of tables."""
    locks = node.args.get("locks") or ()
    if not locks:
        return
    if isinstance(node.parent, exp.SetOperation):
        yield from _lock(locks, node, f"with {node.parent.key.upper()}")
        return
    if node.args.get("distinct") is not None:
        reason = "with DISTINCT"
    elif node.args.get("group") is not None:
        reason = "with GROUP BY"
    elif node.args.get("having") is not None:
        reason = "with HAVING"
    elif grouping.is_grouped(resolver, node, scope):
        reason = "with aggregates"
    elif any(isinstance(found, exp.Window) for item in node.expressions for found in _within(item)):
        reason = "with window functions"
    else:
        return
    yield from _lock(locks, node, reason)


def _lock(locks: object, node: exp.Expr, reason: str) -> Iterator[Problem]:
    span = sources.whole_span(node.expressions) or sources.whole_span([node])
    if span is not None:
        message = f"FOR UPDATE and FOR SHARE are not allowed {reason}."
        yield Problem(span, "misplaced-lock", message)
