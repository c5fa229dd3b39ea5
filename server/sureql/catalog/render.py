"""A catalog as text for people: `sureql schema show` and the tests of schema loading."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.catalog.model import Catalog, Column, Relation, Schema


def text(catalog: Catalog) -> str:
    """Every schema with its relations, columns, keys, types and functions, one line each."""
    lines: list[str] = []
    for name in catalog.schema_names():
        lines.extend(_schema(catalog, catalog.schemas[name]))
    if catalog.problems:
        lines.append("problems")
        for problem in catalog.problems:
            place = f"{problem.path}:{problem.line + 1}: " if problem.path else ""
            lines.append(f"  {place}{problem.message}")
    return "\n".join(lines) + ("\n" if lines else "")


def relation(catalog: Catalog, found: Relation) -> str:
    """One relation, as in `text`."""
    return "\n".join(_relation(catalog, found))


def _schema(catalog: Catalog, schema: Schema) -> Iterator[str]:
    yield f"schema {schema.name}{'' if schema.closed else ' (open)'}"
    for enum in schema.enums.values():
        values = ", ".join(f"'{value}'" for value in enum.values)
        yield f"  enum {enum.name}: {values}"
    for kind in schema.types.values():
        fields = ", ".join(f"{field.name} {field.type}" for field in kind.fields)
        tail = f": {kind.base or fields}" if kind.base or fields else ""
        yield f"  {kind.kind} {kind.name}{tail}"
    for found in schema.relations.values():
        for line in _relation(catalog, found):
            yield f"  {line}"
    for functions in schema.functions.values():
        for function in functions:
            yield f"  {function.kind} function {function.signature}"


def _relation(catalog: Catalog, found: Relation) -> Iterator[str]:
    comment = f" -- {found.comment}" if found.comment else ""
    yield f"{found.kind} {found.name}{'' if found.closed else ' (open)'}{comment}"
    for column in found.columns:
        yield "  " + _column(column)
    for key in found.keys:
        kind = "primary key" if key.primary else "unique"
        yield f"  {kind} ({', '.join(key.columns)})"
    for foreign in found.foreign_keys:
        schema, name = foreign.target
        target = name if schema == found.schema else f"{schema}.{name}"
        known = "" if catalog.find(foreign.target) else " (unknown)"
        columns = ", ".join(foreign.columns)
        yield f"  foreign key ({columns}) -> {target} ({', '.join(foreign.target_columns)}){known}"
    for index in found.indexes:
        unique = "unique " if index.unique else ""
        yield f"  {unique}index {index.name} ({', '.join(index.columns)})"
    for check in found.checks:
        yield f"  check {' '.join(check.split())}"


def _column(column: Column) -> str:
    parts = [column.name, column.type]
    if not column.nullable:
        parts.append("not null")
    if column.generated:
        parts.append("generated")
    if column.default is not None:
        parts.append(f"= {' '.join(column.default.split())}")
    if column.comment:
        parts.append(f"-- {column.comment}")
    return " ".join(part for part in parts if part)
