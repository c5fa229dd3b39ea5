"""What a suggestion must not do to the text around it, and must not hide in itself.

A quote or a comment that it leaves open would swallow what the user writes next, and with it a WHERE.
What only a model wants may besides hold nothing that no check can see: comments, which some engines
even execute, templates, commands of a shell, and letters that cannot be seen or turn others around.
"""

from __future__ import annotations

import re

from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_DELIMITED = (Kind.STRING, Kind.QUOTED, Kind.COMMENT)
_TEMPLATE = re.compile(r"\{\{-?\s*[^\W\d]|\{[%#]|[$#]\{")
# Joiners that scripts need are not among them: U+200C, U+200D.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff"
    "\ue000-\uf8ff\U000f0000-\U0010ffff]"
)


def runs_over(before: str, insert: str, after: str, dialect: Dialect) -> str:
    """Why `insert` would swallow what stands or will stand behind it; '' if it does not."""
    open_before = _ends_open(before, dialect)
    start, end = len(before), len(before) + len(insert)
    for token in lexer.tokens(before + insert + after, dialect):
        if token.kind not in _DELIMITED or token.end <= start:
            continue
        if token.start >= end:
            break
        if token.start < start and open_before:
            continue  # The user's own, which the suggestion goes on with or closes.
        if not token.closed or token.end > end:
            return f"it leaves a {_named(token)} open"
    return ""


def hides(before: str, insert: str, after: str, dialect: Dialect) -> str:
    """What `insert` holds that no check can see; '' if nothing."""
    spliced, start = before + insert + after, len(before)
    added = Span(start, start + len(insert))
    for token in lexer.tokens(spliced, dialect):
        if token.start < added.start or token.start >= added.end:
            continue
        if token.kind is Kind.COMMENT:
            return "it holds a comment, which nothing can check"
        if token.kind is Kind.OPERATOR and token.text == "\\":
            return "it holds a command of a shell"
    # Also in a string: who fills in templates does not know SQL.
    if _TEMPLATE.search(insert):
        return "it holds a template, which nothing can check"
    if any(one not in before + after for one in _UNSEEN.findall(insert)):
        return "it holds letters that cannot be seen"
    return ""


def _ends_open(text: str, dialect: Dialect) -> bool:
    tokens = lexer.tokens(text, dialect)
    last = tokens[-1] if tokens else None
    if last is None or last.kind not in _DELIMITED or last.end < len(text):
        return False
    return not last.closed or (last.kind is Kind.COMMENT and not last.text.startswith("/*"))


def _named(token: Token) -> str:
    return "comment" if token.kind is Kind.COMMENT else "quote"
