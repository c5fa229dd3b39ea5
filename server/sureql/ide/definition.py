"""Go to definition: table → DDL, column → its definition, CTE, alias."""

from __future__ import annotations

from sureql.catalog import model as catalog
from sureql.ide import named
from sureql.ide.model import Target
from sureql.semantics.model import Reference
from sureql.semantics.snapshot import Snapshot


def at(snapshot: Snapshot, offset: int) -> tuple[Target, ...]:
    """Where the name at `offset` is defined; nearest first, () if that is not known."""
    found = named.at(snapshot, offset)
    if found is None:
        return ()
    reference, start = found.reference, found.statement.start
    if reference.definition is not None and reference.definition != reference.span:
        here = reference.definition.shift(start)
        return (Target(None, here, here, found.span),)
    schema = snapshot.catalog_at(found.statement)
    location = _location(reference, schema)
    if location is None:
        return ()
    path = None if location.path in (snapshot.path, snapshot.uri) else location.path
    return (Target(path, location.span, location.name, found.span, location.line),)


def _location(reference: Reference, schema: catalog.Catalog) -> catalog.Location | None:
    if reference.kind in ("column", "projection") and reference.field:
        if reference.field.column and reference.field.column.location:
            return reference.field.column.location
        base = named.base_column(reference.field, schema)
        return base[1].location if base else None
    if reference.relation:
        return reference.relation.location
    if reference.source and reference.source.relation:
        return reference.source.relation.location
    return None
