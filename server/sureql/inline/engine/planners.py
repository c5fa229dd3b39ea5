"""The planners in order, and what they yield together."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sureql.inline.engine import (
    cte,
    from_history,
    from_tables,
    group_by,
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
)
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan

PLANNERS: tuple[Callable[[Moment], Iterable[Plan]], ...] = (
    from_history.plan,
    from_tables.plan,
    join.plan,
    on.plan,
    select_list.plan,
    where.plan,
    group_by.plan,
    order_by.plan,
    limit.plan,
    insert.plan,
    update.plan,
    values.plan,
    returning.plan,
    cte.plan,
    keywords.plan,
)


def plans(moment: Moment) -> list[Plan]:
    """Every plan once, the most confident first."""
    best: dict[str, Plan] = {}
    for planner in PLANNERS:
        for plan in planner(moment):
            known = best.get(plan.insert)
            if known is None or plan.confidence > known.confidence:
                best[plan.insert] = plan
    return sorted(best.values(), key=lambda plan: -plan.confidence)
