"""Whole joins, `invoice_line il ON il.invoice_id = i.invoice_id`, from keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sureql.candidates import aliases, on_conditions, table_score
from sureql.candidates import columns as column_candidates
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.semantics import model as semantics

_MOST_RELATIONS = 8
_WITHOUT_CONDITION = frozenset({"CROSS", "NATURAL"})


def at(ask: Ask, relations: Sequence[Candidate]) -> Iterator[Candidate]:
    """A join with its condition for the likeliest of `relations` that a key connects, each right
    behind the bare name."""
    if not table_score.followed_by_end(ask) or not ask.scope.sources or _bare_join(ask):
        return
    linked = [
        one
        for one in relations
        if one.relation is not None or (one.kind == "cte" and ask.scope.sources)
    ]
    linked.sort(key=lambda one: -one.score)
    made = 0
    for one in linked[: _MOST_RELATIONS * 4]:
        whole = _whole(ask, one)
        if whole is not None:
            yield whole
            made += 1
        if made == _MOST_RELATIONS:
            return


def _whole(ask: Ask, one: Candidate) -> Candidate | None:
    name = one.relation.name if one.relation else one.match
    alias = aliases.propose(ask.place, name)
    source = _source(ask, one, alias or name)
    if source is None:
        return None
    if not alias and ask.scope.find(name):
        return None
    conditions = on_conditions.between(ask, source, ask.scope.sources)
    if not conditions:
        return None
    style = ask.place.style
    words = ("AS ", " ON ") if style.upper is not False else ("as ", " on ")
    named = f" {words[0] if style.as_keyword else ''}{alias}" if alias else ""
    insert = f"{one.insert}{named}{words[1]}{conditions[0].text}"
    return replace(
        one, kind="join", label=insert, insert=insert, score=one.score - 0.001, detail="join by key"
    )


def _source(ask: Ask, one: Candidate, name: str) -> semantics.Source | None:
    if one.relation is not None:
        return replace(column_candidates.of_relation(one.relation), name=name, aliased=True)
    low = one.match.lower()
    for cte in ask.place.visible.ctes:
        if cte.name.lower() == low:
            return replace(cte, name=name)
    return None


def _bare_join(ask: Ask) -> bool:
    """CROSS and NATURAL joins take no condition."""
    words = [token.upper for token in (ask.previous(2), ask.previous(3)) if token]
    return bool(_WITHOUT_CONDITION.intersection(words))
