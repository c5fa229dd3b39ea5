"""Calls as their tokens stand, whether or not the statement parses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sureql.syntax.shape import Shape
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_BEFORE = frozenset(
    """SELECT DISTINCT WHERE AND OR NOT ON HAVING BY WHEN THEN ELSE CASE BETWEEN LIKE ILIKE RETURNING
    LIMIT OFFSET""".split()  # noqa: SIM905
)
# Words between the parentheses after which commas and items are no plain arguments.
_MARKS = frozenset(
    "ORDER FROM FOR IN PLACING VARIADIC AS USING SELECT WITH LAMBDA VALUES".split()  # noqa: SIM905
)
_QUERIES = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "FROM", "EXPLAIN")


@dataclass(frozen=True, slots=True)
class Written:
    """`count` is None where the arguments are not plain ones; `span` is the whole call,
    `arguments` are all tokens between its parentheses."""

    name: Token
    count: int | None
    span: Span
    arguments: tuple[Token, ...] = ()


def of(found: Shape) -> Iterator[Written]:
    """The calls in expressions; a name that only may be one is left out."""
    tokens = found.tokens
    for index in range(_first(found), len(tokens) - 1):
        name = tokens[index]
        if name.kind is not Kind.WORD or tokens[index + 1].text != "(":
            continue
        before, closing = tokens[index - 1], found.partner[index + 1]
        if before.kind not in (Kind.OPERATOR, Kind.PUNCTUATION) and before.upper not in _BEFORE:
            continue
        if before.text in (".", "::", ")", "]") or closing < 0:
            continue
        if found.word(closing + 1) == "AS" and found.text(closing + 2) in ("(", ""):
            continue  # The columns of a CTE.
        span = Span(name.start, tokens[closing].end)
        yield Written(name, _count(found, index + 1), span, tokens[index + 2 : closing])


def _first(found: Shape) -> int:
    """Where expressions begin: in DDL, at the query of a view or table."""
    if found.word(0) in _QUERIES or found.text(0) == "(":
        return 1
    if found.word(0) == "CREATE":
        for index in range(1, len(found.tokens)):
            if found.opener[index] < 0 and found.word(index) in ("SELECT", "WITH"):
                return index + 1 if found.word(index - 1) == "AS" else len(found.tokens)
    return len(found.tokens)


def _count(found: Shape, opening: int) -> int | None:
    tokens, depth, commas = found.tokens, 0, 0
    for index in range(opening, len(tokens)):
        text, word = tokens[index].text, tokens[index].upper
        if text in ("(", "[", "{"):
            depth += 1
        elif text in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                return commas + 1 if index > opening + 1 else 0
        elif depth == 1 and text == ",":
            commas += 1
        elif depth == 1 and (text in ("=>", ":=") or word in _MARKS or _is_star(found, index)):
            return None
    return None


def _is_star(found: Shape, index: int) -> bool:
    """`count(*)`, `f(t.*)` and `f(*COLUMNS(a))`: no factor, and not one argument."""
    if found.text(index) != "*":
        return False
    return found.text(index - 1) in ("(", ",", ".") or found.text(index + 1) in (")", ",")
