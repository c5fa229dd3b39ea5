"""All candidates at a place, ranked: one entry point for the popup and the planners."""

from __future__ import annotations

from collections.abc import Iterable

from sureql.candidates import (
    aliases,
    columns,
    functions,
    group_order,
    keywords,
    match,
    members,
    objects,
    on_conditions,
    tables,
    target_columns,
    types,
    values,
)
from sureql.candidates import ask as asking
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate, Place
from sureql.syntax.cursor import Clause, Expect

_EXACT = 1.5
_ALIAS_KNOWN_HABIT, _ALIAS = 7.4, 7.0


def at(place: Place) -> tuple[Candidate, ...]:
    """Candidates at `place`, likeliest first, filtered by what was typed so far."""
    if place.context.expect in (Expect.NOTHING, Expect.NEW_NAME):
        return ()
    ask = asking.of(place)
    return _ranked(ask.matcher, _gather(ask))


def _gather(ask: Ask) -> list[Candidate]:
    expect = ask.context.expect
    if expect is Expect.LITERAL:
        return list(values.at(ask))
    if ask.context.qualifier is not None:
        return members.at(ask)
    if expect is Expect.EXPRESSION:
        return _expression(ask)
    found = list(keywords.at(ask))
    if expect is Expect.RELATION:
        found.extend(tables.at(ask))
    elif expect is Expect.AFTER_RELATION:
        found.extend(_alias(ask))
        found.extend(on_conditions.after_relation(ask))
    elif expect is Expect.COLUMN:
        found.extend(target_columns.at(ask))
    elif expect is Expect.TYPE and ask.clause is not Clause.DROP:
        found.extend(types.at(ask))
    if ask.clause in (Clause.DROP, Clause.ALTER, Clause.OTHER):
        found.extend(objects.at(ask))
    return found


def _expression(ask: Ask) -> list[Candidate]:
    found = [*values.at(ask), *values.defaults(ask), *keywords.at(ask), *functions.at(ask)]
    if ask.clause is Clause.INDEX_COLUMNS:
        found.extend(target_columns.at(ask))
    elif ask.clause is not Clause.VALUES and not _is_call(ask):
        found.extend(columns.at(ask))
        found.extend(group_order.at(ask))
        found.extend(on_conditions.at(ask))
    return found


def _is_call(ask: Ask) -> bool:
    """`CALL <here>`: only what can be called, no columns."""
    return ask.context.statement_kind == "CALL" and not ask.scope.sources


def _alias(ask: Ask) -> list[Candidate]:
    """An alias for the relation that stands before the cursor, in the user's manner."""
    before = ask.previous()
    if before is None or ask.context.quote or not before.text[-1:].isalnum():
        return []
    if any(
        one.alias_span is not None and one.alias_span.end == before.end
        for one in ask.context.frame.sources
    ):
        return []
    name = ask.place.dialect.normalize(before.text)
    style = ask.place.style
    alias = aliases.make(name, style, aliases.taken(ask.place), ask.place.dialect)
    if not alias or not ask.tier(alias):
        return []
    habit = any(source.aliased for source in ask.scope.sources)
    made = asking.plain(ask, "alias", alias, _ALIAS_KNOWN_HABIT if habit else _ALIAS)
    return [made]


def _ranked(matcher: match.Matcher, found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    typed = matcher.typed
    best: dict[tuple[str, int, int], tuple[int, float, Candidate]] = {}
    for one in found:
        tier = matcher.tier(one.match) if typed else match.PREFIX
        if not tier:
            continue
        score = one.score
        if typed:
            # The more of a name is typed, the likelier it is the whole.
            score += len(typed) / max(len(one.match), len(typed))
            score += _EXACT if one.match.lower() == typed else 0.0
        key = (one.insert, one.replace.start, one.replace.end)
        known = best.get(key)
        if known is None or (known[0], known[1]) < (tier, score):
            best[key] = (tier, score, _kept(known[2], one) if known else one)
    ordered = sorted(
        best.values(), key=lambda one: (-one[0], -one[1], len(one[2].label), one[2].label)
    )
    return tuple(one for _, _, one in ordered)


def _kept(old: Candidate, new: Candidate) -> Candidate:
    """Of two with one text the better score, on the one that knows what it names."""
    return new if new.column is not None or old.column is None else old
