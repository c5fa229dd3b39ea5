"""Lexical tokens: what the lexer yields and everything above reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sureql.text.span import Span


class Kind(Enum):
    """What a token is. White space yields no token."""

    WORD = "word"  # Keyword or unquoted identifier.
    QUOTED = "quoted"  # Quoted identifier, quotes included.
    STRING = "string"  # String literal, prefix (E, N, X, B, U&) and quotes included; dollar quotes.
    NUMBER = "number"
    PARAMETER = "parameter"  # $1, ?, :name, @name, %s, %(name)s, ${name} and masked templates.
    OPERATOR = "operator"
    PUNCTUATION = "punctuation"  # ( ) [ ] { } , ; .
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Token:
    """A token at `start:end`. `text` is as written, `upper` its upper case (for keywords).

    `closed` is False for a string, quoted name or comment that runs to the end of the text
    because its closing mark is missing.
    """

    kind: Kind
    start: int
    end: int
    text: str
    upper: str
    closed: bool = True

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def is_word(self, *words: str) -> bool:
        """True if this is an unquoted word equal to one of `words` (given in upper case)."""
        return self.kind is Kind.WORD and self.upper in words
