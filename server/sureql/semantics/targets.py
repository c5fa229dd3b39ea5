"""What PostgreSQL refuses about the target of a change: columns that are computed, keys that
ON CONFLICT names, values and columns that don't match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import similar, sources
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Entry, Scope

IDENTITY_ALWAYS = "identity always"


def check(resolver: Resolver, node: exp.Expr, scope: Scope) -> Iterator[Problem]:
    """Problems of one INSERT, UPDATE or MERGE."""
    if not scope.entries:
        return
    target = scope.entries[0]
    if resolver.dialect.name == "duckdb" and isinstance(node, exp.Update):
        for item in node.expressions:
            if isinstance(item, exp.EQ) and isinstance(item.this, exp.Column):
                yield from _of_duckdb(resolver, item.this, target)
    if resolver.dialect.name != "postgres":
        return
    relation = target.source.relation
    if relation is None:
        return
    if relation.kind == "materialized view" and (span := target.source.span) is not None:
        message = f"`{relation.name}` is a materialized view: it can't be changed, only refreshed."
        yield Problem(span, "not-changeable", message)
        return
    if isinstance(node, exp.Insert):
        yield from _insert(resolver, node, target, relation)
    elif isinstance(node, exp.Update):
        yield from _assignments(resolver, node.expressions, target)
    elif isinstance(node, exp.Merge):
        yield from _merge(resolver, node, target)


def _insert(
    resolver: Resolver, node: exp.Insert, target: Entry, relation: catalog.Relation
) -> Iterator[Problem]:
    schema = node.this
    listed = schema.expressions if isinstance(schema, exp.Schema) else []
    columns = [_column(resolver, item, target) for item in listed] or list(relation.columns)
    for item in listed:
        if isinstance(item, exp.Column) and len(item.parts) == 2:
            yield from _qualified(resolver, item, target)
        elif isinstance(item, exp.Dot) and isinstance(item.this, exp.Identifier):
            table, name = item.this, item.expression
            yield from _qualified(resolver, exp.Column(this=name, table=table), target)
    body = node.args.get("expression")
    overriding = "OVERRIDING" in resolver.text.upper()
    if isinstance(body, exp.Values) and not overriding:
        for row in body.expressions:
            items = row.expressions if isinstance(row, exp.Tuple) else [row]
            yield from _given(zip(columns, items, strict=False))
    elif isinstance(body, exp.Select) and not overriding:
        yield from _given(zip(columns, body.expressions, strict=False))
    conflict = node.args.get("conflict")
    if isinstance(conflict, exp.OnConflict):
        yield from _conflict(resolver, conflict, target, relation)
        yield from _assignments(resolver, conflict.expressions, target)


def _column(resolver: Resolver, node: exp.Expr, target: Entry) -> catalog.Column | None:
    identifier = node.this if isinstance(node, exp.Column) else node
    if not isinstance(identifier, exp.Identifier):
        return None
    fields = target.index.get(resolver.key(resolver.name(identifier)), ())
    return fields[0].column if fields else None


def _given(pairs: Iterator[tuple[catalog.Column | None, exp.Expr]]) -> Iterator[Problem]:
    """Values for columns that the engine computes."""
    for column, value in pairs:
        if column is None or _is_default(value):
            continue
        computed = column.generated or column.default == IDENTITY_ALWAYS
        span = sources.whole_span([value]) if computed else None
        if span is not None:
            yield Problem(span, "generated-column", _computed(column))


def _computed(column: catalog.Column) -> str:
    return f"`{column.name}` is always generated: only DEFAULT can be given."


def _is_default(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Alias) else node
    return isinstance(inner, exp.Column) and inner.name.lower() == "default"


def _assignments(resolver: Resolver, nodes: Sequence[exp.Expr], target: Entry) -> Iterator[Problem]:
    for node in nodes:
        if not isinstance(node, exp.EQ):
            continue
        left, right = node.this, node.expression
        if isinstance(left, exp.Column) and len(left.parts) == 2:
            yield from _qualified(resolver, left, target)
        elif isinstance(left, exp.Column):
            column = _column(resolver, left, target)
            span = sources.span_of(left.this)
            computed = column is not None and (
                column.generated or column.default == IDENTITY_ALWAYS
            )
            if computed and column is not None and span is not None and not _is_default(right):
                yield Problem(span, "generated-column", _computed(column))
        elif isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
            given, wanted = len(right.expressions), len(left.expressions)
            span = sources.whole_span([right])
            if given != wanted and span is not None:
                message = f"{given} values for {wanted} columns."
                yield Problem(span, "insert-arity", message)


def _qualified(resolver: Resolver, left: exp.Column, target: Entry) -> Iterator[Problem]:
    """`SET t.a = 1`: PostgreSQL takes `t` for a column."""
    first: exp.Expr = left.parts[0]
    written = first.name
    span = sources.span_of(first)
    key = resolver.key(resolver.name(first))
    if target.source.closed and key not in target.index and key != resolver.key(target.source.name):
        if span is not None:
            message = f"`{target.source.name}` has no column `{written}`."
            yield Problem(span, "unknown-column", message)
        return
    if span is not None and key == resolver.key(target.source.name) and key not in target.index:
        message = f"The columns of the changed table are named without `{written}.`."
        yield Problem(span, "qualified-column", message)


def _of_duckdb(resolver: Resolver, left: exp.Column, target: Entry) -> Iterator[Problem]:
    """`SET t.a = 1`: DuckDB wants plain names, whatever stands before the point."""
    if len(left.parts) < 2:
        return
    first = left.parts[0]
    span, key = sources.span_of(first), resolver.key(resolver.name(first))
    if span is not None and key == resolver.key(target.source.name):
        message = f"The columns of the changed table are named without `{first.name}.`."
        yield Problem(span, "qualified-column", message)


def _conflict(
    resolver: Resolver, node: exp.OnConflict, target: Entry, relation: catalog.Relation
) -> Iterator[Problem]:
    named = node.args.get("constraint")
    known = [one.name for one in relation.keys] + [one.name for one in relation.foreign_keys]
    if isinstance(named, exp.Identifier):
        span, name = sources.span_of(named), resolver.name(named)
        standard = {f"{relation.name}_pkey"} | {
            f"{relation.name}_{'_'.join(one.columns)}_key" for one in relation.keys
        }
        if relation.closed and span is not None and name not in {*filter(None, known), *standard}:
            close = similar.names(name, sorted({*filter(None, known), *standard}))
            message = f"No constraint `{name}` on `{relation.name}`."
            yield Problem(span, "unknown-constraint", message, close)
        return
    keys = node.args.get("conflict_keys") or ()
    columns = []
    for item in keys:
        inner = item.this if isinstance(item, exp.Ordered) else item
        if not isinstance(inner, exp.Column):
            return
        columns.append(resolver.key(resolver.name(inner.this)))
    if not columns or not relation.closed or "view" in relation.kind:
        return
    if any(column not in target.index for column in columns):
        return
    unique = [one.columns for one in relation.keys]
    unique += [one.columns for one in relation.indexes if one.unique]
    if any({resolver.key(name) for name in one} == set(columns) for one in unique):
        return
    if any(one.unique for one in relation.indexes if not one.columns):
        return  # A unique index over expressions.
    span = sources.whole_span(list(keys))
    if span is not None:
        listed = ", ".join(f"`{name}`" for name in columns)
        message = f"No unique key of `{relation.name}` is over {listed}: ON CONFLICT needs one."
        yield Problem(span, "no-unique-key", message)


def _merge(resolver: Resolver, node: exp.Merge, target: Entry) -> Iterator[Problem]:
    whens = node.args.get("whens")
    for when in whens.expressions if whens is not None else ():
        action = when.args.get("then")
        if isinstance(action, exp.Update):
            yield from _assignments(resolver, action.expressions, target)
        if not isinstance(action, exp.Insert):
            continue
        values = action.args.get("expression")
        items = values.expressions if isinstance(values, exp.Tuple) else []
        if isinstance(action.this, exp.Tuple) and items:
            given, wanted = len(items), len(action.this.expressions)
            span = sources.whole_span(items)
            if given != wanted and span is not None:
                yield Problem(span, "insert-arity", f"{given} values for {wanted} columns.")
            columns = [_column(resolver, item, target) for item in action.this.expressions]
            yield from _given(zip(columns, items, strict=False))
        for item in items:
            yield from _unmatched(resolver, item, target)


def _unmatched(resolver: Resolver, item: exp.Expr, target: Entry) -> Iterator[Problem]:
    """WHEN NOT MATCHED has no row of the target."""
    for column in item.find_all(exp.Column):
        span = sources.span_of(column.parts[-1])
        if resolver.owners.get(id(column)) is target and span is not None:
            message = f"There is no row of `{target.source.name}` when nothing matched."
            yield Problem(span, "unknown-alias", message)
