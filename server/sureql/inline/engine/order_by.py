"""ORDER BY <|>: items of the select list, columns, aggregates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.gate.grouping import AGGREGATES
from sureql.inline.engine import calls, naming, query_facts
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_NAMES, _CALLS = 0.5, 0.6


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause is not Clause.ORDER_BY or moment.expect is not Expect.EXPRESSION:
        return
    if moment.place.context.qualifier is not None:
        yield from naming.columns(moment)
        return
    likely = moment.likely()
    names = likely.get("c:", 0.0) + likely.get("@", 0.0) + likely.get("n:", 0.0)
    calls_share = sum(share for kind, share in likely.items() if kind.startswith("f:"))
    facts = query_facts.of(moment)
    found = [
        *naming.plans(moment, _NAMES * (names + calls_share), "column", "value", "alias"),
        *(Plan(one.insert, _CALLS * one.confidence) for one in calls.plans(moment)),
    ]
    for one in found:
        yield replace(one, insert=_downwards(moment, one.insert, facts))


def _downwards(moment: Moment, insert: str, facts: query_facts.SelectList) -> str:
    # Who sorts by what was counted or summed up wants the most first.
    name = insert.split("(")[0].strip('" ').upper()
    counted = name.lower() in facts.aggregates if "(" not in insert else name in AGGREGATES
    whole = insert.endswith(")") or "(" not in insert
    if not counted or not whole or _directed(moment):
        return insert
    return f"{insert} {moment.keyword('DESC')}"


def _directed(moment: Moment) -> bool:
    return moment.spot.after.split()[:1] in (["DESC"], ["ASC"], ["desc"], ["asc"])
