"""Where SQLite's messages point. Python does not tell the place, so the text of the message must do.

A name or token that stands in the statement once is the one. Of several, the engine itself says
which one it means: of a changed statement it says the same only if that one is still in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sureql.oracle import statements
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_SYNTAX = re.compile(r'^(near ".*": syntax error|incomplete input|unrecognized token)', re.DOTALL)
_NEAR = re.compile(r'^near "(.*)": syntax error$', re.DOTALL)
_UNREADABLE = re.compile(r'^unrecognized token: "(.*)"$', re.DOTALL)
_NAMES = re.compile(
    r"^(?:no such column: (?P<column>.+)|ambiguous column name: (?P<ambiguous>.+)"
    r"|no such table: (?P<table>.+)|table .+ has no column named (?P<target>.+)"
    r"|(?:misuse of aggregate: |misuse of (?:aggregate|window) function "
    r"|wrong number of arguments to function )(?P<function>[^ ()]+)\(\)"
    r"|cannot join using column (?P<using>.+) - column not present in both tables"
    r"|cannot INSERT into generated column \"(?P<generated>.+)\"|no such window: (?P<window>.+))$",
    re.DOTALL,
)
_TABLE_WORDS = ("FROM", "JOIN", "INTO", "UPDATE")
# What an engine older than this version refuses by mistake, by the token that it stumbles over.
_YOUNGER = (
    ((3, 35), ("RETURNING", "MATERIALIZED")),
    ((3, 38), (">",)),
    ((3, 39), ("RIGHT", "FULL", "DISTINCT")),
    ((3, 44), ("ORDER",)),
)
_MOST_TRIES = 40


def is_syntax(message: str) -> bool:
    """True if the engine could not even read the statement: then the schema has no part in it."""
    return _SYNTAX.match(message) is not None


def is_younger(
    message: str, version: Sequence[int], tokens: Sequence[Token], offset: int | None
) -> bool:
    """True if a newer SQLite than this `version` may well read what this one could not.

    `offset` is where it stumbled.
    """
    if near := _NEAR.match(message):
        word = near[1].upper()
        late = any(tuple(version) < since and word in words for since, words in _YOUNGER)
        return late and (word != "ORDER" or offset is None or _in_call(tokens, offset))
    unreadable = _UNREADABLE.match(message)
    return unreadable is not None and "_" in unreadable[1] and tuple(version) < (3, 46)


def _in_call(tokens: Sequence[Token], offset: int) -> bool:
    # True if the innermost open parenthesis before `offset` is a function's.
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.start >= offset:
            break
        if token.text == "(":
            opened.append(index)
        elif token.text == ")" and opened:
            opened.pop()
    if not opened or not opened[-1]:
        return False
    before, after = tokens[opened[-1] - 1], tokens[opened[-1] + 1]
    return statements.is_name(before) and not after.is_word("SELECT", "WITH", "VALUES")


def place(
    message: str,
    statement: str,
    tokens: tuple[Token, ...],
    rules: Dialect,
    ask: Callable[[str], str | None],
) -> int | None:
    """The offset that `message` means, None if it can't be told.

    `ask` prepares another text and returns the message of its refusal.
    """
    if message == "incomplete input":
        return tokens[-1].end
    if near := _NEAR.match(message):
        return _stumbled(message, statement, tokens, near[1], ask)
    if unreadable := _UNREADABLE.match(message):
        return _stumbled(message, statement, tokens, unreadable[1], ask)
    if not (found := _NAMES.match(message)):
        return None
    kind, name = found.lastgroup or "", found[found.lastgroup or 0]
    spans = _candidates(kind, _path(name, tokens, rules), tokens, rules)
    meant = statements.blamed(statement, spans, ask)
    return meant.start if meant else None


def _candidates(
    kind: str, path: list[str], tokens: tuple[Token, ...], rules: Dialect
) -> list[Span]:
    # Where a name of that kind stands, with its arguments if it is a function's.
    found = statements.places(tokens, rules, path)
    if kind == "table":
        tables = [at for at in found if at and tokens[at - 1].is_word(*_TABLE_WORDS)]
        listed = [at for at in found if at and tokens[at - 1].text == ","]
        found = (tables or listed or found or _before_star(path[-1], tokens, rules))[:1]
    elif kind == "function":
        ends = {
            at: statements.closing(tokens, at + 1)
            for at, name in statements.calls(tokens, rules)
            if at in found
        }
        return [
            Span(tokens[at].start, tokens[end].end) for at, end in ends.items() if end < len(tokens)
        ]
    else:
        found = [at for at in found if not (at and tokens[at - 1].is_word("AS"))]
    width = 2 * len(path) - 1
    return [Span(tokens[at].start, tokens[at + width - 1].end) for at in found]


def _before_star(name: str, tokens: tuple[Token, ...], rules: Dialect) -> list[int]:
    # The first `name.*`.
    return [
        at
        for at in range(len(tokens) - 2)
        if rules.normalize(tokens[at].text).lower() == name.lower()
        and [token.text for token in tokens[at + 1 : at + 3]] == [".", "*"]
    ]


def _path(name: str, tokens: tuple[Token, ...], rules: Dialect) -> list[str]:
    # `a.b` may be a path or, rarely, one quoted name.
    whole = statements.places(tokens, rules, [name])
    return [name] if whole else name.split(".")


def _stumbled(
    message: str,
    statement: str,
    tokens: tuple[Token, ...],
    text: str,
    ask: Callable[[str], str | None],
) -> int | None:
    # The first token of that text up to which the statement is refused in the same words. What
    # ends before the fault is merely incomplete.
    candidates = [token for token in tokens if token.text == text]
    if not candidates and text:
        # SQLite splits some of our tokens, such as `::`.
        candidates = [
            token for token in tokens if text in token.text and token.kind is not Kind.STRING
        ]
    if len(candidates) == 1:
        return candidates[0].start + candidates[0].text.find(text)
    for token in candidates[:_MOST_TRIES]:
        if ask(statement[: token.end]) == message:
            return token.start + token.text.find(text)
    return None
