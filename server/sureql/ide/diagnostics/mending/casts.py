"""Casts of the operands of a comparison, or of one operand, to types that may fit."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.model import Fix
from sureql.syntax import parse, shape
from sureql.syntax.shape import Shape
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_SHORT = frozenset({"postgres", "redshift", "duckdb", "snowflake"})
_OPERATORS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">=", "||", "+", "-", "*", "/"})
_FROM_TEXT = ("integer", "numeric", "date")


def fixes(context: Context, span: Span) -> Iterator[Fix]:
    """To text first, which never fails; then from text, which fails on some rows."""
    found = shape.of(context.tokens, context.dialect)
    inside = [at for at, token in enumerate(found.tokens) if span.covers(token.span)]
    if not inside:
        return
    middle = next(
        (at for at in inside if found.text(at) in _OPERATORS or found.word(at) == "LIKE"), -1
    )
    if middle < 0:
        parts = [(inside[0], inside[-1])]
    else:
        parts = [(inside[0], middle - 1), (middle + 1, inside[-1])]
    plain = [part for part in parts if is_plain(found, *part)]
    for part in plain:
        if not _is_text(context, found, *part):
            yield cast(context, _place(found, part), "text")
    for part in plain:
        if _is_text(context, found, *part) and found.tokens[part[0]].kind is not Kind.STRING:
            for name in _FROM_TEXT:
                yield cast(context, _place(found, part), name)


def is_plain(found: Shape, first: int, last: int) -> bool:
    """True for a name with its qualifiers, or a literal."""
    if first == last:
        return found.tokens[first].kind in (Kind.WORD, Kind.QUOTED, Kind.NUMBER, Kind.STRING)
    dotted = range(first + 1, last, 2)
    return (last - first) % 2 == 0 and all(found.text(at) == "." for at in dotted)


def cast(context: Context, span: Span, name: str) -> Fix:
    """A cast of what stands at `span`, which binds closely, to a type."""
    start, end = span.start, span.end
    if context.dialect.name in _SHORT:
        edits: tuple[TextEdit, ...] = (TextEdit(Span(end, end), f"::{name}"),)
    else:
        before, after = (
            TextEdit(Span(start, start), "CAST("),
            TextEdit(Span(end, end), f" AS {name})"),
        )
        edits = (before, after)
    return Fix(f"Cast `{context.text[start:end]}` to {name}", edits, "unsafe")


def _is_text(context: Context, found: Shape, first: int, last: int) -> bool:
    if found.tokens[first].kind is Kind.STRING:
        return True
    end = found.tokens[last].end
    for column in context.all(exp.Column):
        span = parse.span_of(column)
        if span is not None and span.end == end:
            return context.type_of(column).startswith(("TEXT", "VARCHAR", "CHAR", "STRING"))
    return False


def _place(found: Shape, part: tuple[int, int]) -> Span:
    return Span(found.tokens[part[0]].start, found.tokens[part[1]].end)
