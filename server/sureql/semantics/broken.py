"""What is certain of a statement that does not parse: tables in FROM and JOIN that don't exist."""

from __future__ import annotations

from sureql.catalog import model as catalog
from sureql.semantics import named, query
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
    return tuple(resolver.problems)


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
