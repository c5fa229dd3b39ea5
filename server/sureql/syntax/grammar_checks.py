"""What sqlglot takes and PostgreSQL, SQLite or DuckDB refuse, and plain mistakes of any dialect.

Each check is certain by itself: a finding is an error in the real engine, whatever sqlglot says.
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.syntax import (
    clause_order,
    column_lists,
    definitions,
    foreign_words,
    gaps,
    habits,
    mistakes,
    objects_of_ddl,
    operands,
    phrase_ends,
    shape,
    statement_parts,
    stray_words,
)
from sureql.syntax.dialects import Dialect
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import ENDS_CLAUSE, Shape
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_QUERIES = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "VALUES", "REPLACE", "FROM"})
_CHECKED = frozenset({"postgres", "sqlite", "duckdb", "redshift"})
_TRAILING_COMMA_REFUSED = frozenset({"postgres", "sqlite", "redshift", "mysql", "oracle", "tsql"})
_WANTS_FIRST = frozenset({"SELECT", "FROM", "WHERE"})
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def find(tokens: tuple[Token, ...], last: Token, dialect: Dialect) -> SyntaxProblem | None:
    """The first certain problem of a statement's `tokens` (`last` may be a comment)."""
    if not last.closed:
        return _unclosed(last)
    found = shape.of(tokens, dialect)
    problem = next(statement_parts.beginning(found), None) or _parentheses(found)
    if problem is not None:
        return problem
    problems = list(_commas(found))
    if dialect.name in _CHECKED:
        is_query = _is_query(found)
        for check in gaps.FIRST if is_query else ():
            first = next(check(found), None)
            if first is not None:
                return first
        for check in _QUERY_CHECKS if is_query else _DEFINITION_CHECKS:
            problems += check(found)
    return min(problems, key=lambda problem: problem.span.start, default=None)


def _unclosed(token: Token) -> SyntaxProblem:
    line = token.text.splitlines()[0] if token.text.strip() else token.text
    span = Span(token.start, token.start + max(len(line), 1))
    if token.kind is Kind.COMMENT:
        return SyntaxProblem(span, "This comment is not closed: `*/` is missing.")
    if token.kind is Kind.QUOTED:
        closing = "]" if token.text[0] == "[" else token.text[0]
        return SyntaxProblem(span, f"This quoted name is not closed: `{closing}` is missing.")
    if token.text.startswith("$"):
        mark = token.text[: token.text.find("$", 1) + 1]
        return SyntaxProblem(span, f"This text is not closed: `{mark}` is missing.")
    return SyntaxProblem(span, "This string is not closed: its closing quote is missing.")


def _parentheses(found: Shape) -> SyntaxProblem | None:
    for index, token in enumerate(found.tokens):
        if token.kind is not Kind.PUNCTUATION or found.partner[index] >= 0:
            continue
        if token.text in _CLOSING.values():
            return SyntaxProblem(token.span, f"This `{token.text}` closes nothing.")
        if token.text in _CLOSING:
            missing = _CLOSING[token.text]
            return SyntaxProblem(
                token.span, f"This `{token.text}` is not closed: `{missing}` is missing."
            )
    return None


def _is_query(found: Shape) -> bool:
    index = 0
    while found.text(index) == "(":
        index += 1
    return found.word(index) in _QUERIES


def _commas(found: Shape) -> Iterator[SyntaxProblem]:
    """Doubled commas, and commas with nothing before or after them."""
    trailing = found.dialect.name not in _TRAILING_COMMA_REFUSED
    # There SELECT, UPDATE … are what is granted.
    grants = "GRANT" in found.words or "REVOKE" in found.words
    for index in found.at(","):
        token = found.tokens[index]
        if token.kind is not Kind.PUNCTUATION:
            continue
        fix = ("Remove the comma", token.span, "")
        before, after, word = found.text(index - 1), found.text(index + 1), found.word(index + 1)
        keyword = found.word(index - 1) in _WANTS_FIRST and found.word(index - 2) != "AS"
        if keyword and not grants and not found.may_label(index - 1):
            yield SyntaxProblem(token.span, "Nothing stands before this comma.", fix=fix)
        elif before == ",":
            yield SyntaxProblem(token.span, "One comma too many.", fix=fix)
        elif before == "(" and found.dialect.name in _CHECKED:
            yield SyntaxProblem(token.span, "Nothing stands before this comma.", fix=fix)
        elif trailing or after == ",":
            continue
        elif word and found.word(0) == "CREATE" and found.is_name(index + 2):
            continue  # A reserved word as the name of a column.
        elif found.stops(index + 1) or (word in ENDS_CLAUSE | {"JOIN", "ON"}):
            if after == "]" and found.dialect.name == "sqlite":
                continue
            if found.text(index + 2) == "=" or (grants and word == "GROUP"):
                continue  # CREATE OPERATOR … (RESTRICT = eqsel, JOIN = eqjoinsel)
            place = f" before {word}" if word else ""
            message = f"Nothing follows this comma{place}."
            named = found.text(index + 2) == "."  # order.title: a name that lacks its quotes.
            yield SyntaxProblem(token.span, message, fix=None if named else fix)


def _cases(found: Shape) -> Iterator[SyntaxProblem]:
    """CASE without END, within one pair of parentheses."""
    open_cases: dict[int, list[int]] = {}
    for index in found.at("CASE", "END"):
        word = found.word(index)
        if found.word(index - 1) == "AS":
            continue
        names = found.word(index + 1) in ENDS_CLAUSE and found.dialect.name == "postgres"
        if word == "CASE" and names and found.may_label(index):
            continue  # Nearly any word may name an output column there.
        stack = open_cases.setdefault(found.opener[index], [])
        if word == "CASE":
            stack.append(index)
        elif stack:
            stack.pop()
    for stack in open_cases.values():
        for index in stack:
            yield SyntaxProblem(found.tokens[index].span, "This CASE has no END.")


_QUERY_CHECKS = (
    # The more telling first: of two at one place, the first is told.
    *stray_words.CHECKS,
    *habits.CHECKS,
    *foreign_words.CHECKS,
    *gaps.CHECKS,
    *phrase_ends.CHECKS,
    *operands.CHECKS,
    *statement_parts.CHECKS,
    *mistakes.CHECKS,
    _cases,
    clause_order.find,
)
_DEFINITION_CHECKS = (
    *column_lists.CHECKS,
    *definitions.CHECKS,
    *mistakes.DEFINITIONS,
    *objects_of_ddl.CHECKS,
)
