"""Words and phrases that the grammar allows next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sureql.candidates import ask as asking
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.syntax.cursor import Clause, Expect

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
    "IS NOT NULL": 0.1, "SET": 0.5, "SELECT": 0.5,
}  # fmt: skip
_USUAL_INSERT = {"VALUES": 0.5, "SELECT": 0.1}
_AMONG_EXPRESSIONS = -0.6
_SUB_QUERY, _PART = 7.0, 9.0


def at(ask: Ask) -> Iterator[Candidate]:
    """The phrases of the cursor context, in the user's letter case."""
    if ask.context.quote or ask.context.qualifier is not None:
        return
    lead = _LEAD.get(ask.context.expect, _AMONG_EXPRESSIONS)
    upper = ask.place.style.upper is not False
    usual = _usual_here(ask)
    for order, phrase in enumerate(ask.context.keywords):
        if phrase[:1].isalpha() and ask.tier(phrase):
            text = phrase if upper else phrase.lower()
            yield asking.plain(ask, "keyword", text, lead - 0.05 * order + usual.get(phrase, 0.0))


def _usual_here(ask: Ask) -> Mapping[str, float]:
    """What is gone on with at this place rather than elsewhere."""
    before, first = ask.previous(), ask.previous(2)
    if before is not None and before.is_word("CASE"):
        return {"WHEN": _SUB_QUERY}
    if before is not None and before.text == "(" and first is not None:
        if first.is_word("IN") or first.text in ("=", "<>", "<", ">"):
            return {"SELECT": _SUB_QUERY}
        if first.is_word("EXTRACT"):
            return dict.fromkeys(ask.context.keywords, _PART)
    if ask.clause is not Clause.INSERT:
        return _USUAL
    return _USUAL_INSERT
