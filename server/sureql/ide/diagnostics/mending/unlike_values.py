"""Values of a type that does not fit where they stand: the test that was meant, or a cast."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import casts, lists
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.syntax.shape import Shape
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_NUMBERS = (
    "is integer", "is bigint", "is smallint", "is numeric", "is decimal", "is real", "is double",
)  # fmt: skip
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})
_ONE_TYPE = frozenset({"COALESCE", "GREATEST", "LEAST", "NULLIF"})


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """By what stands at the problem: a condition that is none, an empty text, another text."""
    found = shape.of(context.tokens, context.dialect)
    inside = [at for at, token in enumerate(found.tokens) if problem.span.covers(token.span)]
    if not inside or not casts.is_plain(found, inside[0], inside[-1]):
        return
    first, last = inside[0], inside[-1]
    if " needs a condition" in problem.message:
        yield from _tests(context, problem, found, first)
    elif found.tokens[first].kind is Kind.STRING:
        if found.text(first) == "''":
            yield from _empty(found, first)
        yield from _beside(context, found, first)
    elif found.tokens[first].kind is Kind.NUMBER and found.text(first - 1) in _ARITHMETIC:
        yield from _operand(context, found, first - 2)
    elif found.text(last + 1) in _ARITHMETIC:
        yield casts.cast(context, problem.span, "numeric")


def _tests(context: Context, problem: Problem, found: Shape, first: int) -> Iterator[Fix]:
    """What other engines mean by a number as a condition; for all types whether there is a value."""
    written, end = problem.span.of(context.text), problem.span.end
    if not (written[0].isalpha() or written[0] in '_"'):
        return
    number = problem.message.rstrip(".").endswith(_NUMBERS)
    if number:
        edit = TextEdit(Span(end, end), " <> 0")
        yield Fix(f"Change to `{written} <> 0`", (edit,), "unsafe", True)
    if found.word(first - 1) != "NOT":
        text = as_case(found.tokens[0], "IS NOT NULL")
        edit = TextEdit(Span(end, end), f" {text}")
        yield Fix(f"Change to `{written} {text}`", (edit,), "unsafe")


def _empty(found: Shape, at: int) -> Iterator[Fix]:
    """NULL for an empty text: a comparison with it is IS NULL."""
    head = found.tokens[0]
    before = found.text(at - 1)
    if found.word(0) == "SELECT" and before in ("=", "<>", "!="):
        words = as_case(head, "IS NULL" if before == "=" else "IS NOT NULL")
        edit = TextEdit(Span(found.tokens[at - 1].start, found.tokens[at].end), words)
        yield Fix(f"Change to {words}", (edit,), "unsafe", True)
    elif before in ("(", ",", "="):
        null = as_case(head, "NULL")
        yield Fix(f"Change to {null}", (TextEdit(found.tokens[at].span, null),), "unsafe", True)


def _beside(context: Context, found: Shape, at: int) -> Iterator[Fix]:
    """To text what shares a COALESCE or a CASE with a text: all of it at once."""
    opening = found.opener[at]
    edits: list[TextEdit] = []
    names: list[str] = []
    if opening > 0 and found.word(opening - 1) in _ONE_TYPE:
        parts = lists.within(found, opening)
    else:
        parts = _results(found, at)
    for first, last in parts:
        if not casts.is_plain(found, first, last - 1) or found.tokens[first].kind is Kind.STRING:
            continue
        fix = casts.cast(context, lists.span(found, (first, last)), "text")
        edits += fix.edits
        names.append(f"`{lists.span(found, (first, last)).of(context.text)}`")
    if edits:
        yield Fix(f"Cast {', '.join(dict.fromkeys(names))} to text", tuple(edits), "unsafe", True)


def _results(found: Shape, at: int) -> list[lists.Item]:
    """The results of the CASE around a token, as far as they are one name or value each."""
    level = found.opener[at]
    start = next(
        (
            index
            for index in range(at - 1, level, -1)
            if found.opener[index] == level and found.word(index) in ("CASE", "END")
        ),
        -1,
    )
    if start < 0 or found.word(start) == "END":
        return []
    parts, first = [], -1
    for index in range(start + 1, len(found.tokens)):
        word = found.word(index)
        if found.opener[index] != level:
            continue
        if word in ("WHEN", "ELSE", "END") and first >= 0:
            parts.append((first, index))
            first = -1
        if word in ("THEN", "ELSE"):
            first = index + 1
        elif word in ("CASE", "END"):
            break
    return parts


def _operand(context: Context, found: Shape, last: int) -> Iterator[Fix]:
    """To a number what stands before the operator."""
    first = last
    while found.text(first - 1) == "." and found.is_name(first - 2):
        first -= 2
    if last >= 0 and found.is_name(last):
        yield casts.cast(context, lists.span(found, (first, last + 1)), "numeric")
