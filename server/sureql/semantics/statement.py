"""One parsed statement of any kind, resolved: queries, changes, and the queries inside DDL."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import changes, declared, named, query, table_parts, tables
from sureql.semantics.model import Source
from sureql.semantics.resolver import Output, Resolver
from sureql.semantics.scope import Scope
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

_NO_CTES: Mapping[str, Source] = MappingProxyType({})
_RESOLVED = (exp.Query, exp.Values, exp.Insert, exp.Update, exp.Delete, exp.Merge)


def resolve(
    tree: exp.Expr,
    schema: catalog.Catalog,
    dialect: Dialect,
    text: str = "",
    holes: tuple[Span, ...] = (),
    ctes: Mapping[str, Source] = _NO_CTES,
    settled: bool = True,
) -> tuple[Resolver, Output]:
    """Resolve every name in `tree`; the output is the statement's own result columns.

    `ctes` are those in sight around it, by key. `settled` says that the statement meets the schema
    as it is, see `objects`.
    """
    resolver = Resolver(text, schema, dialect, query.run, holes, settled)
    root = _root(tree)
    if isinstance(root, _RESOLVED):
        around = Scope(ctes=dict(ctes)) if ctes else None
        return resolver, query.run(resolver, root, around)
    if isinstance(root, exp.Create):
        _create(resolver, root)
    elif isinstance(root, exp.Alter):
        declared.alter(resolver, root)
    elif isinstance(root, exp.Comment):
        declared.comment(resolver, root)
    elif isinstance(root, exp.TruncateTable):
        declared.truncate(resolver, root)
    elif isinstance(root, (exp.Drop, exp.Describe, exp.Summarize)):
        _named(resolver, root)
    elif isinstance(root, exp.Copy) and isinstance(root.this, exp.Subquery):
        query.run(resolver, root.this, None)
    elif isinstance(root, exp.Copy):
        declared.copy(resolver, root)
    return resolver, ((), False)


def _root(tree: exp.Expr) -> exp.Expr:
    """The query inside what merely wraps it."""
    if isinstance(tree, exp.Describe) and isinstance(tree.this, exp.Query):
        return tree.this if not isinstance(tree.this, exp.Table) else tree
    return tree


def _create(resolver: Resolver, node: exp.Create) -> None:
    declared.create(resolver, node)
    table_parts.create(resolver, node)
    body = node.args.get("expression")
    if isinstance(body, _RESOLVED):
        resolver.locals.append(_parameters(resolver, node.this))
        output = query.run(resolver, body, None)
        resolver.locals.pop()
        table_parts.view(resolver, node, output)
    if isinstance(node.this, exp.Index):
        _index(resolver, node.this)


def _parameters(resolver: Resolver, node: exp.Expr) -> frozenset[str]:
    """The names that a macro's or function's body may use for its arguments."""
    if not isinstance(node, exp.UserDefinedFunction):
        return frozenset()
    names = (item.find(exp.Identifier) for item in node.expressions)
    return frozenset(resolver.key(resolver.name(name)) for name in names if name is not None)


def _index(resolver: Resolver, node: exp.Index) -> None:
    """CREATE INDEX … ON t (columns): the columns are t's."""
    table = node.args.get("table")
    if not isinstance(table, exp.Table):
        return
    scope = Scope()
    resolver.scopes.append((node, scope))
    tables.build_items(resolver, [table], (), scope)
    parameters = node.args.get("params")
    if isinstance(parameters, exp.Expr):
        resolver.visit_all(parameters.args.get("columns") or (), scope, "index")
        resolver.visit_all([parameters.args.get("where")], scope, "index")
        target = scope.entries[0] if scope.entries else None
        changes.check_columns(resolver, parameters.args.get("include") or (), target, scope)


def _named(resolver: Resolver, node: exp.Expr) -> None:
    """Statements that name relations: references only, the statement may be conditional."""
    scope = Scope()
    kept = len(resolver.problems)
    for table in [node.this, *(node.args.get("tables") or ()), *node.expressions]:
        if isinstance(table, exp.Table):
            named.entry(resolver, table, scope)
    del resolver.problems[kept:]
