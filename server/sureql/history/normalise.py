"""Statements as symbols: the shape of a statement with slots for names and literals.

A symbol is a keyword or mark as it is, or a tagged text: `t:` a relation, `c:` a column, `@` an alias
(named by its relation, so that `c.name` and `cust.name` are one habit), `f:` a function, `n:` a name
given by the user, `s:` a string, `d:` a number, `p:` a parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sureql.catalog import model as catalog
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

START, END = "^", "$"

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
        "ILIKE",
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
        "INTERVAL",
        "TRUE",
        "FALSE",
        "DEFAULT",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
        "EXTRACT",
        "ASC",
        "DESC",
        "NULLS",
        "OVER",
        "PARTITION",
        "ROWS",
        "RANGE",
        "ANY",
        "SOME",
        "LATERAL",
        "FILTER",
        "ROW",
        "ESCAPE",
        "ROLLUP",
        "CUBE",
        "PRECEDING",
        "FOLLOWING",
        "UNBOUNDED",
        "CONFLICT",
        "DO",
        "NOTHING",
        "MERGE",
        "MATCHED",
        "QUALIFY",
        "WINDOW",
        "GLOB",
        "EXPLAIN",
        "CREATE",
        "ALTER",
        "DROP",
        "TABLE",
    ]
)
_RELATION_FOLLOWS = frozenset(("FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ONLY", "USING"))
_BEFORE_ALIAS = (Kind.WORD, Kind.QUOTED)
_LITERALS = {Kind.STRING: "s:", Kind.NUMBER: "d:", Kind.PARAMETER: "p:"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A statement's symbols with the token each came from, and the aliases it defines.

    `aliases` maps an alias or relation name (lower case) to the relation's name ('' for a derived
    table or CTE).
    """

    symbols: tuple[str, ...]
    tokens: tuple[Token, ...]
    aliases: dict[str, str]


def shape(text: str, schema: catalog.Catalog, dialect: Dialect) -> Shape:
    """The shape of a statement, or of any part of one that begins at its start."""
    tokens = lexer.code(text, dialect)
    relations, aliases = _relations(tokens, dialect)
    symbols: list[str] = []
    for index, token in enumerate(tokens):
        symbols.append(_symbol(tokens, index, token, relations, aliases, dialect))
    return Shape(tuple(symbols), tokens, aliases)


@lru_cache(maxsize=8_192)
def reduced(symbol: str) -> str:
    """The symbol without what rarely repeats: literals and invented names."""
    return "?" if symbol[:2] in ("s:", "d:", "p:") else "n:" if symbol[:2] == "n:" else symbol


@lru_cache(maxsize=8_192)
def abstract(symbol: str) -> str:
    """The symbol without its name: what one table's habit shares with another's."""
    if symbol[:2] in ("t:", "c:", "n:"):
        return symbol[:2]
    if symbol[:1] == "@":
        return "@"
    return "?" if symbol[:2] in ("s:", "d:", "p:") else symbol


def is_keyword(token: Token) -> bool:
    return token.kind is Kind.WORD and token.upper in KEYWORDS


def _symbol(
    tokens: Sequence[Token],
    index: int,
    token: Token,
    relations: dict[int, str],
    aliases: dict[str, str],
    dialect: Dialect,
) -> str:
    if token.kind in _LITERALS:
        return _LITERALS[token.kind] + token.text
    if token.kind not in _BEFORE_ALIAS:
        return token.text
    member = index > 0 and tokens[index - 1].text == "."
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if index in relations:
        return relations[index]
    if is_keyword(token) and not member and following != ".":
        return token.upper
    name = dialect.normalize(token.text).lower()
    if following == "(" and token.kind is Kind.WORD and not member:
        return "f:" + name
    if not member and following == ".":
        return "@" + (aliases.get(name) or name)
    if index and tokens[index - 1].is_word("AS"):
        return "n:" + token.text
    return "c:" + name


def _relations(tokens: Sequence[Token], dialect: Dialect) -> tuple[dict[int, str], dict[str, str]]:
    # Symbols of the relation names and alias definitions by token index; relations by alias.
    found: dict[int, str] = {}
    aliases: dict[str, str] = {}
    in_from = False
    depth_of_from: list[bool] = []
    for index, token in enumerate(tokens):
        if token.text == "(":
            depth_of_from.append(in_from)
            in_from = False
        elif token.text == ")":
            in_from = depth_of_from.pop() if depth_of_from else False
            if in_from:
                _define(tokens, index + 1, "", found, aliases, dialect)
        elif token.kind is Kind.WORD and token.upper in KEYWORDS:
            if token.upper in _RELATION_FOLLOWS:
                in_from = token.upper in ("FROM", "JOIN", "USING")
                _relation(tokens, index + 1, found, aliases, dialect)
            elif token.upper not in ("AS", "ON", "AND", "OR", "NOT", "LATERAL") and in_from:
                in_from = token.upper in ("LEFT", "RIGHT", "INNER", "OUTER", "FULL", "CROSS")
        elif token.text == "," and in_from:
            _relation(tokens, index + 1, found, aliases, dialect)
    return found, aliases


def _relation(
    tokens: Sequence[Token],
    index: int,
    found: dict[int, str],
    aliases: dict[str, str],
    dialect: Dialect,
) -> None:
    if index >= len(tokens) or tokens[index].kind not in _BEFORE_ALIAS or is_keyword(tokens[index]):
        return
    while index + 2 < len(tokens) and tokens[index + 1].text == ".":
        found[index] = "t:" + dialect.normalize(tokens[index].text).lower()
        index += 2
    name = dialect.normalize(tokens[index].text).lower()
    if index + 1 < len(tokens) and tokens[index + 1].text == "(" and _is_call(tokens, index):
        found[index] = "f:" + name
        return
    found[index] = "t:" + name
    aliases[name] = name
    _define(tokens, index + 1, name, found, aliases, dialect)


def _is_call(tokens: Sequence[Token], index: int) -> bool:
    return not tokens[index - 1].is_word("INTO", "UPDATE", "TABLE")


def _define(
    tokens: Sequence[Token],
    index: int,
    relation: str,
    found: dict[int, str],
    aliases: dict[str, str],
    dialect: Dialect,
) -> None:
    if index < len(tokens) and tokens[index].is_word("AS"):
        index += 1
    if index >= len(tokens):
        return
    token = tokens[index]
    if token.kind not in _BEFORE_ALIAS or is_keyword(token):
        return
    alias = dialect.normalize(token.text).lower()
    aliases[alias] = relation
    found[index] = "@" + (relation or alias)
