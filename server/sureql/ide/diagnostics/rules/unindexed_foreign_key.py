"""A foreign key without an index.

What:
    Finds foreign keys whose columns no index, primary key or unique constraint begins with. Looks at
    the table's definition in the schema's own files, with all its indexes.

Why:
    Whenever a row of the other table is deleted or its key changes, this whole table is read to
    look for references. Joins along the key want the index as well.

Example:
    CREATE TABLE review (
        review_id serial PRIMARY KEY,
        album_id integer NOT NULL REFERENCES album (album_id)
    )

Use instead:
    CREATE INDEX review_album_idx ON review (album_id)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import sargable
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.semantics import sources


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Create, exp.Alter):
        table = node.this.this if isinstance(node.this, exp.Schema) else node.this
        if not isinstance(table, exp.Table) or node.args.get("kind") != "TABLE":
            continue
        relation = context.schema.find([part.name for part in table.parts])
        # Only of a table that the schema's files define is it known which indexes follow.
        if relation is None or relation.location is None:
            continue
        for key in relation.foreign_keys:
            names = tuple(context.schema.key(name) for name in key.columns)
            if sargable.index_of(context.schema, relation, names) or _prefix(relation, names):
                continue
            yield from _at(context, node, key, relation)


def _prefix(relation: catalog.Relation, names: tuple[str, ...]) -> bool:
    """True if an index over an expression might serve."""
    return any(not index.columns for index in relation.indexes)


def _at(
    context: Context, node: exp.Expr, key: catalog.ForeignKey, relation: catalog.Relation
) -> Iterator[Finding]:
    """The column's name where this statement declares the key."""
    wanted = [context.schema.key(name) for name in key.columns]
    listed = ", ".join(f"`{name}`" for name in key.columns)
    message = f"No index begins with {listed}: deleting from `{key.target[1]}` reads every row."
    for column in node.find_all(exp.ColumnDef):
        own = any(isinstance(one.args.get("kind"), exp.Reference) for one in column.constraints)
        span = sources.span_of(column.this)
        if own and [context.schema.key(column.name)] == wanted and span is not None:
            yield Finding(span, message)
            return
    for declared in node.find_all(exp.ForeignKey):
        if [context.schema.key(one.name) for one in declared.expressions] == wanted:
            span = sources.whole_span(declared.expressions)
            if span is not None:
                yield Finding(span, message)
            return


RULE = Rule(
    "performance",
    "hint",
    check,
    dialects=("postgres", "sqlite"),
    kinds=("CREATE TABLE", "ALTER TABLE"),
)
