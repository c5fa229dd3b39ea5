"""Select lists and RETURNING: the columns they give, with type, nullability and lineage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from sureql.semantics import names, sources, types
from sureql.semantics.model import Field
from sureql.semantics.resolver import Output, Resolver
from sureql.semantics.scope import Scope


def resolve(resolver: Resolver, nodes: Sequence[exp.Expr], scope: Scope) -> Output:
    """Resolve a select list or RETURNING and give its columns."""
    fields: list[Field] = []
    closed = True
    if not scope.entries and nodes and _is_unclear(resolver, nodes[-1]):
        scope.opaque = True  # The template that ends the list may go on with a FROM.
    for node in nodes:
        resolver.visit_all([node] if not _is_star(node) else [], scope, "select")
        if _is_star(node):
            scope.clause = "select"
            expanded, whole = _star(resolver, node, scope)
            fields += expanded
            closed = closed and whole
            continue
        if _is_unclear(resolver, node):
            closed = False
            continue
        field = _field(resolver, node)
        fields.append(field)
        # What a misspelt column was meant to be called is not known: one cause, one problem.
        closed = closed and not _is_misspelt(resolver, node, field)
        if field.name and resolver.rules.lateral_aliases:
            scope.aliases.setdefault(resolver.key(field.name), field)
    return tuple(fields), closed


def _is_star(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) or (
        isinstance(node, exp.Column) and isinstance(node.this, exp.Star)
    )


def _is_unclear(resolver: Resolver, node: exp.Expr) -> bool:
    """True if an item may stand for any number of columns."""
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star):
        return True
    if node.find(exp.Columns) is not None:
        return True
    if resolver.dialect.name == "duckdb" and node.find(exp.Explode, exp.Unnest) is not None:
        return True
    bare = isinstance(node, (exp.Column, exp.Placeholder, exp.Parameter))
    span = sources.whole_span([node]) if bare and resolver.holes else None
    return span is not None and any(span.overlaps(hole) for hole in resolver.holes)


def _is_misspelt(resolver: Resolver, node: exp.Expr, field: Field) -> bool:
    if not isinstance(node, exp.Column) or not resolver.problems:
        return False
    return any(problem.span == field.span for problem in resolver.problems)


def _field(resolver: Resolver, node: exp.Expr) -> Field:
    type_, nullable = types.infer(node, resolver.seen, resolver.dialect)
    if isinstance(node, (exp.Alias, exp.PropertyEQ)):
        identifier = node.args.get("alias") if isinstance(node, exp.Alias) else node.this
        name, span = resolver.name(identifier), sources.span_of(identifier)
        inner = node.this if isinstance(node, exp.Alias) else node.expression
    else:
        inner = node
        name = names.implicit(node, resolver.text, resolver.dialect)
        span = (
            sources.span_of(node.this)
            if isinstance(node, exp.Column)
            else sources.whole_span([node])
        )
    passed = resolver.seen(inner) if isinstance(inner, exp.Column) else None
    return Field(
        name=name,
        type=type_,
        nullable=nullable,
        origins=_origins(resolver, inner),
        span=span,
        column=passed.column if passed is not None else None,
        kind=resolver.typing.of(inner),
        named=span,
    )


def _origins(resolver: Resolver, node: exp.Expr) -> tuple[tuple[str, str, str], ...]:
    if isinstance(node, (exp.Column, exp.Dot)):
        field = resolver.seen(node)
        return field.origins if field is not None else ()
    found: dict[tuple[str, str, str], None] = {}
    for part in node.walk(prune=lambda one: isinstance(one, exp.Subquery)):
        field = resolver.seen(part) if isinstance(part, (exp.Column, exp.Subquery)) else None
        if field is not None:
            found.update(dict.fromkeys(field.origins))
    return tuple(found)


def _star(resolver: Resolver, node: exp.Expr, scope: Scope) -> Output:
    star = node if isinstance(node, exp.Star) else node.this
    excluded = {resolver.key(resolver.name(_last(item))) for item in star.args.get("except_") or ()}
    changed = {
        resolver.key(resolver.name(item.args.get("alias"))): item
        for item in star.args.get("replace") or ()
        if isinstance(item, exp.Alias)
    }
    if isinstance(node, exp.Star):
        columns = [
            (key, entry.seen(field) if entry is not None else field)
            for key, entry, field in scope.order
            if entry is None or not entry.qualified
        ]
        closed = scope.closed and bool(scope.entries)
        for item in changed.values():
            resolver.visit(item, scope)
    else:
        entry = resolver.star(sources.parts_of(node), scope)
        if entry is None:
            return (), False
        columns = [(resolver.key(field.name), entry.seen(field)) for field in entry.source.fields]
        closed = entry.source.closed
    fields = [
        replace(_field(resolver, changed[key]), name=field.name) if key in changed else field
        for key, field in columns
        if key not in excluded
    ]
    closed = closed and not star.args.get("rename")
    return tuple(
        replace(field, span=None, kind="text" if field.kind == "unknown" else field.kind)
        for field in fields
    ), closed


def _last(node: exp.Expr) -> exp.Expr | None:
    return node.this if isinstance(node, exp.Column) else node
