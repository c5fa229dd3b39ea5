"""What other engines write: their quotes, operators and clauses, in PostgreSQL, SQLite and DuckDB."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from sureql.syntax.dialects import Dialect
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import ENDS_CLAUSE, Shape
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_PLAIN = re.compile(r"[^\W\d]\w*")
_TITLES = {"postgres": "PostgreSQL", "sqlite": "SQLite", "duckdb": "DuckDB", "redshift": "Redshift"}
_OPERAND_NEXT = frozenset(
    """SELECT DISTINCT WHERE FROM BY AND OR NOT ON JOIN SET INTO HAVING WHEN THEN ELSE UPDATE CASE LIKE
    BETWEEN AS""".split()  # noqa: SIM905
)
_CLAUSES = ENDS_CLAUSE | {"SELECT", "ON", "USING", "SET", "VALUES", "WITH", "WINDOW", "IN"}
_TABLE_NEXT = frozenset({"FROM", "JOIN", "INTO", "UPDATE"})
_OPERANDS = (Kind.WORD, Kind.QUOTED, Kind.STRING, Kind.NUMBER, Kind.PARAMETER)
_SWAPPED = {"=<": "<=", "=>": ">=", "=!": "!=", "><": "<>", "!<": ">=", "!>": "<="}


def title(dialect: Dialect) -> str:
    """The engine's name as people write it."""
    return _TITLES.get(dialect.name, dialect.name)


def backticks(found: Shape) -> Iterator[SyntaxProblem]:
    """`name` of MySQL, in PostgreSQL."""
    if found.dialect.name != "postgres":
        return
    marks = [
        index
        for index, token in enumerate(found.tokens)
        if token.text == "`" and token.kind is Kind.OPERATOR
    ]
    for first, last in zip(marks[::2], marks[1::2], strict=False):
        inside = found.tokens[first + 1 : last]
        opening, closing = found.tokens[first], found.tokens[last]
        if not inside or any(token.kind is not Kind.WORD for token in inside):
            continue
        if opening.end == inside[0].start and inside[-1].end == closing.start:
            yield _quoted(found, Span(opening.start, closing.end), inside)


def brackets(found: Shape) -> Iterator[SyntaxProblem]:
    """[name] of SQL Server."""
    dialect = found.dialect.name
    if dialect not in ("postgres", "duckdb"):
        return
    for index, token in enumerate(found.tokens):
        closing = found.partner[index] if token.text == "[" else -1
        if closing <= index + 1 or found.text(found.opener[index]) == "[":
            continue
        before = found.tokens[index - 1] if index else None
        word = found.word(index - 1)
        place = before is not None and (
            before.text == "."
            or word in _TABLE_NEXT
            or (
                dialect == "postgres"
                and (before.text in ("(", ",") or word in _OPERAND_NEXT or _compares(before))
            )
        )
        inside = found.tokens[index + 1 : closing]
        if not place or any(one.kind is not Kind.WORD for one in inside):
            continue
        yield _quoted(found, Span(token.start, found.tokens[closing].end), inside)


def _compares(token: Token) -> bool:
    return token.kind is Kind.OPERATOR and token.text in ("=", "<", ">", "<=", ">=", "<>", "+", "-")


def _quoted(found: Shape, span: Span, inside: tuple[Token, ...]) -> SyntaxProblem:
    name = inside[0].text
    for before, token in itertools.pairwise(inside):
        name += " " * (token.start - before.end) + token.text
    written = _written(name, found.dialect)
    message = f"{title(found.dialect)} writes names in double quotes."
    return SyntaxProblem(span, message, fix=(f"Change to {written}", span, written))


def _written(name: str, dialect: Dialect) -> str:
    """`name` as it was meant: where other engines ignore case, plain names stay without quotes."""
    if _PLAIN.fullmatch(name) and name.lower() not in dialect.reserved:
        return name
    return dialect.write(
        name.lower() if dialect.fold == "lower" and _PLAIN.fullmatch(name) else name
    )


def strings_as_names(found: Shape) -> Iterator[SyntaxProblem]:
    """FROM 'table' and AS 'name', in PostgreSQL."""
    if found.dialect.name != "postgres":
        return
    for index, token in enumerate(found.tokens):
        if token.kind is not Kind.STRING or token.text[0] != "'" or len(token.text) < 3:
            continue
        before = found.word(index - 1)
        is_table = (
            before == "JOIN"
            or (before == "INTO" and found.word(index - 2) == "INSERT")
            or (before == "UPDATE" and index == 1)
            or (before == "FROM" and found.selects(index - 1))
            or (found.text(index - 1) == "," and _in_from(found, index))
        )
        is_label = before == "AS" and found.may_label(index - 1)
        if not is_table and not is_label:
            continue
        written = _written(token.text[1:-1].replace("''", "'"), found.dialect)
        thing = "A table" if is_table else "A name"
        message = f"{thing} can't stand in single quotes: those are for text."
        yield SyntaxProblem(token.span, message, fix=(f"Change to {written}", token.span, written))


def _in_from(found: Shape, index: int) -> bool:
    """True for the list of tables behind FROM."""
    level = found.opener[index]
    for before in range(index - 1, level, -1):
        if found.opener[before] == level and found.words[before] in _CLAUSES:
            return found.words[before] == "FROM" and found.selects(before)
    return False


def operators(found: Shape) -> Iterator[SyntaxProblem]:
    """=<, =>, =!, !<, ==: comparisons with a slip, or of other engines."""
    tokens, dialect = found.tokens, found.dialect.name
    for index, token in enumerate(tokens):
        if token.kind is not Kind.OPERATOR:
            continue
        pair, last = token.text, index
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following is not None and _touch(token, following):
            pair, last = token.text + following.text, index + 1
        written = _SWAPPED.get(pair)
        if pair == "==" and (dialect == "postgres" or _assigns(found, index)):
            written = "="
        if pair == "<=>" and dialect == "sqlite":
            written = "IS"
        if written is None or not _alone(found, index, last):
            continue
        if pair == "=>" and _names_argument(found, index):
            continue
        span = Span(token.start, tokens[last].end)
        message = f"{title(found.dialect)} has no `{pair}`: write `{written}`."
        if pair == "==":
            acts = "assigns" if _assigns(found, index) else "compares"
            message = f"{title(found.dialect)} {acts} with `=`."
        yield SyntaxProblem(span, message, fix=(f"Change to {written}", span, written))


def _touch(first: Token, second: Token) -> bool:
    """True for two operators of one character each without a space between them."""
    single = len(first.text) == 1 and len(second.text) == 1
    return single and second.kind is Kind.OPERATOR and first.end == second.start


def _assigns(found: Shape, index: int) -> bool:
    """True for `SET name ==`, which only SQLite takes."""
    return found.word(index - 2) == "SET" and found.dialect.name != "sqlite"


def _alone(found: Shape, first: int, last: int) -> bool:
    """True if the operator in tokens `first` to `last` is not a part of a longer one."""
    start, end = found.tokens[first].start, found.tokens[last].end
    before = found.tokens[first - 1] if first else None
    after = found.tokens[last + 1] if last + 1 < len(found.tokens) else None
    if before is None or (before.kind not in _OPERANDS and before.text not in (")", "]")):
        return False
    if before.kind is Kind.OPERATOR and before.end == start:
        return False
    return after is None or after.kind is not Kind.OPERATOR or after.start > end


def _names_argument(found: Shape, index: int) -> bool:
    """True for `f(name => value)`."""
    inside = found.opener[index] >= 0 and found.is_name(found.opener[index] - 1)
    return (
        inside
        and found.is_name(index - 1)
        and found.tokens[index - 2].upper in ("(", ",", "VARIADIC")
    )


CHECKS = (backticks, brackets, strings_as_names, operators)
