"""Reads how the user writes: from the statement first, then from the rest of the document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sureql.candidates import match
from sureql.candidates.model import Style
from sureql.syntax import dialects, lexer
from sureql.syntax.cursor import CursorContext, Expect, Frame, RawSource
from sureql.syntax.tokens import Kind, Token

_KEYWORDS = frozenset({
    "SELECT", "FROM", "WHERE", "JOIN", "LEFT", "INNER", "ON", "AND", "OR", "GROUP", "ORDER", "BY",
    "AS", "INSERT", "INTO", "VALUES", "UPDATE", "SET", "DELETE", "WITH", "LIMIT", "HAVING", "UNION",
    "CREATE", "TABLE", "RETURNING", "USING", "DISTINCT", "NOT", "NULL", "IS", "IN", "LIKE",
    "BETWEEN",
})  # fmt: skip
_CALLS = frozenset({
    "COUNT", "SUM", "AVG", "MIN", "MAX", "COALESCE", "NOW", "LOWER", "UPPER", "ROUND", "LENGTH",
    "ROW_NUMBER", "RANK", "NULLIF", "ABS", "DATE_TRUNC", "STRING_AGG", "ARRAY_AGG", "SUBSTR",
    "SUBSTRING", "TRIM", "CONCAT",
})  # fmt: skip
_MOST_DOCUMENT = 20_000
_INDENT = re.compile(r"^( {1,8}|\t)\S", re.M)
_JOINED = re.compile(r"\b(?:FROM|JOIN)\s+[\w.\"]+\s+(AS\s+)?([A-Za-z_]\w*)", re.I)
_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+(?:\w+\.)?(\w+)\s+(?:AS\s+)?([A-Za-z_]\w*)", re.I)
_EQUAL = re.compile(r"\b(\w+)\s*\.\s*\w+\s*=\s*(\w+)\s*\.\s*\w+")
_NUMBERED = re.compile(r"([A-Za-z_]+)[0-9]+")


def read(text: str, context: CursorContext, dialect: dialects.Dialect, document: str = "") -> Style:
    """The style at the cursor. What the statement does not tell, `document` may."""
    tokens = lexer.code(text, dialect)
    outside = _outside(document[:_MOST_DOCUMENT], dialect)
    upper = _upper(tokens, _KEYWORDS, context.word.start)
    if upper is None:
        upper = outside[0]
    if upper is None and context.typed:
        upper = not context.typed.islower()
    calls = _upper(tokens, _CALLS, context.word.start)
    sources = tuple(
        source for source in _sources(context.frame) if not _being_written(source, context)
    )
    alias, stem, length = alias_style(
        (source, _source_name(source)) for source in sources if source.name
    )
    as_keyword = _as_keyword(text, sources)
    if not alias:
        alias, stem, length = outside[2]
    return Style(
        upper=upper,
        alias=alias or "initials",
        as_keyword=outside[3] if as_keyword is None else as_keyword,
        qualify=_qualify(tokens, context),
        indent=_indent(text) or _indent(document[:_MOST_DOCUMENT]) or "  ",
        alias_stem=stem or "t",
        upper_functions=bool(outside[1] if calls is None else calls),
        alias_length=length,
        new_first=_new_first(text, sources, alias == "numbered"),
    )


def alias_style(sources: Iterable[tuple[RawSource, str]]) -> tuple[str, str, int]:
    """How the aliases of `sources` are made, what stands before the number of numbered ones, and
    how long short ones are.

    The first is '' if there is no source.
    """
    return _vote((source.alias, name) for source, name in sources)


def _vote(pairs: Iterable[tuple[str, str]]) -> tuple[str, str, int]:
    votes: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    stem = ""
    for alias, name in pairs:
        if not alias:
            votes["none"] += 1
        elif numbered := _NUMBERED.fullmatch(alias):
            votes["numbered"] += 1
            stem = numbered[1]
        else:
            kind = _alias_kind(alias.lower(), name.lower())
            votes[kind] += 1
            lengths[len(alias)] += kind == "short"
    kind = votes.most_common(1)[0][0] if votes else ""
    return kind, stem, lengths.most_common(1)[0][0] if kind == "short" else 4


def _alias_kind(alias: str, name: str) -> str:
    initials = "".join(word[0] for word in match.words(name))
    if alias == initials:
        return "initials"
    if len(alias) == 1:
        return "initial"
    return "short" if name.startswith(alias) else "initials"


def _being_written(source: RawSource, context: CursorContext) -> bool:
    """True for the relation whose alias may come next: that it has none yet says nothing."""
    after = context.expect in (Expect.AFTER_RELATION, Expect.RELATION)
    return (
        after
        and not source.alias
        and source.span.end <= context.word.end
        and (context.word.start - source.span.end <= 1)
    )


def _source_name(source: RawSource) -> str:
    return source.name.parts[-1] if source.name else ""


def _sources(frame: Frame | None) -> Iterator[RawSource]:
    while frame is not None:
        yield from (source for source in frame.sources if source.role != "target")
        frame = frame.parent


def _upper(tokens: Iterable[Token], words: frozenset[str], cursor: int) -> bool | None:
    balance = 0
    for token in tokens:
        if token.kind is Kind.WORD and token.start != cursor and token.upper in words:
            balance += 1 if token.text == token.upper else -1
    return balance > 0 if balance else None


def _as_keyword(text: str, sources: tuple[RawSource, ...]) -> bool | None:
    """Whether aliases follow AS; None without an alias to tell."""
    balance = 0
    for source in sources:
        if source.alias_span is not None:
            before = text[: source.alias_span.start].rstrip()
            balance += 1 if before[-3:].upper().strip() == "AS" else -1
    return balance > 0 if balance else None


def _qualify(tokens: tuple[Token, ...], context: CursorContext) -> bool | None:
    """Whether columns are written with their source in this query level."""
    span = context.frame.span
    table_spans = [source.span for source in context.frame.sources]
    qualified = 0
    for left, dot, right in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if dot.text != "." or not span.start <= left.start < span.end:
            continue
        if left.kind not in (Kind.WORD, Kind.QUOTED) or right.start == context.word.start:
            continue
        if not any(table.start <= left.start < table.end for table in table_spans):
            qualified += 1
    return True if qualified else None


def _new_first(text: str, sources: tuple[RawSource, ...], numbered: bool) -> bool:
    """Whether ON conditions name the joined table first. Who numbers aliases counts upwards."""
    order = [(source.alias or _source_name(source)).lower() for source in sources]
    balance = 0
    for left, right in _EQUAL.findall(text):
        if left.lower() in order and right.lower() in order:
            balance += 1 if order.index(left.lower()) > order.index(right.lower()) else -1
    return balance > 0 or (balance == 0 and not numbered)


def _indent(text: str) -> str:
    found = Counter(_INDENT.findall(text))
    return found.most_common(1)[0][0] if found else ""


_Outside = tuple[bool | None, bool | None, tuple[str, str, int], bool]


@lru_cache(maxsize=8)
def _outside(document: str, dialect: dialects.Dialect) -> _Outside:
    """Keyword case, function case, alias style and AS of a whole document."""
    if not document.strip():
        return None, None, ("", "", 4), False
    tokens = lexer.code(document, dialect)
    pairs = [
        (alias, name)
        for name, alias in _TABLE.findall(document)
        if alias.upper() not in _KEYWORDS and alias.upper() not in ("RIGHT", "FULL", "CROSS")
    ]
    with_as = [
        bool(as_word)
        for as_word, alias in _JOINED.findall(document)
        if alias.upper() not in _KEYWORDS
    ]
    return (
        _upper(tokens, _KEYWORDS, -1),
        _upper(tokens, _CALLS, -1),
        _vote(pairs),
        sum(with_as) * 2 > len(with_as) > 0,
    )
