"""When to stay silent before anything is worked out."""

from __future__ import annotations

from sureql.inline import in_braces
from sureql.inline.model import Request
from sureql.inline.spot import Spot
from sureql.syntax import jinja, lexer
from sureql.syntax.tokens import Kind

_CLOSERS = frozenset(")]'\"`;,")
MOST_BEHIND = 8
"""Characters that may stand behind the cursor on its line where a model is asked."""
_BEFORE_TABLE = frozenset(("FROM", "JOIN", "UPDATE", "INTO"))
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
    if "{" in spot.text and any(part.touches(spot.offset) for part in jinja.apart(spot.text)):
        return False  # In a branch that is not read the gate could not check what it says.
    if _in_braces(spot):
        return in_braces.begins(spot)
    return _in_code(spot) and not _names_a_part(spot) and _rest_of_line_is_free(spot)


def asks_model(request: Request, spot: Spot) -> bool:
    """Where ghost text may stand, whether a model is asked for it too."""
    if not lexer.code(spot.before, spot.dialect) or _in_braces(spot):
        return False  # Nothing to go on from, or a name that only the project knows.
    if request.invoked:
        return True
    if request.selected is not None:
        # What goes with the popup's item is seldom what a model says.
        return False
    rest = spot.after.split("\n", 1)[0].strip()
    words = rest.split(None, 1)
    return (
        len(rest) <= MOST_BEHIND
        or _CLOSERS.issuperset(rest.replace(" ", ""))
        or words[0].rstrip("(;,").upper() in _CLAUSE_WORDS
    )


def _in_braces(spot: Spot) -> bool:
    return "{" in spot.text and jinja.opened(spot.text, spot.offset) >= 0


def _names_a_part(spot: Spot) -> bool:
    # EXTRACT( wants a part of a moment there, a word of the grammar and no column.
    words = lexer.code(spot.before, spot.dialect)[-3:]
    if words and words[-1].kind is Kind.WORD and words[-1].end == len(spot.before):
        words = words[:-1]
    return len(words) > 1 and words[-1].text == "(" and words[-2].is_word("EXTRACT")


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
    # Mid-line only before a closing mark, or before a clause: then something is missing here.
    line = spot.after.split("\n", 1)[0]
    if line[:1].isalnum() or line[:1] == "_":
        return False
    rest = line.strip()
    if not rest or rest[0] in _CLOSERS:
        return True
    words = [word.rstrip("(;,").upper() for word in rest.split(None, 2)[:2]]
    if words[0] in _CLAUSE_WORDS:
        return True
    # `FROM tra<|> t WHERE`: the table of an alias that stands there already.
    before = spot.before.split()[-2:]
    follows_table = any(word.upper() in _BEFORE_TABLE for word in before)
    return follows_table and (len(words) == 1 or words[1] in _CLAUSE_WORDS)
