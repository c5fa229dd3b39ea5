"""A statement's tokens with their parentheses matched: what the grammar checks walk over."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Shape:
    """`opener[i]` is the index of the parenthesis that token i stands directly in (-1 for none),
    `partner[i]` the other parenthesis of a pair (-1 if it is missing).

    `words[i]` is token i's upper case if it acts as a keyword, '' for names, literals and words that
    are certainly names: quoted, after a dot or after AS.
    """

    tokens: tuple[Token, ...]
    dialect: Dialect
    opener: tuple[int, ...]
    partner: tuple[int, ...]
    words: tuple[str, ...]

    def word(self, index: int) -> str:
        return self.words[index] if 0 <= index < len(self.words) else ""

    def text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def ends(self, index: int) -> bool:
        """True if nothing more of the same parenthesis level stands at `index`."""
        return index >= len(self.tokens) or self.tokens[index].text in (")", "]", "}", ";")


def of(tokens: tuple[Token, ...], dialect: Dialect) -> Shape:
    opener: list[int] = []
    partner = [-1] * len(tokens)
    words: list[str] = []
    stack: list[int] = []
    previous: Token | None = None
    for index, token in enumerate(tokens):
        closes = stack and _CLOSING[tokens[stack[-1]].text] == token.text
        if closes and token.kind is Kind.PUNCTUATION:
            partner[index] = stack[-1]
            partner[stack.pop()] = index
        opener.append(stack[-1] if stack else -1)
        if token.kind is Kind.PUNCTUATION and token.text in _CLOSING:
            stack.append(index)
        words.append(_keyword(token, previous))
        previous = token
    return Shape(tokens, dialect, tuple(opener), tuple(partner), tuple(words))


def _keyword(token: Token, previous: Token | None) -> str:
    if token.kind is not Kind.WORD:
        return ""
    if previous is not None and previous.text == ".":
        return ""
    return token.upper
