"""When to stay silent before anything is worked out."""

from __future__ import annotations

from sureql.inline.model import Request
from sureql.inline.spot import Spot
from sureql.syntax import lexer
from sureql.syntax.tokens import Kind

_CLOSERS = frozenset(")]'\"`;,. \t\r")
_CLAUSE_WORDS = frozenset(
    [
        "FROM",
        "WHERE",
        "GROUP",
        "ORDER",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "JOIN",
        "LEFT",
        "RIGHT",
        "INNER",
        "FULL",
        "CROSS",
        "NATURAL",
        "ON",
        "USING",
        "SET",
        "VALUES",
        "RETURNING",
        "AND",
        "OR",
        "AS",
        "THEN",
        "WHEN",
        "ELSE",
        "END",
        "SELECT",
        "FETCH",
        "WINDOW",
        "QUALIFY",
        "=",
        "<",
        ">",
        "<=",
        ">=",
        "<>",
        "!=",
        "IN",
        "IS",
        "LIKE",
        "ILIKE",
        "BETWEEN",
        "ASC",
        "DESC",
        "NULLS",
        "OVER",
        "FILTER",
    ]
)
_SILENT = (Kind.COMMENT, Kind.NUMBER, Kind.PARAMETER)


def allows(request: Request, spot: Spot) -> bool:
    """False where ghost text would only disturb."""
    if request.deleted and not request.invoked:
        return False
    return _in_code(spot) and _rest_of_line_is_free(spot)


def _in_code(spot: Spot) -> bool:
    # Not in comments, numbers and parameters; in strings only the history knows what to say.
    for token in lexer.tokens(spot.before, spot.dialect)[-1:]:
        at_end = token.end == len(spot.before)
        if token.kind is Kind.COMMENT and at_end:
            return token.closed and not token.text.startswith(("--", "#", "//"))
        if token.kind is Kind.STRING:
            return token.closed and not at_end
        if token.kind in _SILENT and at_end:
            return False
    return True


def _rest_of_line_is_free(spot: Spot) -> bool:
    # Mid-line only before closing marks, or before a clause: then something is missing here.
    line = spot.after.split("\n", 1)[0]
    if line[:1].isalnum() or line[:1] == "_":
        return False
    rest = line.strip()
    if not rest or set(rest) <= _CLOSERS:
        return True
    word = rest.lstrip(")").lstrip().split(None, 1)
    return bool(word) and word[0].rstrip("(;,").upper() in _CLAUSE_WORDS
