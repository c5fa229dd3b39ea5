"""Cuts a query at its tokens and says what the user wrote next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sureql.syntax import cursor, lexer
from sureql.syntax.cursor import Clause, Expect
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token


@dataclass(frozen=True, slots=True)
class Position:
    """The cursor at `offset` of `query`; `rest` are the tokens that follow there."""

    query: str
    offset: int
    rest: tuple[Token, ...]

    @property
    def removed(self) -> str:
        """The text as it is while it is being typed: nothing after the cursor."""
        return self.query[: self.offset]

    @property
    def hole(self) -> str:
        """The text with the next item missing and the rest in place."""
        return self.query[: self.offset] + self.query[self.offset + item_length(self.rest) :]


def item_length(rest: tuple[Token, ...]) -> int:
    """The length of the name at the head of `rest`, qualified names whole."""
    if not rest:
        return 0
    end = 0
    while end + 2 < len(rest) and rest[end + 1].text == ".":
        end += 2
    return rest[end].end - rest[0].start


def every(query: str, dialect: Dialect) -> Iterator[Position]:
    """A position before every token but the first; the white space before it stands."""
    tokens = lexer.code(query, dialect)
    for index in range(1, len(tokens)):
        yield Position(query, tokens[index].start, tokens[index:])


def is_name(position: Position, dialect: Dialect, known: frozenset[str]) -> bool:
    """True if an existing thing is named here: a table, column, alias or function of the query.

    Names that the user invents (after AS, in WITH) are left out: nobody can know them. So are
    SQLite's strings in double quotes, which are not among the schema's `known` names.
    """
    token = position.rest[0]
    if token.kind not in (Kind.WORD, Kind.QUOTED):
        return False
    if token.kind is Kind.QUOTED and name(token, dialect) not in known:
        return False
    context = cursor.at(position.query, token.start, dialect)
    if context.expect is Expect.NEW_NAME or context.clause is Clause.OTHER:
        return False
    if context.expect in (Expect.AFTER_RELATION, Expect.OPERATOR, Expect.KEYWORD):
        return False
    return token.kind is Kind.QUOTED or token.upper not in KEYWORDS


KEYWORDS = frozenset(
    [
        "SELECT",
        "DISTINCT",
        "ALL",
        "FROM",
        "WHERE",
        "GROUP",
        "BY",
        "ORDER",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "JOIN",
        "LEFT",
        "RIGHT",
        "INNER",
        "OUTER",
        "FULL",
        "CROSS",
        "NATURAL",
        "ON",
        "USING",
        "AS",
        "AND",
        "OR",
        "NOT",
        "IN",
        "EXISTS",
        "BETWEEN",
        "LIKE",
        "IS",
        "NULL",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "CAST",
        "WITH",
        "RECURSIVE",
        "INSERT",
        "INTO",
        "VALUES",
        "UPDATE",
        "SET",
        "DELETE",
        "RETURNING",
        "DATE",
        "INTERVAL",
        "TRUE",
        "FALSE",
        "DEFAULT",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
        "EXTRACT",
        "YEAR",
        "MONTH",
        "DAY",
        "ASC",
        "DESC",
        "NULLS",
        "FIRST",
        "LAST",
        "OVER",
        "PARTITION",
        "ROWS",
        "RANGE",
        "ANY",
        "SOME",
        "LATERAL",
        "FILTER",
        "ARRAY",
        "ROW",
        "ESCAPE",
        "ROLLUP",
        "CUBE",
        "GROUPING",
        "SETS",
        "PRECEDING",
        "FOLLOWING",
        "UNBOUNDED",
        "CURRENT",
    ]
)


def same(insert: str, rest: tuple[Token, ...], dialect: Dialect) -> bool:
    """True if `insert` is exactly what comes next, letter case and spacing aside."""
    wrote = lexer.code(insert, dialect)
    return (
        bool(wrote)
        and len(wrote) <= len(rest)
        and all(
            name(left, dialect) == name(right, dialect)
            for left, right in zip(wrote, rest, strict=False)
        )
    )


def first_same(insert: str, rest: tuple[Token, ...], dialect: Dialect) -> bool:
    """True if `insert` starts with the next name; of a qualified item the whole name counts."""
    wrote = lexer.code(insert, dialect)
    length = 3 if len(wrote) >= 3 and wrote[1].text == "." else 1
    return (
        bool(wrote)
        and len(rest) >= length
        and all(
            name(left, dialect) == name(right, dialect)
            for left, right in zip(wrote[:length], rest, strict=False)
        )
    )


def name(token: Token, dialect: Dialect) -> str:
    """What is compared: names without quotes, words without letter case, literals exactly."""
    if token.kind is Kind.STRING:
        return token.text
    if token.kind is Kind.QUOTED:
        return dialect.normalize(token.text).lower()
    return token.text.lower()
