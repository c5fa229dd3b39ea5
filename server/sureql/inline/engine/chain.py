"""Goes on behind a keyword: `FROM ` becomes `FROM top` where the name is as good as sure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sureql.inline.engine import moment as moments
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan

# How sure what follows must be to be shown with the keyword.
SURE = 0.8
# Keyword and name are right or wrong together more often than not.
_DEPENDENCE = 0.5
_HEADS = frozenset(("FROM", "JOIN", "BY", "ON", "INTO"))


def longer(moment: Moment, plan: Plan, plans: Callable[[Moment], list[Plan]]) -> list[Plan]:
    """`plan` with what surely follows, in front of `plan` itself; only `plan` if nothing does."""
    words = plan.insert.split()
    if not moment.open_end or not plan.insert.endswith(" ") or words[-1].upper() not in _HEADS:
        return [plan]
    following = plans(moments.after(moment, plan.insert))
    if not following or following[0].confidence < SURE:
        return [plan]
    first = following[0]
    confidence = plan.confidence * first.confidence**_DEPENDENCE
    return [replace(plan, insert=plan.insert + first.insert, confidence=confidence), plan]
