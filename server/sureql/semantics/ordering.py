"""What PostgreSQL refuses in ORDER BY, LIMIT, DISTINCT and in the windows of a query; no engine
takes columns in LIMIT."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.semantics import grouping, sources
from sureql.semantics.kinds import coercion, naming, told
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Scope

_UNEQUAL = frozenset(("json", "xml", "point"))


def check(resolver: Resolver, node: exp.Query, scope: Scope) -> Iterator[Problem]:
    """Problems of one query's tail."""
    if resolver.dialect.name in ("postgres", "sqlite", "duckdb"):
        yield from _limits(resolver, node)
    if resolver.dialect.name in ("sqlite", "duckdb") and isinstance(node, exp.SetOperation):
        yield from _of_arms(resolver, node)
    if resolver.dialect.name != "postgres":
        return
    yield from _constants(node)
    yield from _ambiguous(resolver, node)
    yield from _unequal(resolver, node)
    if isinstance(node, exp.Select):
        yield from _windows(resolver, node)
        yield from _stars(node)


def _stars(node: exp.Select) -> Iterator[Problem]:
    """SELECT * without FROM."""
    if node.args.get("from_") is not None or node.args.get("joins") or node.args.get("laterals"):
        return
    for item in node.expressions:
        span = sources.span_of(item) if isinstance(item, exp.Star) else None
        if span is not None:
            yield Problem(span, "missing-from", "`*` needs tables: there is no FROM.")


def _constants(node: exp.Query) -> Iterator[Problem]:
    """ORDER BY 'x' and ORDER BY -1: a constant must be a position."""
    for clause, title in (("order", "ORDER BY"), ("group", "GROUP BY")):
        part = node.args.get(clause)
        for item in part.expressions if part is not None else ():
            value = item.this if isinstance(item, exp.Ordered) else item
            negative = isinstance(value, exp.Neg) and isinstance(value.this, exp.Literal)
            literal = value.this if negative else value
            if not isinstance(literal, exp.Literal):
                continue
            span = sources.span_of(literal)
            wrong = negative or literal.is_string or not literal.name.isdigit()
            if span is not None and wrong:
                message = f"A constant in {title} must be the number of a column."
                yield Problem(span, "position-out-of-range", message)


def _limits(resolver: Resolver, node: exp.Query) -> Iterator[Problem]:
    for name in ("limit", "offset"):
        clause = node.args.get(name)
        value = clause.expression if isinstance(clause, (exp.Limit, exp.Offset)) else None
        if value is None:
            continue
        for column in value.find_all(exp.Column):
            span = sources.span_of(column.parts[-1])
            inner = column.find_ancestor(exp.Query)
            known = id(column) in resolver.owners or _is_output(resolver, node, column)
            if inner is node and known and span is not None:
                message = f"{name.upper()} can't use columns."
                yield Problem(span, "misplaced-column", message)


def _is_output(resolver: Resolver, node: exp.Query, column: exp.Column) -> bool:
    """True for the name of an output column, which resolution finds before a table's."""
    if len(column.parts) > 1 or column.this.args.get("quoted") or node.find_ancestor(exp.Create):
        return False  # A quoted one is a text in SQLite, one of a macro may be its parameter.
    fields, _ = resolver.outputs.get(id(node), ((), False))
    key = resolver.key(resolver.name(column.this))
    return any(resolver.key(field.name) == key for field in fields)


def _of_arms(resolver: Resolver, node: exp.SetOperation) -> Iterator[Problem]:
    """ORDER BY behind UNION: a plain column that no arm's SELECT lists."""
    order = node.args.get("order")
    arms = list(_arms(node))
    if order is None or any(not isinstance(arm, exp.Select) for arm in arms):
        return
    listed: set[str] = set()
    for arm in arms:
        fields, closed = resolver.outputs.get(id(arm), ((), False))
        if not closed:
            return
        listed |= {resolver.key(field.name) for field in fields}
        for item in arm.expressions:
            listed |= {resolver.key(part.name) for part in item.find_all(exp.Column)}
    for item in order.expressions:
        value = item.this if isinstance(item, exp.Ordered) else item
        if not isinstance(value, exp.Column) or value.this.args.get("quoted"):
            continue
        span = sources.span_of(value.parts[-1])
        if span is not None and resolver.key(resolver.name(value.this)) not in listed:
            message = f"ORDER BY of {node.key.upper()} takes only what its queries select."
            yield Problem(span, "unknown-column", message)


def _arms(node: exp.Expr) -> Iterator[exp.Expr]:
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, exp.SetOperation):
            stack += [current.this, current.expression]
        else:
            yield current


def _ambiguous(resolver: Resolver, node: exp.Query) -> Iterator[Problem]:
    """ORDER BY a name that two output columns have."""
    order = node.args.get("order")
    fields, closed = resolver.outputs.get(id(node), ((), False))
    if order is None or not closed:
        return
    for item in order.expressions:
        value = item.this if isinstance(item, exp.Ordered) else item
        if not isinstance(value, exp.Column) or len(value.parts) != 1:
            continue
        key = resolver.key(resolver.name(value.this))
        same = [field for field in fields if resolver.key(field.name) == key]
        origins = {field.origins for field in same}
        span = sources.span_of(value.this)
        if len(origins) > 1 and all(origins) and span is not None:
            message = f"`{value.name}` is ambiguous: several output columns have that name."
            yield Problem(span, "ambiguous-column", message)


def _unequal(resolver: Resolver, node: exp.Query) -> Iterator[Problem]:
    """json, xml and point have no equality: no DISTINCT, GROUP BY, ORDER BY or UNION over them."""
    if isinstance(node, exp.Select):
        parts: list[tuple[exp.Expr, str]] = []
        distinct = node.args.get("distinct")
        if distinct is not None and distinct.args.get("on") is None:
            parts += [(item, "DISTINCT") for item in node.expressions if not item.is_star]
        for clause, title in (("group", "GROUP BY"), ("order", "ORDER BY")):
            part = node.args.get(clause)
            parts += [(item, title) for item in (part.expressions if part is not None else ())]
        for item, title in parts:
            inner = item.this if isinstance(item, (exp.Ordered, exp.Alias)) else item
            if isinstance(inner, exp.Literal) and inner.name.isdigit():
                place = int(inner.name) - 1
                inner = node.expressions[place] if place < len(node.expressions) else inner
                inner = inner.this if isinstance(inner, exp.Alias) else inner
            kind = resolver.typing.of(inner)
            span = sources.whole_span([item])
            if kind in _UNEQUAL and span is not None:
                message = f"{naming.label(kind)} can't be compared: not in {title}."
                yield Problem(span, "type-mismatch", message)


def _windows(resolver: Resolver, node: exp.Select) -> Iterator[Problem]:
    """Frames with offsets that their order does not take; windows in windows and aggregates."""
    for item in node.expressions:
        for found in item.find_all(exp.Window):
            if found.find_ancestor(exp.Select) is not node:
                continue
            yield from _nested(resolver, found)
            spec = found.args.get("spec")
            if spec is None:
                continue
            for side in ("start", "end"):
                yield from _offset(resolver, found, spec, spec.args.get(side))


def _nested(resolver: Resolver, node: exp.Window) -> Iterator[Problem]:
    parent = node.parent
    while parent is not None and not isinstance(parent, exp.Query):
        span = sources.span_of(node.this) or sources.whole_span([node.this])
        if span is not None and isinstance(parent, exp.Window):
            yield Problem(span, "misplaced-window", "Window functions can't be nested.")
            return
        if span is not None and grouping.is_aggregate(resolver, parent):
            yield Problem(span, "misplaced-window", "Aggregates can't be over window functions.")
            return
        parent = parent.parent


def _offset(
    resolver: Resolver, node: exp.Window, spec: exp.Expr, value: object
) -> Iterator[Problem]:
    if not isinstance(value, exp.Expr):
        return
    span = sources.whole_span([value])
    if span is None:
        return
    if any(id(column) in resolver.owners for column in value.find_all(exp.Column)):
        yield Problem(span, "misplaced-column", "The offset of a frame can't use columns.")
        return
    typing, word = resolver.typing, str(spec.args.get("kind") or "").upper()
    kind = typing.of(value)
    if word in ("ROWS", "GROUPS"):
        if kind == "unknown":
            typing.accept(value, "int8")
        elif kind and not coercion.can(kind, "int8", "a"):
            message = f"{word} needs a number, {told.what(typing, value, kind)}."
            yield Problem(span, "type-mismatch", message)
        return
    order = node.args.get("order")
    if not isinstance(order, exp.Order) or len(order.expressions) != 1:
        return
    ordered = typing.of(order.expressions[0].this)
    moment = ordered in ("date", "timestamp", "timestamptz", "time", "interval")
    if moment and kind in ("int4", "int8", "numeric"):
        message = f"RANGE over {naming.label(ordered)} needs an interval."
        yield Problem(span, "type-mismatch", message)
    elif ordered in ("text", "varchar", "bpchar", "bool"):
        message = f"RANGE with an offset is not possible over {naming.label(ordered)}."
        yield Problem(span, "type-mismatch", message)
