"""What is certain of a statement that does not parse: tables in FROM and JOIN that don't exist, and
calls of built-in functions with too few or too many arguments."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.catalog import model as catalog
from sureql.semantics import named, query, sources
from sureql.semantics.kinds import counted
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Scope
from sureql.syntax import lexer, shape
from sureql.syntax.dialects import Dialect
from sureql.syntax.shape import Shape
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_BEFORE = ("FROM", "JOIN")


def problems(
    text: str, schema: catalog.Catalog, dialect: Dialect, holes: tuple[Span, ...]
) -> tuple[Problem, ...]:
    """Unknown tables that FROM and JOIN name; only those that resemble one that is there."""
    tokens = lexer.code(text, dialect)
    if not tokens or not tokens[-1].closed:
        return ()
    found = shape.of(tokens, dialect)
    if found.word(0) == "INSERT" and found.word(1) == "INTO" and dialect.name == "postgres":
        return tuple(_columns(Resolver(text, schema, dialect, query.run, holes), found))
    if found.word(0) not in ("SELECT", "WITH", "DELETE", "("):
        return ()
    resolver = Resolver(text, schema, dialect, query.run, holes)
    ctes = {resolver.key(dialect.normalize(tokens[at].text)) for at in _ctes(found)}
    for index in range(1, len(tokens)):
        last = _relation(found, index)
        if last < 0:
            continue
        words = [tokens[at] for at in range(index, last + 1, 2)]
        if any(word.kind is not Kind.WORD for word in words):
            continue
        parts = [dialect.normalize(word.text) for word in words]
        if len(parts) == 1 and resolver.key(parts[0]) in ctes:
            continue
        problem = named.missing(resolver, parts, tokens[last].span, Scope())
        if problem is not None and problem.names:
            resolver.report(problem)
    for problem in counted.check(resolver, found):
        resolver.report(problem)
    return tuple(resolver.problems)


def _columns(resolver: Resolver, found: Shape) -> Iterator[Problem]:
    """`INSERT INTO t (other.column)`: PostgreSQL takes `other` for a column of `t`."""
    at = 2
    while found.text(at + 1) == "." and found.is_name(at + 2):
        at += 2
    names = [token for token in found.tokens[2 : at + 1] if token.text != "."]
    if found.text(at + 1) != "(" or any(token.kind is not Kind.WORD for token in names):
        return
    parts = [resolver.dialect.normalize(token.text) for token in names]
    relation = sources.find(parts, resolver.schema, resolver.dialect)
    if relation is None or not relation.closed:
        return
    known = {resolver.key(column.name) for column in relation.columns}
    index = at + 2
    while index + 2 < len(found.tokens) and found.text(index) != ")":
        token = found.tokens[index]
        first = found.text(index - 1) in ("(", ",") and found.text(index + 1) == "."
        key = resolver.key(resolver.dialect.normalize(token.text))
        if first and token.kind is Kind.WORD and key not in known:
            message = f"`{relation.name}` has no column `{token.text}`."
            yield Problem(token.span, "unknown-column", message)
        index += 1


def _relation(found: Shape, index: int) -> int:
    """The last token of the table name that begins at `index`, -1 if none does."""
    if found.word(index - 1) not in _BEFORE or found.word(index - 2) == "DISTINCT":
        return -1
    level = found.opener[index]
    heads = ("SELECT", "DELETE")
    if not any(found.opener[at] == level and found.words[at] in heads for at in range(index)):
        return -1
    if not found.is_name(index) or found.word(index) in shape.ENDS_CLAUSE | {"SELECT", "ONLY"}:
        return -1
    if found.tokens[index].text.lower() in found.dialect.reserved:
        return -1
    last = index
    while found.text(last + 1) == "." and found.is_name(last + 2):
        last += 2
    return -1 if found.text(last + 1) in ("(", ".") else last


def _ctes(found: Shape) -> list[int]:
    """Names that may be CTEs: those before `AS (` or before a list of columns."""
    return [
        index
        for index in range(len(found.tokens) - 1)
        if found.is_name(index) and (found.word(index + 1) == "AS" or found.text(index + 1) == "(")
    ]
