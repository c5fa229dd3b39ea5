"""INSERT, UPDATE, DELETE and MERGE: targets, their columns, and what RETURNING gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlglot import exp

from sureql.semantics import messages, projection, sources, tables
from sureql.semantics.model import Problem, Reference, Source
from sureql.semantics.resolver import Output, Resolver
from sureql.semantics.scope import Entry, Scope


def run(
    resolver: Resolver, node: exp.Expr, parent: Scope | None, ctes: dict[str, Source]
) -> Output:
    """Resolve a data-changing statement; its output is what RETURNING gives."""
    scope = Scope(parent=parent, ctes=ctes)
    resolver.scopes.append((node, scope))
    if isinstance(node, exp.Insert):
        _insert(resolver, node, scope)
    elif isinstance(node, exp.Update):
        _update(resolver, node, scope)
    elif isinstance(node, exp.Delete):
        _delete(resolver, node, scope)
    elif isinstance(node, exp.Merge):
        _merge(resolver, node, scope)
    tables.resolve_conditions(resolver, scope)
    returning = node.args.get("returning")
    if returning is None:
        return (), True
    fields, closed = projection.resolve(resolver, returning.expressions, scope)
    scope.projection = fields
    return fields, closed


def _target(resolver: Resolver, node: exp.Expr | None, scope: Scope) -> Entry | None:
    """Add the changed table to `scope`."""
    before = len(scope.entries)
    if isinstance(node, exp.Table):
        tables.build_items(resolver, [node], [], scope)
    return scope.entries[before] if len(scope.entries) > before else None


def _insert(resolver: Resolver, node: exp.Insert, scope: Scope) -> None:
    schema = node.this
    columns = schema.expressions if isinstance(schema, exp.Schema) else []
    target = _target(resolver, schema.this if isinstance(schema, exp.Schema) else schema, scope)
    known = check_columns(resolver, columns, target, scope)
    body = node.args.get("expression")
    inner = Scope(parent=scope.parent, ctes=scope.ctes)
    if isinstance(body, exp.Expr):
        output = resolver.query(resolver, body, inner)
        if target is not None and known and not node.args.get("by_name"):
            _check_arity(resolver, body, output, columns, target)
    conflict = node.args.get("conflict")
    if conflict is not None and target is not None:
        _conflict(resolver, conflict, target, scope)


def check_columns(
    resolver: Resolver, columns: Iterable[exp.Expr], target: Entry | None, scope: Scope
) -> bool:
    """Resolve a bare column list against the target; False if something in it is not understood."""
    clear = True
    seen: set[str] = set()
    for column in columns:
        identifier = column.this if isinstance(column, exp.Column) else column
        if not isinstance(identifier, exp.Identifier):
            clear = False
            continue
        target_column(resolver, identifier, target, scope)
        _check_twice(resolver, identifier, seen)
    return clear


def _check_twice(resolver: Resolver, identifier: exp.Expr, seen: set[str]) -> None:
    """A column given two values: only SQLite allows it."""
    key, span = resolver.key(resolver.name(identifier)), sources.span_of(identifier)
    if key in seen and span is not None and resolver.dialect.name in ("postgres", "duckdb"):
        message = f"`{identifier.name}` is given a value twice."
        resolver.report(Problem(span, "duplicate-column", message))
    seen.add(key)


def target_column(
    resolver: Resolver, identifier: exp.Expr, target: Entry | None, scope: Scope
) -> None:
    span, name = sources.span_of(identifier), resolver.name(identifier)
    if span is None or target is None:
        return
    fields = target.index.get(resolver.key(name), ())
    source = target.source
    if fields:
        resolver.refer(
            Reference(span, fields[0].name, "column", source, fields[0], source.relation)
        )
        resolver.fields[id(identifier)] = fields[0]
    elif source.closed and resolver.key(name) not in source.hidden:
        resolver.report(messages.unknown_column(span, name, scope, target, resolver.dialect))


def _check_arity(
    resolver: Resolver,
    body: exp.Expr,
    output: Output,
    columns: Sequence[exp.Expr],
    target: Entry,
) -> None:
    """Values and columns must be equally many; PostgreSQL allows fewer values without a list."""
    expected = len(columns)
    if not columns:
        if not target.source.closed or target.source.relation is None:
            return
        relation = target.source.relation
        lite = resolver.dialect.name == "sqlite"
        expected = sum(not (lite and column.generated) for column in relation.columns)
    if not resolver.rules.strict:
        return
    fewer = not columns and resolver.dialect.name == "postgres"
    rows: list[tuple[int, Sequence[exp.Expr]]] = []
    if isinstance(body, exp.Values):
        rows = [
            (len(row.expressions), row.expressions)
            for row in body.expressions
            if isinstance(row, exp.Tuple) and not _is_loose(resolver, row)
        ]
    elif output[1]:
        first = body
        while isinstance(first, (exp.Subquery, exp.SetOperation)):
            first = first.this
        rows = [(len(output[0]), first.expressions)]
    for given, nodes in rows:
        if given == expected or (fewer and given < expected):
            continue
        span = sources.whole_span(nodes)
        if span is None:
            continue
        values = "1 value" if given == 1 else f"{given} values"
        wanted = "1 column" if expected == 1 else f"{expected} columns"
        resolver.report(Problem(span, "insert-arity", f"{values} for {wanted}."))


def _is_loose(resolver: Resolver, row: exp.Expr) -> bool:
    """True if a row's length is not what it seems: `(t.*)`, a template, `ROW(…)`."""
    items = row.expressions
    if any(
        isinstance(item, exp.Star) or (isinstance(item, exp.Column) and item.is_star)
        for item in items
    ):
        return True
    if len(items) == 1 and isinstance(items[0], exp.Anonymous):
        return bool(items[0].name.upper() == "ROW")
    span = sources.whole_span(items)
    return span is None or any(span.overlaps(hole) for hole in resolver.holes)


def _conflict(resolver: Resolver, conflict: exp.Expr, target: Entry, scope: Scope) -> None:
    resolver.visit_all(conflict.args.get("conflict_keys") or (), scope, "conflict")
    resolver.visit_all([conflict.args.get("index_where")], scope, "conflict")
    excluded = replace(target.source, name="excluded", aliased=True, definition=None)
    entry = Entry(excluded, target.index)
    # In SQLite an unqualified name is the target's; PostgreSQL calls it ambiguous.
    entry.qualified = resolver.dialect.name != "postgres"
    inner = Scope(parent=scope.parent, ctes=scope.ctes, entries=[target, entry])
    _assignments(resolver, conflict.expressions, target, inner)
    resolver.visit_all([conflict.args.get("where")], inner, "where")
    resolver.scopes.append((conflict, inner))


def _assignments(
    resolver: Resolver, nodes: Iterable[exp.Expr], target: Entry | None, scope: Scope
) -> None:
    """`column = expression` and `(a, b) = (…)`."""
    seen: set[str] = set()
    for node in nodes:
        if not isinstance(node, exp.EQ):
            resolver.visit_all([node] if not isinstance(node, exp.Star) else [], scope, "set")
            continue
        left = node.this
        columns = left.expressions if isinstance(left, exp.Tuple) else [left]
        if isinstance(left, exp.Paren):
            columns = [left.this]
        for column in columns:
            if isinstance(column, exp.Column) and len(column.parts) == 1:
                target_column(resolver, column.this, target, scope)
                _check_twice(resolver, column.this, seen)
            elif isinstance(column, exp.Bracket):
                inner = column.this
                if isinstance(inner, exp.Column) and len(inner.parts) == 1:
                    target_column(resolver, inner.this, target, scope)
                resolver.visit_all(column.expressions, scope, "set")
        resolver.visit_all([node.expression], scope, "set")


def _update(resolver: Resolver, node: exp.Update, scope: Scope) -> None:
    target = _target(resolver, node.this, scope)
    before = scope.order
    scope.order = []
    tables.build_items(resolver, tables.first_items(node), node.args.get("joins") or (), scope)
    # `RETURNING *` gives the target's columns first, then those of FROM.
    scope.order = before + scope.order
    several = isinstance(node.this, exp.Table) and bool(node.this.args.get("joins"))
    _assignments(resolver, node.expressions, None if several else target, scope)
    _rest(resolver, node, scope)


def _delete(resolver: Resolver, node: exp.Delete, scope: Scope) -> None:
    _target(resolver, node.this, scope)
    for using in node.args.get("using") or ():
        tables.build_items(resolver, [using], (), scope)
    _rest(resolver, node, scope)


def _rest(resolver: Resolver, node: exp.Expr, scope: Scope) -> None:
    resolver.visit_all([node.args.get("where")], scope, "where")
    resolver.visit_all([node.args.get("order"), node.args.get("limit")], scope, "set")


def _merge(resolver: Resolver, node: exp.Merge, scope: Scope) -> None:
    target = _target(resolver, node.this, scope)
    using = node.args.get("using")
    if isinstance(using, exp.Expr):
        tables.build_items(resolver, [using], (), scope)
    resolver.visit_all([node.args.get("on")], scope, "on")
    whens = node.args.get("whens")
    for when in whens.expressions if whens is not None else ():
        resolver.visit_all([when.args.get("condition")], scope, "where")
        action = when.args.get("then")
        if isinstance(action, exp.Update):
            _assignments(resolver, action.expressions, target, scope)
        elif isinstance(action, exp.Insert):
            columns = action.this.expressions if isinstance(action.this, exp.Tuple) else []
            check_columns(resolver, columns, target, scope)
            values = action.args.get("expression")
            if isinstance(values, exp.Expr):
                resolver.visit_all([values], scope, "values")
