"""UPDATE t SET … <|>, DELETE FROM t <|>: rows are mostly changed one by one, by their key."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_KINDS = frozenset(("UPDATE", "DELETE"))
_AT_WHERE, _BEHIND = 0.8, 0.55


def plan(moment: Moment) -> Iterator[Plan]:
    context = moment.place.context
    if context.statement_kind not in _KINDS or context.depth or not moment.open_end:
        return
    if len(context.frame.sources) > 1 or context.qualifier is not None:
        return
    key = _key(moment)
    if not key or moment.symbols[-1] in ("FROM", "UPDATE", "ONLY", "="):
        return
    condition = f"{key} = "
    if moment.clause is Clause.WHERE and moment.symbols[-1] == "WHERE":
        yield from _fitting(moment, condition, _AT_WHERE)
    behind_target = moment.clause is Clause.DELETE and moment.expect is Expect.AFTER_RELATION
    behind_value = moment.clause is Clause.SET and moment.expect is Expect.OPERATOR
    if (behind_target or behind_value) and not moment.tight:
        yield from _fitting(moment, f"{moment.keyword('WHERE')} {condition}", _BEHIND)


def _fitting(moment: Moment, text: str, confidence: float) -> Iterator[Plan]:
    if insert := moment.completed(text):
        yield Plan(insert, confidence)


def _key(moment: Moment) -> str:
    target = moment.place.visible.target
    relation = target.relation if target is not None else None
    if relation is None or len(relation.primary_key) != 1:
        return ""
    return moment.place.dialect.write(relation.primary_key[0])
