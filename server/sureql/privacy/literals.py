"""Texts and numbers in SQL, taken out where the user wants none of them sent."""

from __future__ import annotations

from functools import lru_cache

from sureql.privacy.model import MARK, Hidden, without
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

_COUNTS = ("LIMIT", "OFFSET", "FETCH", "TOP", "FIRST", "NEXT", "SKIP")
"""Words before numbers that say how many rows, not what is in them."""
_SIZED = (
    *("VARCHAR", "CHAR", "CHARACTER", "VARYING", "NVARCHAR", "NCHAR", "VARCHAR2", "NUMERIC"),
    *("DECIMAL", "NUMBER", "BIT", "VARBINARY", "BINARY", "TIMESTAMP", "TIMESTAMPTZ", "TIME"),
    *("DATETIME", "DATETIME2", "FLOAT", "INTERVAL", "VECTOR"),
)
_QUOTES = ("'''", '"""', "'", '"')


def mask(text: str, dialect: Dialect) -> str:
    """`text` with an ellipsis in each string and comment, and 0 for each number."""
    return without(text, find(text, dialect))


@lru_cache(maxsize=64)
def find(text: str, dialect: Dialect) -> tuple[Hidden, ...]:
    """What `mask` takes out. Numbers of rows, places in ORDER BY and sizes of types stay."""
    found: list[Hidden] = []
    before: list[Token] = []
    for token in lexer.tokens(text, dialect):
        if token.kind is Kind.COMMENT:
            found += _inside_comment(token)
            continue
        if token.kind is Kind.STRING:
            found += _inside_string(token)
        elif token.kind is Kind.NUMBER and token.text != "0" and not _tells_nothing(before):
            found.append(Hidden(token.start, token.end, "number", "0"))
        before.append(token)
    return tuple(found)


def _tells_nothing(before: list[Token]) -> bool:
    """True if a number after these tokens says nothing about the data."""
    if not before:
        return False
    if before[-1].is_word(*_COUNTS):
        return True
    if _sizes_type(before):
        return True
    return _is_ordinal(before)


def _sizes_type(before: list[Token]) -> bool:
    at = len(before) - 1
    while at >= 0 and (before[at].text == "," or before[at].kind is Kind.NUMBER):
        at -= 1
    return at > 0 and before[at].text == "(" and before[at - 1].upper in _SIZED


def _is_ordinal(before: list[Token]) -> bool:
    # ORDER BY 1, 2 DESC: back over places until the clause's own words.
    if before[-1].text != "," and not before[-1].is_word("BY"):
        return False
    at = len(before) - 1
    while at >= 0 and (
        before[at].text == ","
        or before[at].kind in (Kind.NUMBER, Kind.QUOTED)
        or before[at].is_word("ASC", "DESC", "NULLS", "FIRST", "LAST")
    ):
        at -= 1
    return at > 0 and before[at].is_word("BY") and before[at - 1].is_word("ORDER", "GROUP")


def _inside_string(token: Token) -> list[Hidden]:
    text = token.text
    if text.startswith("$"):
        mark = text[: text.index("$", 1) + 1] if "$" in text[1:] else "$"
        start, close = len(mark), mark
    else:
        start = next((at for at, letter in enumerate(text) if letter in "'\""), 0)
        close = next((quote for quote in _QUOTES if text.startswith(quote, start)), "'")
        if len(close) == 3 and len(text) - start < 6:
            close = close[0]
        start += len(close)
    end = len(text)
    if token.closed and text.endswith(close) and end - len(close) >= start:
        end -= len(close)
    if text[start:end] in ("", MARK):
        return []
    return [Hidden(token.start + start, token.start + end, "text")]


def _inside_comment(token: Token) -> list[Hidden]:
    opening = next((mark for mark in ("--", "/*", "//", "#") if token.text.startswith(mark)), "")
    if not opening:
        return []  # A template's block: no text of the user's data.
    end = token.end - 2 if opening == "/*" and token.closed else token.end
    start = token.start + len(opening)
    words = token.text[len(opening) : end - token.start]
    if words.strip() in ("", MARK) or words.lstrip().startswith(("+", "!")):
        return []
    start += len(words) - len(words.lstrip())
    return [Hidden(start, start + len(words.strip()), "comment")]
