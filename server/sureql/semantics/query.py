"""Queries: SELECT, set operations, VALUES, CTEs; gives their output columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlglot import exp

from sureql.semantics import changes, messages, projection, set_kinds, sources, tables, types
from sureql.semantics.model import Field, Problem, Reference, Source
from sureql.semantics.resolver import Output, Resolver
from sureql.semantics.scope import Entry, Scope
from sureql.text.span import Span

_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
_COUNTS_NAMES = ("postgres", "sqlite")
_TAIL = ("limit", "offset", "fetch")


def run(resolver: Resolver, node: exp.Expr, parent: Scope | None) -> Output:
    """Resolve a query that sees `parent` and give its output columns and whether they are all."""
    output = _run(resolver, node, parent, None)
    resolver.outputs[id(node)] = output
    return output


def _run(
    resolver: Resolver, node: exp.Expr, parent: Scope | None, itself: _Itself | None
) -> Output:
    ctes = dict(parent.ctes) if parent is not None else {}
    if isinstance(node, (exp.Query, _CHANGES)):
        with_ = node.args.get("with_")
        if isinstance(with_, exp.With):
            _ctes(resolver, with_, parent, ctes)
    if isinstance(node, exp.Select):
        return _select(resolver, node, parent, ctes)
    if isinstance(node, exp.SetOperation):
        return _set_operation(resolver, node, parent, ctes, itself)
    if isinstance(node, exp.Subquery):
        return _wrapped(resolver, node, parent, ctes, itself)
    if isinstance(node, exp.Values):
        return _values(resolver, node, parent, ctes)
    if isinstance(node, _CHANGES):
        return changes.run(resolver, node, parent, ctes)
    scope = Scope(parent=parent, ctes=ctes, opaque=True)
    resolver.visit_all(node.iter_expressions(), scope, "")
    return (), False


class _Itself:
    """The recursive CTE whose body is being resolved: its name becomes known after its first arm."""

    def __init__(self, source: Source, columns: Sequence[exp.Expr]) -> None:
        self.source = source
        self.columns = columns


def _ctes(
    resolver: Resolver, node: exp.With, parent: Scope | None, ctes: dict[str, Source]
) -> None:
    recursive = bool(node.args.get("recursive")) or resolver.dialect.name == "sqlite"
    own: dict[str, Span | None] = {}
    named: list[tuple[exp.CTE, Source, Sequence[exp.Expr]]] = []
    for cte in node.expressions:
        alias = cte.args.get("alias")
        if not isinstance(alias, exp.TableAlias):
            continue
        name, span = resolver.name(alias.this), sources.span_of(alias.this)
        columns = alias.args.get("columns") or ()
        source = Source(name, "cte", (), False, None, False, span, span)
        named.append((cte, source, columns))
        if recursive:
            # A later one may be used too; until it is resolved nothing is known of its columns.
            ctes.setdefault(resolver.key(name), source)
    for cte, source, columns in named:
        key = resolver.key(source.name)
        if key in own and source.span is not None and resolver.rules.strict:
            first = own[key]
            resolver.report(messages.duplicate_alias(source.span, source.name, first, "WITH"))
        own[key] = source.span
        if recursive:
            ctes[key] = sources.renamed(source, columns, resolver.dialect)
        inner = Scope(parent=parent, ctes=dict(ctes), clause="cte")
        itself = _Itself(source, columns) if recursive else None
        fields, closed = _run(resolver, cte.this, inner, itself)
        resolver.outputs[id(cte.this)] = fields, closed
        if (
            closed
            and fields
            and len(columns) > len(fields)
            and resolver.dialect.name in _COUNTS_NAMES
        ):
            _too_many(resolver, source.name, columns, len(fields))
        complete = replace(source, fields=fields, closed=closed)
        known = sources.renamed(complete, columns, resolver.dialect)
        if cte is named[-1][0]:
            known = replace(known, fields=(*known.fields, *_added(resolver, node)))
        ctes[key] = known


def _too_many(resolver: Resolver, name: str, columns: Sequence[exp.Expr], given: int) -> None:
    span = sources.whole_span(columns[given:])
    if span is not None:
        many = "1 column" if given == 1 else f"{given} columns"
        message = f"`{name}` has {many}, {len(columns)} names are given."
        resolver.report(Problem(span, "column-names", message))


def _added(resolver: Resolver, node: exp.With) -> Iterator[Field]:
    """The columns that SEARCH … SET and CYCLE … SET … USING add to the CTE before them."""
    for clause in (node.args.get("search"), node.args.get("cycle")):
        found = clause.args if isinstance(clause, exp.Expr) else {}
        for name in ("expression", "using"):
            identifier = found.get(name)
            if isinstance(identifier, exp.Identifier):
                span = sources.span_of(identifier)
                yield Field(resolver.name(identifier), span=span, named=span)


def _wrapped(
    resolver: Resolver,
    node: exp.Subquery,
    parent: Scope | None,
    ctes: dict[str, Source],
    itself: _Itself | None,
) -> Output:
    inner = Scope(parent=parent, ctes=ctes)
    # An empty level in between must not hide the clause rules of the level around it.
    inner.clause = parent.clause if parent is not None else ""
    if isinstance(node.this, exp.Table):
        scope = Scope(parent=parent, ctes=ctes)
        tables.build_items(resolver, [node.this], node.args.get("joins") or (), scope)
        tables.resolve_conditions(resolver, scope)
        return tuple(field for _, _, field in scope.order), scope.closed
    output = _run(resolver, node.this, inner, itself)
    resolver.outputs[id(node.this)] = output
    scope = Scope(parent=parent, ctes=ctes, aliases=_aliases(resolver, output[0]))
    scope.opaque = not output[1] or not resolver.rules.strict
    if node.args.get("order") is not None:
        scope.opaque = True
        resolver.visit_all([node.args["order"]], scope, "order")
    return output


def _aliases(resolver: Resolver, fields: Sequence[Field]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for field in fields:
        if field.name:
            found.setdefault(resolver.key(field.name), field)
    return found


def _values(
    resolver: Resolver, node: exp.Values, parent: Scope | None, ctes: dict[str, Source]
) -> Output:
    scope = Scope(parent=parent, ctes=ctes, clause="values")
    resolver.scopes.append((node, scope))
    saved = parent.clause if parent is not None else ""
    resolver.visit_all(node.expressions, scope, "values")
    if parent is not None:
        parent.clause = saved
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
    if not rows:
        return (), False
    found: list[tuple[str, bool]] = []
    kinds: list[str] = []
    for position in range(len(rows[0])):
        kinds.append(set_kinds.of_column(resolver, rows, position))
        column = [
            types.infer(row[position], resolver.seen, resolver.dialect)
            for row in rows[:50]
            if position < len(row)
        ]
        kind = next((type_ for type_, _ in column if type_), "")
        found.append((kind, any(nullable for _, nullable in column)))
    fields = sources.value_fields(found, resolver.dialect)
    return tuple(replace(field, kind=kind) for field, kind in zip(fields, kinds, strict=True)), True


def _set_operation(
    resolver: Resolver,
    node: exp.SetOperation,
    parent: Scope | None,
    ctes: dict[str, Source],
    itself: _Itself | None,
) -> Output:
    arms: list[exp.SetOperation] = []
    first: exp.Expr = node
    while isinstance(first, exp.SetOperation) and (first is node or not first.args.get("with_")):
        arms.append(first)
        first = first.this
    inner = Scope(parent=parent, ctes=ctes, clause=parent.clause if parent else "")
    fields, closed = _run(resolver, first, inner, None)
    resolver.outputs[id(first)] = fields, closed
    if itself is not None:
        known = replace(itself.source, fields=fields, closed=closed)
        known = sources.renamed(known, itself.columns, resolver.dialect)
        inner.ctes = {**ctes, resolver.key(known.name): known}
    known_names = list(fields)
    for arm in reversed(arms):
        other, other_closed = _run(resolver, arm.expression, inner, None)
        resolver.outputs[id(arm.expression)] = other, other_closed
        by_name = bool(arm.args.get("by_name"))
        if closed and other_closed and not by_name:
            _check_arms(resolver, arm, fields, other)
        if by_name:
            seen = {resolver.key(field.name) for field in fields}
            fields += tuple(one for one in other if resolver.key(one.name) not in seen)
            closed = closed and other_closed
        elif other_closed and len(other) == len(fields):
            kinds = set_kinds.check(resolver, arm, fields, other)
            fields = tuple(
                replace(_either(one, two), kind=kind)
                for one, two, kind in zip(fields, other, kinds, strict=True)
            )
        if resolver.dialect.name != "postgres":
            known_names += other
    _tail(resolver, node, parent, ctes, fields, tuple(known_names), closed)
    return fields, closed


def _either(one: Field, two: Field) -> Field:
    """A column of a set operation: it comes from both arms."""
    origins = tuple(dict.fromkeys((*one.origins, *two.origins)))
    column = one.column if one.origins == two.origins else None
    return replace(
        one,
        nullable=one.nullable or two.nullable,
        type=one.type or two.type,
        origins=origins,
        column=column,
    )


def _check_arms(
    resolver: Resolver, node: exp.SetOperation, left: tuple[Field, ...], right: tuple[Field, ...]
) -> None:
    if len(left) == len(right):
        return
    arm = node.expression
    projections = arm.unnest().expressions if isinstance(arm, exp.Subquery) else arm.expressions
    span = sources.whole_span(projections) or sources.whole_span([arm])
    if span is None or not resolver.rules.strict:
        return
    word = node.key.upper()
    message = f"{word} needs equally many columns: {len(left)} before it, {len(right)} after it."
    resolver.report(Problem(span, "set-operation-arity", message))


def _tail(
    resolver: Resolver,
    node: exp.Expr,
    parent: Scope | None,
    ctes: dict[str, Source],
    fields: tuple[Field, ...],
    named: tuple[Field, ...],
    closed: bool,
) -> None:
    """ORDER BY of a set operation: it sees only output columns; elsewhere than in PostgreSQL
    those of every arm."""
    scope = Scope(parent=parent, ctes=ctes, aliases=_aliases(resolver, named))
    scope.projection = fields
    source = Source("", "derived", fields, closed and resolver.rules.strict)
    scope.opaque = not source.closed or resolver.dialect.name != "postgres"
    scope.entries.append(Entry(source, {}))
    resolver.scopes.append((node, scope))
    order = node.args.get("order")
    if order is not None:
        resolver.visit_all([order], scope, "order")
    resolver.visit_all([node.args.get(name) for name in _TAIL], scope, "limit")


def _select(
    resolver: Resolver, node: exp.Select, parent: Scope | None, ctes: dict[str, Source]
) -> Output:
    scope = Scope(parent=parent, ctes=ctes)
    resolver.scopes.append((node, scope))
    tables.build(resolver, node, scope)
    fields, closed = projection.resolve(resolver, node.expressions, scope)
    scope.projection = fields
    scope.aliases = _aliases(resolver, fields)
    tables.resolve_conditions(resolver, scope)
    args = node.args
    distinct = args.get("distinct")
    if distinct is not None and distinct.args.get("on") is not None:
        resolver.visit_all([distinct.args["on"]], scope, "distinct")
    for name in ("where", "prewhere", "start", "connect", "group", "having", "qualify"):
        resolver.visit_all([args.get(name)], scope, name)
    resolver.visit_all(args.get("windows") or (), scope, "window")
    resolver.visit_all([args.get(name) for name in ("order", "sort", "cluster")], scope, "order")
    resolver.visit_all(
        [args.get("distribute"), *(args.get(name) for name in _TAIL)], scope, "order"
    )
    for lock in args.get("locks") or ():
        for table in lock.expressions:
            _locked(resolver, table, scope)
    scope.clause = ""
    return fields, closed


def _locked(resolver: Resolver, node: exp.Expr, scope: Scope) -> None:
    """`FOR UPDATE OF t` names sources, not relations."""
    span, name = sources.span_of(node.this), resolver.name(node.this)
    for entry in scope.entries:
        if span is not None and resolver.key(entry.source.name) == resolver.key(name):
            source = entry.source
            resolver.refer(
                Reference(
                    span, name, "alias", source, None, source.relation, None, source.definition
                )
            )
