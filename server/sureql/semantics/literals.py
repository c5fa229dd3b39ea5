"""Literals that a column's type can't take: enum values and numbers, in PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from sureql.semantics import similar, sources
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.text.span import Span

_NUMBER = re.compile(r"\s*[+-]?\d\w*\s*")
_TEMPLATES = "%{$:?@#"
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_NUMBERS = frozenset(("integer", "int", "bigint", "smallint", "int2", "int4", "int8"))
_TEXTS = frozenset(("text", "varchar", "character varying", "char", "character"))


def check(resolver: Resolver, below: tuple[exp.Expr, ...]) -> Iterator[Problem]:
    """Literals that can't be compared with the column beside them. `below` are the nodes of one
    query level."""
    if resolver.dialect.name != "postgres":
        return
    for current in below:
        if isinstance(current, _COMPARISONS):
            pairs = [(current.this, current.expression), (current.expression, current.this)]
        elif isinstance(current, exp.In) and current.args.get("query") is None:
            pairs = [(current.this, item) for item in current.expressions]
        else:
            continue
        for column, literal in pairs:
            if isinstance(column, exp.Column) and isinstance(literal, exp.Literal):
                yield from _compared(resolver, column, literal)


def _compared(resolver: Resolver, column: exp.Column, literal: exp.Literal) -> Iterator[Problem]:
    field, span = resolver.fields.get(id(column)), sources.span_of(literal)
    if field is None or field.column is None or span is None:
        return
    written = span.of(resolver.text)
    if any(mark in written for mark in _TEMPLATES):
        return  # `'%s'` and the like become something else before the engine sees them.
    name, type_ = field.name, field.column.type
    plain = type_.split("(")[0].strip().lower()
    if literal.is_string and written.startswith("'") and written.endswith("'"):
        enum = resolver.schema.enum_of(field.column)
        if enum is not None and literal.name not in enum.values:
            yield _value(span, name, literal.name, enum.values)
        elif plain in _NUMBERS and not _NUMBER.fullmatch(literal.name):
            yield _mismatch(span, name, type_, written)
    elif not literal.is_string and plain in _TEXTS:
        message = f"`{name}` is {type_.lower()}, {written} is a number."
        yield Problem(span, "type-mismatch", message, (f"'{written}'",))


def _mismatch(span: Span, name: str, type_: str, written: str) -> Problem:
    message = f"`{name}` is {type_.lower()}: {written[:30]} is no number."
    return Problem(span, "type-mismatch", message)


def _value(span: Span, name: str, value: str, known: tuple[str, ...]) -> Problem:
    close = similar.names(value, known) or (known if len(known) <= 3 else ())
    names = tuple("'" + one.replace("'", "''") + "'" for one in close)
    listed = ", ".join(f"'{one}'" for one in known[:8]) + (", …" if len(known) > 8 else "")
    return Problem(span, "unknown-value", f"`{name}` can't be '{value}', only {listed}.", names)
