"""The name under the cursor and what it means; shared by hover, definition and their kin."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.semantics import analysis, visible
from sureql.semantics.model import Field, Reference, Source, Visible
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import cursor, jinja, script
from sureql.syntax.script import Statement
from sureql.text.span import Span

# Statements whose analysis names only the queries in them.
_DEFINES = ("CREATE", "ALTER", "DROP", "COMMENT", "TRUNCATE", "GRANT", "REVOKE")


@dataclass(frozen=True, slots=True)
class Named:
    """`span` is in the document; `reference` holds offsets of `statement`."""

    span: Span
    statement: Statement
    reference: Reference


def at(snapshot: Snapshot, offset: int) -> Named | None:
    """What the name at `offset` means; None if there is no name or nothing is known about it."""
    statement = snapshot.script.at(offset)
    local = offset - statement.start
    schema = snapshot.catalog_at(statement)
    dialect = snapshot.script.dialect
    if told := _in_template(statement, local, schema):
        return Named(told.span.shift(statement.start), statement, told)
    statement = script.focused(statement, local, dialect)
    analysed = analysis.analyse(statement.masked, schema, dialect, statement.holes)
    touching = [found for found in analysed.references if found.span.touches(local)]
    # The cursor between two names touches both: the one that starts there is meant.
    touching.sort(key=lambda found: found.span.start, reverse=True)
    reference = touching[0] if touching else None
    if reference is None:
        reference = _defined(analysed.sources, statement.text, local)
    if reference is None and (not analysed.parsed or statement.kind.startswith(_DEFINES)):
        reference = _from_tokens(snapshot, statement, local)
    if reference is None:
        return None
    return Named(reference.span.shift(statement.start), statement, reference)


def base_column(
    field: Field, schema: catalog.Catalog
) -> tuple[catalog.Relation, catalog.Column] | None:
    """The one column of a table that `field` comes from, None if it comes from none or several."""
    if len(field.origins) != 1:
        return None
    *path, name = field.origins[0]
    table = schema.find([part for part in path if part])
    column = schema.column(table, name) if table else None
    return (table, column) if table and column else None


def _in_template(statement: Statement, offset: int, schema: catalog.Catalog) -> Reference | None:
    """The relation that a template at `offset` names."""
    if schema.project is None:
        return None
    for one in jinja.relations(statement.text):
        if one.span.touches(offset) and (relation := schema.find(one.parts)) is not None:
            return Reference(one.span, one.parts[-1], "relation", relation=relation)
    return None


def _defined(sources: tuple[Source, ...], text: str, offset: int) -> Reference | None:
    """The alias or CTE whose definition is at `offset`."""
    for source in sources:
        span = source.definition
        if span is not None and span.touches(offset):
            kind = "alias" if source.aliased else source.kind
            return Reference(span, span.of(text), kind, source, relation=source.relation)
    return None


def _from_tokens(snapshot: Snapshot, statement: Statement, offset: int) -> Reference | None:
    """The meaning of a name in text that does not parse, from what is visible at its place."""
    dialect = snapshot.script.dialect
    schema = snapshot.catalog_at(statement)
    context = cursor.at(statement.masked, offset, dialect)
    written = context.word.of(statement.masked)
    if not written:
        return None
    name = dialect.normalize(written)
    context = cursor.at(statement.masked, context.word.end, dialect)
    seen = visible.at(statement.masked, context, schema, dialect)
    span = context.word
    qualifier = context.qualifier.parts[-1] if context.qualifier else ""
    if context.expect is cursor.Expect.RELATION:
        parts = (*context.qualifier.parts, name) if context.qualifier else (name,)
        relation = schema.find(parts)
        return Reference(span, name, "relation", relation=relation) if relation else None
    for source in _sources(seen):
        if qualifier and schema.key(source.name) != schema.key(qualifier):
            continue
        if not qualifier and schema.key(source.name) == schema.key(name):
            kind = "alias" if source.aliased else source.kind
            return Reference(
                span, name, kind, source, relation=source.relation, definition=source.definition
            )
        if field := _field(source, name):
            return Reference(span, name, "column", source, field, source.relation, None, field.span)
    return None


def _sources(seen: Visible) -> tuple[Source, ...]:
    target = (seen.target,) if seen.target else ()
    return (*seen.sources, *target, *seen.outer, *seen.ctes)


def _field(source: Source, name: str) -> Field | None:
    # Broken text is only read, never judged, so letter case may be ignored.
    return next((field for field in source.fields if field.name.lower() == name.lower()), None)
