"""The names that stand elsewhere in the statement, with the clause they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sureql.candidates.model import Place
from sureql.syntax import dialects, lexer
from sureql.syntax.cursor import Clause, Frame
from sureql.syntax.tokens import Kind, Token

_AGGREGATES = frozenset(
    {"COUNT", "SUM", "AVG", "MIN", "MAX", "STRING_AGG", "GROUP_CONCAT", "TOTAL"}
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name, in lower case, and what qualifies it ('' if nothing does). `here`: it stands in the
    query level of the cursor, in `clause`. `aggregated`: as the argument of an aggregate."""

    name: str
    qualifier: str
    start: int
    clause: Clause | None
    here: bool
    aggregated: bool


def of(place: Place) -> tuple[Mention, ...]:
    """Every name of the statement but the one at the cursor."""
    return _of(place.text, place.dialect, place.context.frame, place.context.word.start)


@lru_cache(maxsize=16)
def _of(text: str, dialect: dialects.Dialect, frame: Frame, cursor: int) -> tuple[Mention, ...]:
    tokens = lexer.code(text, dialect)
    found = []
    for index, token in enumerate(tokens):
        if token.kind not in (Kind.WORD, Kind.QUOTED) or token.start == cursor:
            continue
        if index + 1 < len(tokens) and tokens[index + 1].text in ("(", "."):
            continue
        qualifier = ""
        if index > 1 and tokens[index - 1].text == ".":
            qualifier = _name(tokens[index - 2], dialect)
        clause, here = _clause(frame, token.start)
        found.append(
            Mention(
                _name(token, dialect), qualifier, token.start, clause, here, _in_call(tokens, index)
            )
        )
    return tuple(found)


def _name(token: Token, dialect: dialects.Dialect) -> str:
    if token.kind is Kind.QUOTED:
        return dialect.normalize(token.text).lower()
    return token.text.lower()


def _clause(frame: Frame, offset: int) -> tuple[Clause | None, bool]:
    for clause in frame.clauses:
        if clause.body.start <= offset < clause.body.end:
            return clause.clause, True
    return None, False


def _in_call(tokens: tuple[Token, ...], index: int) -> bool:
    """True if the innermost parenthesis before the token opens an aggregate's arguments."""
    depth = 0
    for back in range(index - 1, 0, -1):
        text = tokens[back].text
        if text == ")":
            depth += 1
        elif text == "(":
            if depth == 0:
                return tokens[back - 1].upper in _AGGREGATES
            depth -= 1
        elif depth == 0 and tokens[back].upper in ("SELECT", "FROM", "BY", "WHERE"):
            return False
    return False
