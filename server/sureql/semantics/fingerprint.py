"""When two expressions are the same to the engine: columns by what they mean, not how they are
written."""

from __future__ import annotations

from collections.abc import Hashable

from sqlglot import exp

from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Scope

_TRANSPARENT = (exp.Paren, exp.Alias, exp.Ordered)


def of(resolver: Resolver, node: exp.Expr, scope: Scope) -> Hashable:
    """Equal for equal expressions of one query level."""
    while isinstance(node, _TRANSPARENT) and isinstance(node.this, exp.Expr):
        node = node.this
    if isinstance(node, exp.Column):
        return _column(resolver, node, scope)
    if isinstance(node, (exp.Query, exp.DataType)):
        return type(node).__name__, node.sql().lower()
    if isinstance(node, exp.Literal):
        return node.is_string, node.name
    found: list[Hashable] = [type(node).__name__]
    for name, value in node.args.items():
        if isinstance(value, exp.Expr):
            found.append((name, of(resolver, value, scope)))
        elif isinstance(value, list):
            found.append((name, *(_item(resolver, one, scope) for one in value)))
        elif value:
            found.append((name, str(value).lower()))
    return tuple(found)


def _item(resolver: Resolver, value: object, scope: Scope) -> Hashable:
    return of(resolver, value, scope) if isinstance(value, exp.Expr) else str(value).lower()


def _column(resolver: Resolver, node: exp.Column, scope: Scope) -> Hashable:
    key = resolver.key(resolver.name(node.parts[-1]))
    if key in scope.merged:
        return "merged", key
    entry = resolver.owners.get(id(node))
    if entry is not None:
        return "column", id(entry), key
    return ("named", *(resolver.key(resolver.name(part)) for part in node.parts))
