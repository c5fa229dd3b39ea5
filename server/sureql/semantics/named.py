"""Named tables, views and CTEs in FROM, and when a name certainly means none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import messages, sources
from sureql.semantics.model import Problem, Reference, Source
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Entry, Scope
from sureql.text.span import Span


def entry(
    resolver: Resolver,
    node: exp.Table,
    scope: Scope,
    label: str = "",
    definition: Span | None = None,
    columns: Sequence[exp.Expr] = (),
) -> Entry:
    """The entry of a named table, view or CTE; reports a table that certainly isn't there."""
    identifiers = [part for part in node.parts if isinstance(part, exp.Identifier)]
    parts = [resolver.name(part) for part in identifiers]
    span = sources.span_of(identifiers[-1]) if identifiers else None
    name = parts[-1] if parts else ""
    cte = scope.ctes.get(resolver.key(name)) if len(parts) == 1 else None
    if cte is not None:
        if span is not None:
            resolver.refer(Reference(span, name, "cte", cte, definition=cte.definition))
        source = replace(
            cte, name=label or name, aliased=bool(label), span=span,
            definition=definition or cte.definition,
        )  # fmt: skip
        return sources.entry_of(
            sources.renamed(source, columns, resolver.dialect), resolver.dialect
        )
    relation = sources.find(parts, resolver.schema, resolver.dialect)
    if relation is not None:
        entry = sources.of_relation(
            relation, resolver.schema, resolver.dialect, label, span, definition
        )
        if span is not None:
            resolver.refer(Reference(span, name, "relation", entry.source, None, relation))
        if columns:
            source = sources.renamed(entry.source, columns, resolver.dialect)
            return sources.entry_of(source, resolver.dialect)
        return entry
    if span is not None:
        resolver.refer(Reference(span, name, "relation"))
        problem = missing(resolver, parts, span, scope)
        if problem is not None:
            resolver.report(problem)
    source = Source(label or name, "unknown", (), False, None, bool(label), span, definition)
    return sources.entry_of(sources.renamed(source, columns, resolver.dialect), resolver.dialect)


def missing(resolver: Resolver, parts: Sequence[str], span: Span, scope: Scope) -> Problem | None:
    """The problem of a name at `span` that means no relation, if that is certain."""
    if sources.find(parts, resolver.schema, resolver.dialect) is not None:
        return None
    if not _missing(resolver, parts):
        return None
    known = _relation_names(resolver, parts, scope)
    return messages.unknown_table(span, parts[-1], parts, known, resolver.dialect)


def _missing(resolver: Resolver, parts: Sequence[str]) -> bool:
    """True if a relation that the catalog doesn't hold certainly doesn't exist."""
    schema, name = resolver.schema, parts[-1].lower()
    if len(parts) > 2 or not schema.closed_for(parts):
        return False
    if len(parts) == 2:
        known = schema.schema(parts[0])
        if known is None:
            # It may be another attached database.
            return resolver.rules.strict and resolver.dialect.name == "postgres"
        if schema.key(parts[0]) in schema.system:
            return False
    if resolver.dialect.name == "duckdb" and any(mark in name for mark in "./*:"):
        return False
    return not name.startswith(("pg_", "sqlite_", "pragma_", "duckdb_"))


def _relation_names(resolver: Resolver, parts: Sequence[str], scope: Scope) -> list[str]:
    schema = resolver.schema
    if len(parts) > 1:
        known = schema.schema(parts[-2])
        return list(known.relations) if known else []
    found = [cte.name for cte in scope.ctes.values()]
    for path in schema.search_path:
        if (known := schema.schemas.get(schema.key(path))) is not None:
            # Keys are enough: decoding every relation of a large catalog would be slow.
            found += [_stored(known.relations, key) for key in known.relations]
    return found


def _stored(relations: Mapping[str, catalog.Relation], key: str) -> str:
    return relations[key].name if len(relations) <= 500 else key
