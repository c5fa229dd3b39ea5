"""A keyword or an operator that is missing between two operands: FROM, WHERE, ON, `=`."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import slips
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.syntax.shape import Shape
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_BEHIND = 6
_AHEAD = 6
_OPERATORS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})
_TESTS = frozenset({"IN", "IS", "LIKE", "ILIKE", "BETWEEN", "NOT"})
_BEFORE_QUERY = frozenset({"IN", "EXISTS", "AS", "FROM", "JOIN", "ANY", "ALL", "SOME"})
_CONDITIONS = frozenset({"WHERE", "ON", "HAVING", "AND", "OR", "NOT", "WHEN"})


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """At each place near the problem where two operands stand side by side."""
    found = shape.of(context.tokens, context.dialect)
    yield from _of_update(found)
    yield from _select(found)
    at = next((i for i, token in enumerate(found.tokens) if token.end > problem.span.start), -1)
    for index in range(min(at + _AHEAD, len(found.tokens) - 1), max(0, at - _BEHIND), -1):
        if not slips.side_by_side(found, index):
            continue
        end = found.tokens[index - 1].end
        for word in _words(context, found, index):
            written = as_case(found.tokens[0], word)
            edit = TextEdit(Span(end, end), f" {written}")
            yield Fix(f"Add {written}", (edit,), "unsafe", True)


def _of_update(found: Shape) -> Iterator[Fix]:
    """UPDATE t SET a 1 and UPDATE t a = 1."""
    if found.word(0) != "UPDATE":
        return
    place = next((at for at in range(1, len(found.tokens)) if found.word(at) == "SET"), -1)
    if place > 0 and found.is_name(place + 1) and found.text(place + 2) not in ("=", ".", "["):
        end = found.tokens[place + 1].end
        yield Fix("Add =", (TextEdit(Span(end, end), " ="),), "unsafe", True)
    elif place < 0:
        last = 1
        while found.text(last + 1) == ".":
            last += 2
        end = found.tokens[min(last, len(found.tokens) - 1)].end
        written = as_case(found.tokens[0], "SET")
        yield Fix(f"Add {written}", (TextEdit(Span(end, end), f" {written}"),), "unsafe", True)


def _select(found: Shape) -> Iterator[Fix]:
    """`(name FROM t)` and INSERT INTO t (a) a FROM u."""
    for at in range(1, len(found.tokens)):
        level = found.opener[at]
        if found.word(at) != "FROM" or (found.word(0) == "DELETE" and level < 0):
            continue
        if any(
            found.word(before) == "SELECT" and found.opener[before] == level for before in range(at)
        ):
            continue
        first = level + 1
        if level < 0:
            into = next((i for i in range(at) if found.word(i) == "INTO"), -1)
            opening = next((i for i in range(into + 1, at) if found.text(i) == "("), -1)
            if into < 0 or opening < 0 or found.partner[opening] < 0:
                continue
            first = found.partner[opening] + 1
        elif found.word(level - 1) not in _BEFORE_QUERY and found.is_name(level - 1):
            continue  # EXTRACT(YEAR FROM d)
        start = found.tokens[first].start
        written = as_case(found.tokens[at], "SELECT")
        edit = TextEdit(Span(start, start), f"{written} ")
        yield Fix(f"Add {written}", (edit,), "unsafe", True)


def _words(context: Context, found: Shape, index: int) -> Iterator[str]:
    head = slips.head(found, index)
    if head == "SELECT" and _is_table(context, found, index):
        yield "FROM"
    if head in ("FROM", "JOIN", "SET") and _begins_condition(found, index):
        if head == "JOIN":
            yield "ON"
        yield "WHERE"
    if found.word(_operand(found, index - 1) - 1) in _CONDITIONS:
        yield "="
    if head == "ON" and _begins_condition(found, index) and "WHERE" not in found.words:
        yield "WHERE"


def _is_table(context: Context, found: Shape, index: int) -> bool:
    if not found.is_name(index):
        return False
    name = context.dialect.normalize(found.tokens[index].text)
    return context.schema.find([name]) is not None


def _begins_condition(found: Shape, index: int) -> bool:
    """True if a column and a comparison follow."""
    last = index
    while found.is_name(last) and found.text(last + 1) == ".":
        last += 2
    if found.tokens[min(last, len(found.tokens) - 1)].kind is Kind.WORD and (
        found.text(last + 1) == "(" and found.partner[last + 1] > 0
    ):
        last = found.partner[last + 1]
    return found.text(last + 1) in _OPERATORS or found.word(last + 1) in _TESTS


def _operand(found: Shape, last: int) -> int:
    """The first token of the operand that ends at `last`."""
    first = last
    if found.text(first) == ")" and found.partner[first] >= 0:
        first = found.partner[first]
        if found.is_name(first - 1) and found.word(first - 1) not in _CONDITIONS:
            first -= 1
    while found.text(first - 1) == "." and found.is_name(first - 2):
        first -= 2
    return first
