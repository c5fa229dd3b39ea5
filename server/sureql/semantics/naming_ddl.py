"""The tables and columns that CREATE, ALTER, DROP, TRUNCATE and COMMENT name outside of queries."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import sources
from sureql.semantics.meaning import Meaning, Occurrence
from sureql.syntax.dialects import Dialect

_QUERIES = (exp.Query, exp.Values)


def of(
    tree: exp.Expr, before: catalog.Catalog, after: catalog.Catalog, dialect: Dialect
) -> Iterator[Occurrence]:
    """The occurrences in a statement that defines something; those inside of queries are left out.

    `before` and `after` are the schemas around it. Offsets are the statement's.
    """
    subject = _subject(tree, before, after, dialect)
    made = isinstance(tree, exp.Create) and str(tree.args.get("kind")) != "INDEX"
    for node in tree.walk(prune=lambda one: isinstance(one, _QUERIES)):
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            relation = _relation(node, before, after, dialect)
            span = sources.span_of(node.this)
            if relation is not None and span is not None:
                first = made and relation is subject and _is_head(tree, node)
                yield Occurrence(span, Meaning("table", None, _path(relation, after)), first)
        elif isinstance(node, exp.Identifier):
            owner = _owner(node, subject, before, after, dialect)
            column = after.column(owner, _name(node, dialect)) if owner is not None else None
            if column is None and owner is not None:
                # What the statement drops or renames is there only before it.
                old = before.find((owner.schema, owner.name))
                column = before.column(old, _name(node, dialect)) if old is not None else None
            span = sources.span_of(node)
            if owner is not None and column is not None and span is not None:
                path = (*_path(owner, after), after.key(column.name))
                defines = isinstance(node.parent, exp.ColumnDef)
                yield Occurrence(span, Meaning("column", None, path), defines)


def _subject(
    tree: exp.Expr, before: catalog.Catalog, after: catalog.Catalog, dialect: Dialect
) -> catalog.Relation | None:
    """The table that the statement is about."""
    target = tree.this
    if isinstance(target, exp.Index):
        target = target.args.get("table")
    if isinstance(target, exp.Schema):
        target = target.this
    if isinstance(tree, exp.Comment) and isinstance(target, exp.Column):
        parts = [_name(part, dialect) for part in target.parts[:-1]]
        return before.find(parts) if parts else None
    return _relation(target, before, after, dialect) if isinstance(target, exp.Table) else None


def _relation(
    node: exp.Table, before: catalog.Catalog, after: catalog.Catalog, dialect: Dialect
) -> catalog.Relation | None:
    parts = [_name(part, dialect) for part in node.parts if isinstance(part, exp.Identifier)]
    return sources.find(parts, after, dialect) or sources.find(parts, before, dialect)


def _is_head(tree: exp.Expr, node: exp.Table) -> bool:
    target = tree.this
    return (target.this if isinstance(target, exp.Schema) else target) is node


def _owner(
    node: exp.Identifier,
    subject: catalog.Relation | None,
    before: catalog.Catalog,
    after: catalog.Catalog,
    dialect: Dialect,
) -> catalog.Relation | None:
    """The table whose column an identifier may be."""
    parent = node.parent
    if isinstance(parent, exp.Table) or (
        isinstance(parent, exp.Constraint) and parent.this is node
    ):
        return None
    if isinstance(parent, exp.Column) and parent.this is not node:
        return None
    if isinstance(parent, exp.Index) or (
        isinstance(parent, exp.RenameColumn) and parent.args.get("to") is node
    ):
        return None
    reference = node.find_ancestor(exp.Reference)
    if reference is None:
        return subject
    target = reference.this.this if isinstance(reference.this, exp.Schema) else reference.this
    return _relation(target, before, after, dialect) if isinstance(target, exp.Table) else None


def _name(node: exp.Expr, dialect: Dialect) -> str:
    return sources.name_of(node, dialect)


def _path(relation: catalog.Relation, schema: catalog.Catalog) -> tuple[str, ...]:
    return schema.key(relation.schema), schema.key(relation.name)
