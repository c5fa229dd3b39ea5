"""Whether a statement with a syntax error is written for another engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.tokens import Kind, Token

_TITLES = {
    "mysql": "MySQL",
    "tsql": "SQL Server",
    "postgres": "PostgreSQL",
    "oracle": "Oracle",
    "sqlite": "SQLite",
    "duckdb": "DuckDB",
}
# Words in a row that only one engine (or the first of them) has.
_PHRASES = (
    ("mysql", ("ON", "DUPLICATE", "KEY")),
    ("mysql", ("INSERT", "IGNORE")),
    ("mysql", ("LOCK", "IN", "SHARE")),
    ("mysql", ("WITH", "ROLLUP")),
    ("mysql", ("AUTO_INCREMENT",)),
    ("mysql", ("STRAIGHT_JOIN",)),
    ("tsql", ("CROSS", "APPLY")),
    ("tsql", ("OUTER", "APPLY")),
    ("tsql", ("FOR", "XML")),
    ("oracle", ("CONNECT", "BY")),
    ("sqlite", ("AUTOINCREMENT",)),
    ("sqlite", ("INSERT", "OR", "REPLACE")),
    ("sqlite", ("INSERT", "OR", "IGNORE")),
    ("sqlite", ("WITHOUT", "ROWID")),
    ("duckdb", ("QUALIFY",)),
    ("postgres", ("ILIKE",)),
    ("postgres", ("DISTINCT", "ON")),
)


def told(
    problem: SyntaxProblem,
    tokens: tuple[Token, ...],
    dialect: str,
    accepts: Callable[[str], bool],
) -> SyntaxProblem:
    """`problem` with a word on the dialect, if the statement has marks of another one and
    `accepts` says that it is valid there."""
    for other in dict.fromkeys(_marks(tokens)):
        if other != dialect and accepts(other):
            advice = f"This looks like {_TITLES[other]}: set it with `-- sureql: dialect={other}`."
            return replace(problem, message=f"{problem.message} {advice}")
    return problem


def _marks(tokens: tuple[Token, ...]) -> Iterator[str]:
    words = tuple(token.upper if token.kind is Kind.WORD else "" for token in tokens)
    for index, token in enumerate(tokens):
        behind = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.text == "`" and behind is not None and behind.start == token.end:
            yield "mysql"
        elif token.text == "::":
            yield "postgres"
        elif _of_sql_server(tokens, index):
            yield "tsql"
        elif words[index] == "LIMIT" and "," in (one.text for one in tokens[index + 2 : index + 3]):
            yield "mysql"
        for name, phrase in _PHRASES:
            if words[index] == phrase[0] and words[index : index + len(phrase)] == phrase:
                yield name


def _of_sql_server(tokens: tuple[Token, ...], index: int) -> bool:
    """A name in brackets, or TOP 10."""
    token = tokens[index]
    if token.text == "[" and index:
        return tokens[index - 1].upper in (".", "FROM", "JOIN")
    numbers = tokens[index + 1 : index + 2]
    return token.is_word("TOP") and any(one.kind is Kind.NUMBER for one in numbers)
