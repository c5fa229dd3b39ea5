"""Turns SQL text into tokens. Never raises: what it cannot place becomes an operator token."""

from __future__ import annotations

from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Token


def tokens(text: str, dialect: Dialect) -> tuple[Token, ...]:
    """All tokens of `text`, comments included, in order. Cached by text and dialect."""
    raise NotImplementedError


def code(text: str, dialect: Dialect) -> tuple[Token, ...]:
    """The tokens of `text` without comments. Cached by text and dialect."""
    raise NotImplementedError
