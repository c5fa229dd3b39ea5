"""The next keyword: `FROM`, `GROUP BY`, `IS NOT NULL`; a statement's first word once it is begun."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.gate import closing, grouping
from sureql.history import normalise
from sureql.inline.engine import roll
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Expect

_WORDS = normalise.KEYWORDS
_MOST = 3
_LEGAL_ONLY = 0.2
_TIGHT = 0.5


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.place.context.qualifier is not None or moment.place.context.quote:
        return
    if moment.expect in (Expect.NOTHING, Expect.NEW_NAME, Expect.LITERAL):
        return
    if moment.expect is Expect.STATEMENT and not moment.typed:
        return
    likely = {kind: share for kind, share in moment.likely().items() if kind in _WORDS}
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
