"""Catalog values as small JSON rows and back: short lists, in the order of the fields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sureql.catalog import model as catalog
from sureql.catalog.project import Macro, Project
from sureql.catalog.statistics import ColumnStatistics, Statistics
from sureql.text.span import Span

KINDS = ("relations", "hidden", "enums", "types", "functions")


def parts(schema: catalog.Schema) -> dict[str, Mapping[str, Any]]:
    """The mappings of a schema by kind."""
    return {kind: getattr(schema, kind) for kind in KINDS}


def encode(kind: str, value: Any, paths: dict[str, int]) -> list[Any]:
    """One value of a schema's mapping; `paths` collects the files that locations name."""
    if kind in ("relations", "hidden"):
        return _relation(value, paths)
    if kind == "enums":
        return [value.schema, value.name, value.values, _location(value.location, paths)]
    if kind == "types":
        fields = [_column(column, paths) for column in value.fields]
        where = _location(value.location, paths)
        return [value.schema, value.name, value.kind, value.base, fields, where]
    return [_function(function, paths) for function in value]


def decode(kind: str, row: list[Any], paths: list[str]) -> Any:
    """The value that `encode` made `row` of."""
    if kind in ("relations", "hidden"):
        return _relation_of(row, paths)
    if kind == "enums":
        schema, name, values, where = row
        return catalog.Enum(schema, name, tuple(values), _location_of(where, paths))
    if kind == "types":
        schema, name, type_kind, base, fields, where = row
        columns = tuple(_column_of(column, paths) for column in fields)
        location = _location_of(where, paths)
        return catalog.UserType(schema, name, type_kind, base, columns, location)
    return tuple(_function_of(function, paths) for function in row)


def encode_problem(problem: catalog.LoadProblem) -> list[Any]:
    span = problem.span
    return [problem.path, problem.message, span and [span.start, span.end], problem.line]


def decode_problem(row: list[Any]) -> catalog.LoadProblem:
    path, message, span, line = row
    return catalog.LoadProblem(path, message, Span(*span) if span else None, line)


def encode_project(found: Project | None) -> list[Any] | None:
    if found is None:
        return None
    macros = [[one.name, one.arguments, one.doc] for one in found.macros]
    return [found.name, found.complete, found.variables, macros]


def decode_project(row: list[Any] | None) -> Project | None:
    if row is None:
        return None
    name, complete, variables, macros = row
    pairs = tuple((key, value) for key, value in variables)
    return Project(name, complete, pairs, tuple(Macro(*one) for one in macros))


def _location(location: catalog.Location | None, paths: dict[str, int]) -> list[int] | None:
    if location is None:
        return None
    path = paths.setdefault(location.path, len(paths))
    span, name = location.span, location.name
    return [path, span.start, span.end, name.start, name.end, location.line]


def _location_of(row: list[int] | None, paths: list[str]) -> catalog.Location | None:
    if row is None:
        return None
    path, start, end, name_start, name_end, line = row
    return catalog.Location(paths[path], Span(start, end), Span(name_start, name_end), line)


def _column(column: catalog.Column, paths: dict[str, int]) -> list[Any]:
    return [
        column.name,
        column.type,
        column.nullable,
        column.default,
        column.generated,
        column.comment,
        _location(column.location, paths),
    ]


def _column_of(row: list[Any], paths: list[str]) -> catalog.Column:
    name, kind, nullable, default, generated, comment, where = row
    location = _location_of(where, paths)
    return catalog.Column(name, kind, nullable, default, generated, comment, location)


def _relation(found: catalog.Relation, paths: dict[str, int]) -> list[Any]:
    return [
        found.schema,
        found.name,
        found.kind,
        [_column(column, paths) for column in found.columns],
        [[key.columns, key.primary, key.name] for key in found.keys],
        [[key.columns, key.target, key.target_columns, key.name] for key in found.foreign_keys],
        [[one.name, one.columns, one.unique, one.plain] for one in found.indexes],
        found.checks,
        found.comment,
        found.closed,
        found.definition,
        _location(found.location, paths),
        found.depends,
        _statistics(found.statistics),
        found.written,
    ]


def _relation_of(row: list[Any], paths: list[str]) -> catalog.Relation:
    schema, name, kind, columns, keys, foreign_keys, indexes, checks, *rest = row
    comment, closed, definition, where, depends, statistics, written = rest
    return catalog.Relation(
        schema,
        name,
        kind,
        tuple(_column_of(column, paths) for column in columns),
        tuple(catalog.Key(tuple(names), primary, label) for names, primary, label in keys),
        tuple(
            catalog.ForeignKey(tuple(names), (target[0], target[1]), tuple(targets), label)
            for names, target, targets, label in foreign_keys
        ),
        tuple(catalog.Index(label, tuple(names), *more) for label, names, *more in indexes),
        tuple(checks),
        comment,
        closed,
        definition,
        _location_of(where, paths),
        tuple((target[0], target[1]) for target in depends),
        _statistics_of(statistics),
        written,
    )


def _statistics(found: Statistics | None) -> list[Any] | None:
    if found is None:
        return None
    columns = [
        [name, one.distinct, one.null_fraction, one.width, one.correlation]
        for name, one in found.columns.items()
    ]
    return [found.rows, found.pages, columns]


def _statistics_of(row: list[Any] | None) -> Statistics | None:
    if row is None:
        return None
    rows, pages, columns = row
    found = {name: ColumnStatistics(*counts) for name, *counts in columns}
    return Statistics(rows, pages, MappingProxyType(found))


def _function(found: catalog.Function, paths: dict[str, int]) -> list[Any]:
    return [
        found.name,
        found.arguments,
        found.returns,
        found.kind,
        found.required,
        found.variadic,
        found.signature,
        found.doc,
        found.schema,
        _location(found.location, paths),
        [_column(column, paths) for column in found.columns],
    ]


def _function_of(row: list[Any], paths: list[str]) -> catalog.Function:
    name, arguments, returns, kind, required, variadic, signature, doc, *rest = row
    schema, where, columns = rest
    return catalog.Function(
        name,
        tuple(arguments),
        returns,
        kind,
        required,
        variadic,
        signature,
        doc,
        schema,
        _location_of(where, paths),
        tuple(_column_of(column, paths) for column in columns),
    )
