"""The planners in order, and what they yield together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sureql.inline.engine import (
    alias,
    chain,
    cte,
    from_history,
    from_tables,
    group_by,
    grouped,
    insert,
    join,
    keywords,
    limit,
    on,
    order_by,
    returning,
    select_list,
    update,
    values,
    where,
    where_key,
)
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Expect

PLANNERS: tuple[Callable[[Moment], Iterable[Plan]], ...] = (
    from_history.plan,
    from_tables.plan,
    alias.plan,
    join.plan,
    on.plan,
    select_list.plan,
    where.plan,
    group_by.plan,
    grouped.plan,
    order_by.plan,
    limit.plan,
    insert.plan,
    update.plan,
    values.plan,
    returning.plan,
    where_key.plan,
    cte.plan,
    keywords.plan,
)


_AS_SURE = 0.75
# Measured: a plan that goes on from typed letters is right oftener than its parts say.
_ONE_LETTER, _LETTERS = 0.85, 0.6
_NO_ARGUMENTS = frozenset(
    [
        "now",
        "random",
        "rank",
        "row_number",
        "dense_rank",
        "percent_rank",
        "cume_dist",
        "current_database",
        "version",
        "gen_random_uuid",
        "clock_timestamp",
        "statement_timestamp",
        "changes",
        "last_insert_rowid",
    ]
)


def plans(moment: Moment) -> list[Plan]:
    """Every plan once, the most confident first; the first with what surely follows it."""
    found = _alone(moment)
    return [*chain.longer(moment, found[0], _alone), *found[1:]] if found else []


def _alone(moment: Moment) -> list[Plan]:
    # Without looking beyond the insert's end.
    call = moment.place.context.call
    if call is not None and call.name.parts[-1].lower() in _NO_ARGUMENTS:
        return []
    if moment.symbols[-2:] in (("ANY", "("), ("ALL", "("), ("SOME", "(")):
        # An array or a query must come; no planner knows one.
        return []
    best: dict[str, Plan] = {}
    for planner in PLANNERS:
        for plan in planner(moment):
            known = best.get(plan.insert)
            if known is None or plan.confidence > known.confidence:
                best[plan.insert] = plan
    found = sorted(best.values(), key=lambda plan: -plan.confidence)
    return _longer_first([_by_letters(moment, plan) for plan in found])


def _by_letters(moment: Moment, plan: Plan) -> Plan:
    if not moment.typed or moment.expect is not Expect.EXPRESSION:
        return plan
    exponent = _ONE_LETTER if len(moment.typed) == 1 else _LETTERS
    return replace(plan, confidence=plan.confidence**exponent)


def _longer_first(plans: list[Plan]) -> list[Plan]:
    # A plan that says the same and almost surely more comes before the shorter one.
    if not plans:
        return []
    first = plans[0]
    enough = _AS_SURE * first.confidence
    longer = [
        plan
        for plan in plans[1:]
        if plan.confidence >= enough and plan.insert.startswith(first.insert)
    ]
    best = max(longer, key=lambda plan: len(plan.insert), default=first)
    return [best, *(plan for plan in plans if plan is not best)]
