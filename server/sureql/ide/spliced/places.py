"""Where in a statement an expression of the host language stands: for a value, a name, or more."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span


class Stands(enum.Enum):
    """For a whole value; for a part of a quoted value; for the values of a list; for a name; for
    anything else, such as a condition."""

    VALUE = "value"
    PART = "part"
    LIST = "list"
    NAME = "name"
    FRAGMENT = "fragment"


@dataclass(frozen=True, slots=True)
class Place:
    """`span` is what a parameter would replace: the expression, with the quotes around it."""

    stands: Stands
    span: Span


_COMPARES = frozenset(("=", "<", ">", "<=", ">=", "<>", "!=", "==", "||", "<=>", "~", "~*", "!~"))
_BEFORE_VALUES = ("LIKE", "ILIKE", "LIMIT", "OFFSET", "THEN", "ELSE", "BETWEEN", "REGEXP", "GLOB")
_BEFORE_NAMES = ("FROM", "JOIN", "INTO", "UPDATE", "TABLE", "BY", "VIEW", "INDEX", "SCHEMA")
_BEFORE_CONDITIONS = ("WHERE", "AND", "OR", "ON", "HAVING", "SET", "NOT")
_NO_CALLS = (
    "SELECT", "FROM", "JOIN", "EXISTS", "AND", "OR", "WHERE", "NOT", "ON", "OVER", "AS", "UNION",
    "ALL", "ANY", "SOME", "USING", "HAVING", "DISTINCT", "RETURNING", "EXCEPT", "INTERSECT",
)  # fmt: skip


@lru_cache(maxsize=512)
def of(text: str, holes: tuple[Span, ...], dialect: Dialect) -> tuple[Place, ...]:
    """The places of `holes`, the expressions in the SQL `text`, in order."""
    tokens = lexer.tokens(text, dialect)
    code = [token for token in tokens if token.kind is not Kind.COMMENT]
    found = tuple(_of(hole, text, tokens, code) for hole in holes)
    if code and code[0].is_word("CREATE", "ALTER", "DROP"):
        # No engine takes parameters there.
        return tuple(one if one.stands is Stands.NAME else _other(one) for one in found)
    return found


def _other(place: Place) -> Place:
    return Place(Stands.FRAGMENT, place.span)


def _of(hole: Span, text: str, tokens: Sequence[Token], code: Sequence[Token]) -> Place:
    token = next((one for one in tokens if one.span.overlaps(hole)), None)
    if token is None or token.kind is Kind.COMMENT:
        return Place(Stands.FRAGMENT, hole)
    if token.kind is Kind.STRING:
        exact = text[hole.start - 1 : hole.start] == "'" == text[hole.end : hole.end + 1]
        if exact and token.span == Span(hole.start - 1, hole.end + 1):
            return Place(Stands.VALUE, token.span)
        return Place(Stands.PART, hole)
    if token.kind is Kind.QUOTED or token.span != hole:
        return Place(Stands.NAME, hole)
    index = next(number for number, one in enumerate(code) if one.start == token.start)
    return Place(_stands(code, index), hole)


def _stands(code: Sequence[Token], index: int) -> Stands:
    token = code[index]
    before = code[index - 1] if index else None
    after = code[index + 1] if index + 1 < len(code) else None
    if _glued(before, token) or (after is not None and _glued(token, after)):
        return Stands.NAME
    if before is None:
        return Stands.FRAGMENT
    if before.text in _COMPARES or before.is_word(*_BEFORE_VALUES):
        return Stands.VALUE
    if before.is_word("AND") and any(
        one.is_word("BETWEEN") for one in code[max(0, index - 4) : index]
    ):
        return Stands.VALUE
    if before.is_word(*_BEFORE_NAMES):
        return Stands.NAME
    if before.is_word(*_BEFORE_CONDITIONS):
        return Stands.NAME if after is not None and after.text in _COMPARES else Stands.FRAGMENT
    if before.is_word("IN"):
        return Stands.LIST
    if before.text in ("(", ","):
        return _in_list(code, index)
    return Stands.FRAGMENT


def _glued(one: Token | None, other: Token) -> bool:
    """True if two tokens are written together as a name."""
    if one is None or one.end != other.start:
        return False
    return any(each.kind is Kind.WORD or each.text == "." for each in (one, other))


def _in_list(code: Sequence[Token], index: int) -> Stands:
    """A place behind `(` or a comma: of values, arguments, columns or anything else."""
    depth, opening = 0, -1
    for number in range(index - 1, -1, -1):
        if code[number].text == ")":
            depth += 1
        elif code[number].text == "(":
            if not depth:
                opening = number
                break
            depth -= 1
    if opening < 1:
        return Stands.FRAGMENT
    owner = code[opening - 1]
    after = code[index + 1].text if index + 1 < len(code) else ")"
    alone = opening == index - 1 and after == ")"
    if after not in (")", ","):
        return Stands.FRAGMENT
    if owner.is_word("IN"):
        return Stands.LIST if alone else Stands.VALUE
    if owner.is_word("VALUES") or owner.text == ",":
        return Stands.LIST if alone else Stands.VALUE
    if owner.kind is not Kind.WORD or owner.is_word(*_NO_CALLS):
        return Stands.FRAGMENT
    made = opening > 1 and code[opening - 2].is_word("INTO", "TABLE", "ON", "FROM", "JOIN", "WITH")
    return Stands.FRAGMENT if made or code[opening - 2].text == "." else Stands.VALUE
