"""The next keyword: `FROM`, `GROUP BY`, `IS NOT NULL`; a statement's first word once it is begun."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.gate import closing, grouping
from sureql.history import normalise
from sureql.inline.engine import query_facts, roll
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_WORDS = normalise.KEYWORDS
_MOST = 3
_LEGAL_ONLY = 0.2
_TIGHT = 0.5
_CLAUSES = (Clause.FROM, Clause.JOIN, Clause.ON, Clause.USING, Clause.WHERE)
# Measured: these words come oftener than typical statements say.
_OFTENER = 1.5
# They may begin an operand, but nobody expects them there.
_TYPED_ONLY = frozenset(("EXISTS", "NOT", "CASE", "CAST", "DISTINCT", "INTERVAL", "EXTRACT"))
_CLAUSE_WORDS = frozenset(("WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "JOIN", "LEFT", "UNION"))
_MIXED, _NO_AGGREGATE, _WANTED, _NO_ALIAS = 2.5, 0.3, 0.85, 0.3


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.place.context.qualifier is not None or moment.place.context.quote:
        return
    if moment.expect in (Expect.NOTHING, Expect.NEW_NAME, Expect.LITERAL):
        return
    if moment.expect is Expect.STATEMENT and not moment.typed:
        return
    likely = {kind: share for kind, share in moment.likely().items() if kind in _WORDS}
    likely = _suited(moment, likely)
    legal = {phrase.split(None, 1)[0] for phrase in moment.place.context.keywords}
    if moment.expect is Expect.KEYWORD and legal:
        total = sum(share for word, share in likely.items() if word in legal) or 1.0
        likely = {word: share / total for word, share in likely.items() if word in legal}
    for word in sorted(likely, key=lambda one: -likely[one])[:_MOST]:
        if (legal and word not in legal) or (word == "OVER" and not _may_be_windowed(moment)):
            continue
        text, certainty = roll.on(moment, (word,))
        if insert := moment.completed(text):
            yield Plan(insert, likely[word] * certainty * (_TIGHT if moment.tight else 1.0))
    yield from _legal(moment, set(likely))


def _suited(moment: Moment, likely: dict[str, float]) -> dict[str, float]:
    # What the select list says about the clauses to come.
    if moment.expect not in (Expect.AFTER_RELATION, Expect.OPERATOR):
        if moment.expect is Expect.EXPRESSION and not moment.typed:
            return {word: part for word, part in likely.items() if word not in _TYPED_ONLY}
        return likely
    if moment.clause is Clause.SELECT:
        # Without FROM there is nothing to filter or to group.
        rest = {word: part for word, part in likely.items() if word not in _CLAUSE_WORDS}
        return _raised(rest, "FROM")
    if moment.clause not in _CLAUSES:
        return likely
    facts = query_facts.of(moment)
    if moment.clause in (Clause.ON, Clause.WHERE) and not query_facts.condition_is_whole(moment):
        return {word: part for word, part in likely.items() if word not in _CLAUSE_WORDS}
    if query_facts.pending_alias(moment, facts):
        return {word: part for word, part in likely.items() if word == "AS"}
    if facts.missing and moment.clause in (Clause.FROM, Clause.ON, Clause.USING):
        return {**{word: 0.2 * part for word, part in likely.items()}, "JOIN": _WANTED}
    if facts.plain and not any("." in item for item in facts.plain):
        # Who names columns without their table rarely gives it an alias.
        likely = {word: part * _NO_ALIAS if word == "AS" else part for word, part in likely.items()}
    if moment.clause is Clause.ON and not facts.aggregated:
        likely = _raised(likely, "WHERE")
    factor = _MIXED if facts.mixed else _NO_AGGREGATE
    return {
        word: min(1.0, part * factor) if word == "GROUP" else part for word, part in likely.items()
    }


def _raised(likely: dict[str, float], word: str) -> dict[str, float]:
    return {**likely, word: min(0.95, _OFTENER * likely[word])} if word in likely else likely


def _may_be_windowed(moment: Moment) -> bool:
    # Only aggregates and window functions take OVER; the call that ends here is looked at.
    depth = 0
    for index in range(len(moment.symbols) - 1, 0, -1):
        symbol = moment.symbols[index]
        depth += (symbol == ")") - (symbol == "(")
        if depth == 0:
            name = moment.symbols[index - 1][2:].upper()
            return name in grouping.AGGREGATES or name in closing.WINDOW_FUNCTIONS
    return False


def _legal(moment: Moment, said: set[str]) -> Iterator[Plan]:
    # Words that the grammar allows and the typed letters begin, though no habit speaks for them.
    if len(moment.typed) < 1:
        return
    typed = moment.typed.upper()
    fitting = [
        phrase
        for phrase in moment.place.context.keywords
        if phrase.upper().startswith(typed)
        and phrase.split(None, 1)[0] not in said
        and (phrase != "OVER" or _may_be_windowed(moment))
    ]
    for order, phrase in enumerate(fitting[:2]):
        if insert := moment.completed(moment.keyword(phrase)):
            room = roll.room_after(phrase)
            share = _LEGAL_ONLY * min(3, len(typed)) / (order + 1)
            yield Plan(insert + room, min(0.9, share))
