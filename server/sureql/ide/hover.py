"""Hover: what the name under the cursor is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sureql.catalog import model as catalog
from sureql.ide import named
from sureql.ide.model import Hover
from sureql.semantics.model import Field, Reference, Source
from sureql.semantics.snapshot import Snapshot

MOST_COLUMNS = 40
"""A hover is read at a glance: wider tables are cut, and the hover says so."""


def at(snapshot: Snapshot, offset: int) -> Hover | None:
    """The hover for the name at `offset`; None where nothing is known about it."""
    found = named.at(snapshot, offset)
    if found is None:
        return None
    schema = snapshot.catalog_at(found.statement)
    markdown = _describe(found.reference, schema)
    return Hover(found.span, markdown) if markdown else None


def _describe(reference: Reference, schema: catalog.Catalog) -> str:
    if reference.kind == "function" and reference.function:
        return function(reference.function)
    if reference.kind in ("column", "projection") and reference.field:
        return _column(reference, schema)
    if reference.source and reference.kind in ("alias", "cte", "derived"):
        return _source(reference.source)
    if reference.relation:
        return relation(reference.relation)
    return _source(reference.source) if reference.source else ""


def relation(found: catalog.Relation) -> str:
    """Markdown for a table or view: its columns with types and keys, then its comment."""
    lines = [_column_line(found, column) for column in found.columns[:MOST_COLUMNS]]
    lines += _table_constraints(found)
    kind = found.kind.upper().replace("_", " ")
    body = ",\n".join(f"  {line}" for line in lines)
    head = f"{kind} {_qualified(found)}"
    text = f"```sql\n{head} (\n{body}\n)\n```" if lines else f"```sql\n{head}\n```"
    more = len(found.columns) - MOST_COLUMNS
    notes = [
        f"… and {more:,} more columns" if more > 0 else "",
        "" if found.closed else "The list of columns may be incomplete.",
        found.comment,
    ]
    return _paragraphs([text, *notes])


def function(found: catalog.Function) -> str:
    """Markdown for a function: signature and what it does."""
    signature = found.signature or f"{found.name}({', '.join(found.arguments)})"
    return _paragraphs([f"```sql\n{signature}\n```", found.doc])


def column(table: catalog.Relation, found: catalog.Column, enum: catalog.Enum | None = None) -> str:
    """Markdown for a column of a table; `enum` is its type if that is an enumeration."""
    text = f"```sql\n{table.name}.{_column_line(table, found)}\n```"
    values = ", ".join(f"`{value}`" for value in enum.values[:MOST_COLUMNS]) if enum else ""
    return _paragraphs([text, f"One of {values}" if values else "", found.comment])


def _column(reference: Reference, schema: catalog.Catalog) -> str:
    field = reference.field
    assert field is not None
    base = named.base_column(field, schema)
    if base and field.column is not None:
        table, base_column = base
        note = ""
        if field.nullable and not base_column.nullable:
            note = "Can be NULL here because of an outer join."
        described = column(table, base_column, schema.enum_of(base_column))
        return _paragraphs([described, note])
    qualifier = f"{reference.source.name}." if reference.source and reference.source.name else ""
    text = f"```sql\n{qualifier}{_field_line(field)}\n```"
    origins = ", ".join(f"`{origin[1]}.{origin[2]}`" for origin in field.origins)
    return _paragraphs([text, f"From {origins}" if origins else ""])


def _source(source: Source) -> str:
    if source.relation:
        alias = f"`{source.name}` is `{_qualified(source.relation)}`" if source.aliased else ""
        return _paragraphs([alias, relation(source.relation)])
    kind = {"cte": "WITH", "derived": "SUB-QUERY"}.get(source.kind, source.kind.upper())
    fields = source.fields[:MOST_COLUMNS]
    body = ",\n".join(f"  {_field_line(field)}" for field in fields)
    return f"```sql\n{kind} {source.name} (\n{body}\n)\n```" if fields else ""


def _column_line(table: catalog.Relation, found: catalog.Column) -> str:
    words = [found.name, found.type]
    if (found.name,) == table.primary_key:
        words.append("PRIMARY KEY")
    elif not found.nullable:
        words.append("NOT NULL")
    if any(key.columns == (found.name,) and not key.primary for key in table.keys):
        words.append("UNIQUE")
    if found.generated:
        words.append("GENERATED")
    elif (found.default or "").startswith("identity"):
        words.append("IDENTITY")
    elif found.default is not None:
        words.append(f"DEFAULT {found.default}")
    words += _references(table.foreign_keys, found.name)
    return " ".join(word for word in words if word)


def _table_constraints(found: catalog.Relation) -> list[str]:
    """The keys over several columns; those over one stand with their column."""
    lines = [
        f"{'PRIMARY KEY' if key.primary else 'UNIQUE'} ({', '.join(key.columns)})"
        for key in found.keys
        if len(key.columns) > 1
    ]
    for foreign in found.foreign_keys:
        if len(foreign.columns) > 1:
            target = f"{foreign.target[1]} ({', '.join(foreign.target_columns)})"
            lines.append(f"FOREIGN KEY ({', '.join(foreign.columns)}) REFERENCES {target}")
    return lines


def _references(keys: Iterable[catalog.ForeignKey], name: str) -> list[str]:
    for key in keys:
        if key.columns == (name,):
            target = key.target_columns[0] if key.target_columns else ""
            suffix = f" ({target})" if target else ""
            return [f"REFERENCES {key.target[1]}{suffix}"]
    return []


def _field_line(field: Field) -> str:
    null = "" if field.nullable else "NOT NULL"
    return " ".join(word for word in (field.name or "?", field.type, null) if word)


def _qualified(found: catalog.Relation) -> str:
    return f"{found.schema}.{found.name}" if found.schema else found.name


def _paragraphs(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
