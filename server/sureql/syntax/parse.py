"""Tolerant parsing of one statement with sqlglot, cached by text and dialect.

sqlglot refuses some valid statements and takes some invalid ones. So its refusal alone is no
error: `refusal` must find the cause, or the statement must be so plain that sqlglot is to be
trusted; and what it accepts is looked over by `grammar_checks`.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as ParserDialect
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError

from sureql.syntax import dialects, grammar_checks, lexer, miscounted, other_dialect, refusal
from sureql.syntax.dialects import Dialect
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

__all__ = ["LONGEST", "Parse", "SyntaxProblem", "parse", "span_of"]

LONGEST = 100_000
"""Longer statements are not parsed: sqlglot needs a second for 2,000 select items."""

_MOST_ENTRIES = 250
_MOST_TEXT = 4_000_000
# Not only refusals: sqlglot stumbles over a few texts.
_STUMBLES = (SqlglotError, RecursionError, ValueError, LookupError, AttributeError, TypeError)

# sqlglot reports what it can't parse to the log as well, for each keystroke.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Parse:
    """`tree` is None if the text did not parse or sqlglot only kept it as an opaque command.

    `problem` is None if it parsed; with tree None and problem None nothing is known (opaque).
    `refused` says that sqlglot did not accept the text, whether or not that is certainly an error.
    A text that only `grammar_checks` refuses has both a tree and a problem.
    """

    tree: exp.Expression | None
    problem: SyntaxProblem | None
    refused: bool = False


_NOTHING = Parse(None, None)
_cache: OrderedDict[tuple[str, str], Parse] = OrderedDict()
_cached_text = 0
_elsewhere: dict[tuple[str, str], bool] = {}


def parse(masked: str, dialect: Dialect) -> Parse:
    """Parse one statement's masked text. Treat the tree as read-only: it is shared."""
    global _cached_text
    if len(masked) > LONGEST:
        return _NOTHING
    key = (masked, dialect.name)
    found = _cache.get(key)
    if found is not None:
        _cache.move_to_end(key)
        return found
    found = _cache[key] = _parse(masked, dialect)
    _cached_text += len(masked)
    while len(_cache) > _MOST_ENTRIES or _cached_text > _MOST_TEXT:
        (text, _), _ = _cache.popitem(last=False)
        _cached_text -= len(text)
    return found


def span_of(node: exp.Expression) -> Span | None:
    """The span of a node: from its first to its last positioned descendant (identifiers, literals)."""
    starts: list[int] = []
    ends: list[int] = []
    for part in node.walk():
        meta = part.meta if part._meta is not None else {}
        if "start" in meta:
            starts.append(meta["start"])
            ends.append(meta["end"])
    return Span(min(starts), max(ends) + 1) if starts else None


def _parse(text: str, dialect: Dialect) -> Parse:
    tokens = lexer.code(text, dialect)
    if not tokens:
        return _NOTHING
    found = _parsed(text, tokens, dialect)
    if found.problem is None:
        return found

    def valid_in(other: str) -> bool:
        return _accepts(text, dialects.get(other))

    return replace(found, problem=other_dialect.told(found.problem, tokens, dialect.name, valid_in))


def _parsed(text: str, tokens: tuple[Token, ...], dialect: Dialect) -> Parse:
    problem = grammar_checks.find(tokens, lexer.tokens(text, dialect)[-1], dialect)
    try:
        tree = _tree(text, dialect)
    except ParseError as error:
        counted = _miscounted(text, tokens, error, dialect)
        if counted is not None:
            return Parse(counted, problem)
        offset = _offset(text, error)
        problem = refusal.explain(
            text, tokens, dialect, offset, problem, lambda changed: _accepts(changed, dialect)
        )
        return Parse(None, problem, True)
    except _STUMBLES:
        return Parse(None, problem, True)
    if tree is None:
        return Parse(None, problem)
    if isinstance(tree, exp.Condition | exp.Alias) and not isinstance(tree, exp.Query | exp.DML):
        # An expression is no statement, though sqlglot takes it for one.
        problem = problem or refusal.start(
            text, tokens, dialect, lambda changed: _accepts(changed, dialect)
        )
        return Parse(None, problem, True)
    return Parse(tree, problem)


def _miscounted(
    text: str, tokens: tuple[Token, ...], error: ParseError, dialect: Dialect
) -> exp.Expression | None:
    try:
        return miscounted.tree(text, tokens, error, _offset, lambda one: _tree(one, dialect))
    except _STUMBLES:
        return None


def valid_elsewhere(masked: str, dialect: Dialect) -> bool:
    """Is one statement's masked text valid in another dialect than this one?"""
    key = (masked, dialect.name)
    found = _elsewhere.get(key)
    if found is None:
        if len(_elsewhere) >= _MOST_ENTRIES:
            _elsewhere.clear()
        others = (one for one in dialects.ALL if one.name != dialect.name and one.name)
        found = _elsewhere[key] = any(_accepts(masked, one) for one in others)
    return found


def _accepts(text: str, dialect: Dialect) -> bool:
    tokens = lexer.code(text, dialect)
    if grammar_checks.find(tokens, tokens[-1], dialect) is not None:
        return False
    try:
        return _tree(text, dialect) is not None
    except _STUMBLES:
        return False


def _offset(text: str, error: ParseError) -> int:
    """Where sqlglot stopped: the first character of the token it names."""
    details = error.errors[0] if error.errors else {}
    highlight, context = details.get("highlight") or "", details.get("start_context") or ""
    lines = text.split("\n")
    line = details.get("line") or len(lines)
    before = sum(len(part) + 1 for part in lines[: line - 1])
    offset = before + (details.get("col") or 1) - len(highlight)
    if highlight and not text.startswith(highlight, max(offset, 0)):
        found = text.find(context[-40:] + highlight)
        offset = found + len(context[-40:]) if found >= 0 else len(text)
    return max(0, min(offset, len(text)))


def _tree(text: str, dialect: Dialect) -> exp.Expression | None:
    """The tree of exactly one statement that sqlglot understands throughout, else None."""
    parser = _parser(dialect.sqlglot)
    if dialect.name == "duckdb" and "`" in text:
        text = _double_quoted(text, dialect)
    trees = parser.parser(error_level=ErrorLevel.IMMEDIATE).parse(parser.tokenize(text), text)
    if len(trees) != 1:
        return None
    tree = trees[0]
    return tree if isinstance(tree, exp.Expression) and not tree.find(exp.Command) else None


def _double_quoted(text: str, dialect: Dialect) -> str:
    """`text` with `name` as "name": DuckDB takes both, sqlglot's DuckDB only the latter."""
    out = list(text)
    for token in lexer.code(text, dialect):
        if token.kind is Kind.QUOTED and token.text[0] == "`" and '"' not in token.text:
            out[token.start] = out[token.end - 1] = '"'
    return "".join(out)


@lru_cache(maxsize=32)
def _parser(name: str) -> ParserDialect:
    return sqlglot.Dialect.get_or_raise(name or None)
