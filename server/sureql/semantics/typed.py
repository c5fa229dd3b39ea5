"""The kinds that a statement's clauses ask for: conditions, limits, assigned values, joins.

Walks what `semantics.kinds` can type, once names are resolved. PostgreSQL only: the other engines
convert nearly everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from sureql.semantics import sources
from sureql.semantics.kinds import coercion, naming, told
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Entry, Scope

_CONDITIONS = (("where", "WHERE"), ("having", "HAVING"))
_COUNTS = (("limit", "LIMIT"), ("offset", "OFFSET"))


def check(resolver: Resolver) -> Iterator[Problem]:
    """What PostgreSQL's types refuse in the queries and changes that `resolver` resolved."""
    typing = resolver.typing
    if not typing.active:
        return
    for node, scope in list(resolver.scopes):
        if isinstance(node, exp.Select):
            _select(resolver, node)
        elif isinstance(node, exp.Insert):
            _insert(resolver, node, scope)
        elif isinstance(node, (exp.Update, exp.Delete, exp.OnConflict)):
            _changed(resolver, node, scope)
        elif isinstance(node, exp.Merge):
            _merge(resolver, node, scope)
        elif isinstance(node, exp.Values):
            _values(resolver, node)
        elif isinstance(node, exp.Index):
            _index(resolver, node)
        if isinstance(node, exp.Query):
            _counts(resolver, node)
    yield from typing.problems


def _select(resolver: Resolver, node: exp.Select) -> None:
    typing = resolver.typing
    for item in node.expressions:
        typing.of(item)
    _joins(resolver, node)
    for name, title in _CONDITIONS:
        clause = node.args.get(name)
        if clause is not None:
            typing.condition(clause.this, title)
    for name in ("group", "order", "distinct"):
        clause = node.args.get(name)
        for item in clause.expressions if clause is not None else ():
            typing.of(item)
    for window in node.args.get("windows") or ():
        for part in window.args.get("partition_by") or ():
            typing.of(part)


def _index(resolver: Resolver, node: exp.Index) -> None:
    parameters = node.args.get("params")
    if parameters is None:
        return
    for item in parameters.args.get("columns") or ():
        resolver.typing.of(item)
    where = parameters.args.get("where")
    if where is not None:
        resolver.typing.condition(where.this if isinstance(where, exp.Where) else where, "WHERE")


def _joins(resolver: Resolver, node: exp.Expr) -> None:
    for join in node.args.get("joins") or ():
        if join.args.get("on") is not None:
            resolver.typing.condition(join.args["on"], "ON")
        if isinstance(join.this, exp.Expr):
            _joins(resolver, join.this)
    clause = node.args.get("from_")
    if clause is not None and isinstance(clause.this, exp.Expr):
        _joins(resolver, clause.this)
        if isinstance(clause.this, exp.Subquery) and isinstance(clause.this.this, exp.Expr):
            inner = clause.this.this
            if not isinstance(inner, exp.Query):
                _joins(resolver, inner)


def _counts(resolver: Resolver, node: exp.Query) -> None:
    typing = resolver.typing
    for name, title in _COUNTS:
        clause = node.args.get(name)
        value = clause.expression if isinstance(clause, (exp.Limit, exp.Offset)) else None
        kind = typing.of(value)
        if value is None or not kind:
            continue
        if kind == "unknown":
            typing.accept(value, "int8")
        elif not coercion.can(kind, "int8", "a"):
            message = f"{title} needs a number, {told.what(typing, value, kind)}."
            typing.report(typing.span(value), "type-mismatch", message)


def _values(resolver: Resolver, node: exp.Values) -> None:
    typing = resolver.typing
    rows = [row.expressions for row in node.expressions if isinstance(row, exp.Tuple)]
    if isinstance(node.parent, exp.Insert) or not rows:
        for row in rows:
            for item in row:
                typing.of(item)
        return
    for place in range(min(map(len, rows))):
        typing.common([row[place] for row in rows], "VALUES")


def _insert(resolver: Resolver, node: exp.Insert, scope: Scope) -> None:
    schema = node.this
    target = scope.entries[0] if scope.entries else None
    if target is None or target.source.relation is None:
        return
    if isinstance(schema, exp.Schema):
        wanted = [_column_kind(resolver, column, target) for column in schema.expressions]
    elif target.source.closed:
        wanted = [(field.name, resolver.typing.of_field(field)) for field in target.source.fields]
    else:
        return
    body = node.args.get("expression")
    if isinstance(body, exp.Values):
        for row in body.expressions:
            items = row.expressions if isinstance(row, exp.Tuple) else [row]
            for (name, kind), value in zip(wanted, items, strict=False):
                assigned(resolver, value, kind, name)
    elif isinstance(body, exp.Query):
        _selected(resolver, body, wanted)
    _returning(resolver, node)


def _selected(resolver: Resolver, body: exp.Expr, wanted: Sequence[tuple[str, str]]) -> None:
    """INSERT … SELECT: what the query gives against the columns."""
    fields, closed = resolver.outputs.get(id(body), ((), False))
    if not closed:
        return
    inner = body.unnest() if isinstance(body, exp.Subquery) else body
    items = inner.expressions if isinstance(inner, exp.Select) else []
    plain = len(items) == len(fields) and not any(item.is_star for item in items)
    for place, ((name, kind), field) in enumerate(zip(wanted, fields, strict=False)):
        if plain:
            assigned(resolver, items[place], kind, name)
        elif field.kind != "unknown":
            source = resolver.typing.of_field(field)
            if not coercion.can(source, kind, "a"):
                span = resolver.typing.span(*items) or resolver.typing.span(body)
                message = (
                    f"`{name}` is {naming.label(kind)}, the query gives {naming.label(source)}."
                )
                resolver.typing.report(span, "type-mismatch", message)


def _column_kind(resolver: Resolver, node: exp.Expr, target: Entry) -> tuple[str, str]:
    identifier = node.this if isinstance(node, exp.Column) else node
    if not isinstance(identifier, exp.Identifier):
        return "", ""
    name = resolver.name(identifier)
    fields = target.index.get(resolver.key(name), ())
    return name, resolver.typing.of_field(fields[0]) if fields else ""


def assigned(resolver: Resolver, value: exp.Expr, kind: str, name: str) -> None:
    """`value` is stored in the column `name` of that kind."""
    typing = resolver.typing
    inner = value.this if isinstance(value, exp.Alias) else value
    if isinstance(inner, exp.Column) and inner.name.lower() == "default":
        return
    source = typing.of(inner)
    if not kind or not source:
        return
    if source == "unknown":
        typing.accept(inner, kind, exp.column(name))
    elif not coercion.can(source, kind, "a"):
        message = f"`{name}` is {naming.label(kind)}, {_short(resolver, inner, source)}."
        typing.report(typing.span(inner), "type-mismatch", message)


def _short(resolver: Resolver, node: exp.Expr, kind: str) -> str:
    if isinstance(node, exp.Literal) and (span := sources.span_of(node)) is not None:
        return f"{span.of(resolver.text)[:30]} is {naming.label(kind)}"
    return told.what(resolver.typing, node, kind)


def _changed(resolver: Resolver, node: exp.Expr, scope: Scope) -> None:
    target = scope.entries[0] if scope.entries else None
    several = isinstance(node.this, exp.Table) and bool(node.this.args.get("joins"))
    if target is not None and not isinstance(node, exp.Delete) and not several:
        _assignments(resolver, node.expressions, target)
    where = node.args.get("where")
    if where is not None:
        resolver.typing.condition(where.this, "WHERE")
    _joins(resolver, node)
    _returning(resolver, node)


def _assignments(resolver: Resolver, nodes: Sequence[exp.Expr], target: Entry) -> None:
    for node in nodes:
        if not isinstance(node, exp.EQ):
            continue
        left, right = node.this, node.expression
        columns = left.expressions if isinstance(left, exp.Tuple) else [left]
        values = right.expressions if isinstance(right, exp.Tuple) else [right]
        if len(columns) != len(values) or (isinstance(right, exp.Subquery) and len(columns) > 1):
            continue
        for column, value in zip(columns, values, strict=True):
            if isinstance(column, exp.Column) and len(column.parts) == 1:
                name, kind = _column_kind(resolver, column, target)
                assigned(resolver, value, kind, name)


def _merge(resolver: Resolver, node: exp.Merge, scope: Scope) -> None:
    resolver.typing.condition(node.args.get("on"), "ON")
    target = scope.entries[0] if scope.entries else None
    whens = node.args.get("whens")
    if target is None or whens is None:
        return
    for when in whens.expressions:
        condition = when.args.get("condition")
        if condition is not None:
            resolver.typing.condition(condition, "WHEN")
        action = when.args.get("then")
        if isinstance(action, exp.Update):
            _assignments(resolver, action.expressions, target)
        elif isinstance(action, exp.Insert) and isinstance(action.this, exp.Tuple):
            values = action.args.get("expression")
            items = values.expressions if isinstance(values, exp.Tuple) else []
            for column, value in zip(action.this.expressions, items, strict=False):
                name, kind = _column_kind(resolver, column, target)
                assigned(resolver, value, kind, name)


def _returning(resolver: Resolver, node: exp.Expr) -> None:
    clause = node.args.get("returning")
    for item in clause.expressions if clause is not None else ():
        resolver.typing.of(item)
