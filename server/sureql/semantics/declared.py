"""Names in ALTER, COMMENT, TRUNCATE and in the keys of CREATE TABLE.

A migration may name what is long gone from the schema it is checked against, so a name that is
not there is told only if it resembles one that is; what a statement says about itself is certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlglot import exp

from sureql.semantics import changes, messages, named, sources, table_parts
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Entry, Scope

_PLAIN_PARTS = (
    exp.ColumnDef, exp.PrimaryKey, exp.ForeignKey, exp.Constraint, exp.UniqueColumnConstraint,
    exp.CheckColumnConstraint, exp.Identifier,
)  # fmt: skip


def alter(resolver: Resolver, node: exp.Alter) -> None:
    """ALTER TABLE: the table, the columns it changes and those of its new constraints."""
    if not isinstance(node.this, exp.Table) or str(node.args.get("kind")) != "TABLE":
        return
    target = _table(resolver, node.this, bool(node.args.get("exists")))
    if target is None:
        return
    added = {
        resolver.key(resolver.name(found.this))
        for action in node.args.get("actions") or ()
        for found in action.find_all(exp.ColumnDef)
    }
    for action in node.args.get("actions") or ():
        if action.args.get("exists"):
            continue
        for identifier in _touched(action):
            _column(resolver, identifier, target, added)
        for reference in action.find_all(exp.Reference):
            refers(resolver, reference, "")
    table_parts.alter(resolver, node, target)


def _touched(action: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(action, exp.Drop) and str(action.args.get("kind")) == "COLUMN":
        for column in action.args.get("tables") or ():
            yield column.this if isinstance(column, exp.Column) else column
    elif isinstance(action, (exp.RenameColumn, exp.AlterColumn)):
        yield action.this.this if isinstance(action.this, exp.Column) else action.this
    for key in action.find_all(exp.ForeignKey):
        yield from key.expressions


def comment(resolver: Resolver, node: exp.Comment) -> None:
    """COMMENT ON TABLE t and COLUMN t.c."""
    kind, exists = str(node.args.get("kind")).lower(), bool(node.args.get("exists"))
    if kind == "table" and isinstance(node.this, exp.Table):
        _table(resolver, node.this, exists)
    elif kind == "column" and isinstance(node.this, exp.Column) and len(node.this.parts) > 1:
        parts = [part.copy() for part in node.this.parts]
        names = dict(zip(("this", "db", "catalog"), reversed(parts[:-1]), strict=False))
        target = _table(resolver, exp.Table(**names), exists)
        if target is not None:
            _column(resolver, node.this.parts[-1], target, set())


def truncate(resolver: Resolver, node: exp.TruncateTable) -> None:
    """TRUNCATE a, b."""
    for table in node.expressions:
        if isinstance(table, exp.Table):
            _table(resolver, table, bool(node.args.get("exists")))


def copy(resolver: Resolver, node: exp.Copy) -> None:
    """COPY t (a, b): the columns must be there."""
    schema = node.this
    table = schema.this if isinstance(schema, exp.Schema) else schema
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        return
    target = _table(resolver, table, False)
    if target is not None and isinstance(schema, exp.Schema):
        changes.check_columns(resolver, schema.expressions, target, Scope())


def create(resolver: Resolver, node: exp.Create) -> None:
    """CREATE TABLE: columns defined twice, keys over columns that are not there, references."""
    schema = node.this
    if not isinstance(schema, exp.Schema) or str(node.args.get("kind")) != "TABLE":
        return
    defined: set[str] = set()
    for column in schema.expressions:
        if isinstance(column, exp.ColumnDef) and isinstance(column.this, exp.Identifier):
            _define(resolver, column.this, defined)
    whole = all(isinstance(part, _PLAIN_PARTS) for part in schema.expressions)
    whole = whole and node.args.get("expression") is None and not _inherits(node)
    for part in schema.expressions if whole and defined else ():
        for identifier in _keys(part):
            span, name = sources.span_of(identifier), resolver.name(identifier)
            if span is not None and resolver.key(name) not in defined:
                known = [one.name for one in schema.expressions if isinstance(one, exp.ColumnDef)]
                resolver.report(messages.unknown_key_column(span, name, known, resolver.dialect))
    for reference in schema.find_all(exp.Reference):
        refers(resolver, reference, resolver.key(schema.this.name))


def _inherits(node: exp.Create) -> bool:
    properties = node.args.get("properties")
    kinds = (exp.InheritsProperty, exp.PartitionedOfProperty, exp.LikeProperty)
    return properties is not None and any(isinstance(p, kinds) for p in properties.expressions)


def _define(resolver: Resolver, identifier: exp.Expr, defined: set[str]) -> None:
    key, span = resolver.key(resolver.name(identifier)), sources.span_of(identifier)
    if key in defined and span is not None and resolver.rules.strict:
        message = f"`{identifier.name}` is defined twice."
        resolver.report(Problem(span, "duplicate-column", message))
    defined.add(key)


def _keys(part: exp.Expr) -> Iterator[exp.Expr]:
    """The columns that a table constraint names."""
    if isinstance(part, exp.Constraint):
        for inner in part.expressions:
            yield from _keys(inner)
    elif isinstance(part, (exp.PrimaryKey, exp.ForeignKey)):
        for item in part.expressions:
            found = item.this if isinstance(item, exp.Ordered) else item
            found = found.this if isinstance(found, exp.Column) else found
            if isinstance(found, exp.Identifier):
                yield found


def refers(resolver: Resolver, node: exp.Reference, itself: str) -> None:
    """REFERENCES t (c); `itself` is the key of the table being created."""
    schema = node.this
    table = schema.this if isinstance(schema, exp.Schema) else schema
    if not isinstance(table, exp.Table) or resolver.key(table.name) == itself:
        return
    kept = len(resolver.problems)
    target = _table(resolver, table, False)
    if target is not None and isinstance(schema, exp.Schema):
        for identifier in schema.expressions:
            _column(resolver, identifier, target, set())
    if resolver.dialect.name == "sqlite":
        # Stored unchecked: it fails when a row is written.
        found = [replace(one, severity="warning") for one in resolver.problems[kept:]]
        resolver.problems[kept:] = found


def _table(resolver: Resolver, node: exp.Table, conditional: bool) -> Entry | None:
    kept = len(resolver.problems)
    entry = named.entry(resolver, node, Scope())
    _keep_similar(resolver, kept, () if conditional else resolver.problems[kept:])
    return entry if entry.source.closed and entry.source.relation is not None else None


def _column(resolver: Resolver, identifier: exp.Expr, target: Entry, added: set[str]) -> None:
    if not isinstance(identifier, exp.Identifier):
        return
    if resolver.key(resolver.name(identifier)) in added:
        return
    kept = len(resolver.problems)
    changes.target_column(resolver, identifier, target, Scope())
    _keep_similar(resolver, kept, resolver.problems[kept:])


def _keep_similar(resolver: Resolver, kept: int, found: Iterable[Problem]) -> None:
    resolver.problems[kept:] = [problem for problem in found if problem.names or resolver.settled]
