"""Words and phrases that the grammar allows next."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.candidates import ask as asking
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.syntax.cursor import Expect

_LEAD = {
    Expect.STATEMENT: 6.0,
    Expect.OPERATOR: 6.0,
    Expect.KEYWORD: 6.0,
    Expect.AFTER_RELATION: 7.0,
    Expect.TYPE: 2.0,
    Expect.RELATION: -1.5,
    Expect.COLUMN: -2.0,
}
# What people go on with, where the grammar allows many things.
_USUAL = {
    "WHERE": 0.36, "JOIN": 0.3, "LEFT JOIN": 0.2, "ORDER BY": 0.2, "GROUP BY": 0.16, "FROM": 0.5,
    "AND": 0.3, "ON": 0.4, "AS": 0.35, "LIMIT": 0.1, "DESC": 0.2, "IN": 0.1, "IS NULL": 0.1,
    "IS NOT NULL": 0.1, "SET": 0.5, "VALUES": 0.3,
}  # fmt: skip
_AMONG_EXPRESSIONS = -0.6


def at(ask: Ask) -> Iterator[Candidate]:
    """The phrases of the cursor context, in the user's letter case."""
    if ask.context.quote or ask.context.qualifier is not None:
        return
    lead = _LEAD.get(ask.context.expect, _AMONG_EXPRESSIONS)
    upper = ask.place.style.upper is not False
    for order, phrase in enumerate(ask.context.keywords):
        if phrase[:1].isalpha() and ask.tier(phrase):
            text = phrase if upper else phrase.lower()
            yield asking.plain(ask, "keyword", text, lead - 0.05 * order + _USUAL.get(phrase, 0.0))
