"""Behind FROM and WHERE: GROUP BY, where the select list mixes columns and aggregates."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import query_facts
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_CLAUSES = frozenset((Clause.FROM, Clause.JOIN, Clause.ON, Clause.USING, Clause.WHERE))
_ENDS = frozenset((Expect.AFTER_RELATION, Expect.OPERATOR))
_LATER = frozenset((Clause.GROUP_BY, Clause.HAVING, Clause.WINDOW))
_MOST_ITEMS = 6
_CONDITIONS = frozenset((Clause.ON, Clause.WHERE))
_LAX = frozenset(("sqlite", "mysql"))
_RIGHT, _IN_WHERE = 0.75, 0.25


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause not in _CLAUSES or moment.expect not in _ENDS or moment.tight:
        return
    if moment.symbols[-1:] and moment.symbols[-1] in ("FROM", "JOIN", "ON"):
        return
    frame = moment.place.context.frame
    if any(frame.clause(one) is not None for one in _LATER):
        return
    facts = query_facts.of(moment)
    if not facts.mixed or facts.missing or len(facts.plain) > _MOST_ITEMS:
        return
    in_where = moment.clause is Clause.WHERE
    on_clause = moment.clause in _CONDITIONS
    if on_clause and not (query_facts.condition_is_whole(moment) and _is_needed(moment)):
        return
    if sum(source.role == "from" for source in frame.sources) > 1:
        # Tables listed with commas still want their conditions.
        return
    if any("*" in item or "\n" in item for item in facts.plain):
        return
    text = f"{moment.keyword('GROUP BY')} {', '.join(facts.plain)}"
    if insert := moment.completed(text):
        yield Plan(insert, 0.9 if moment.typed else _IN_WHERE if in_where else _RIGHT)


def _is_needed(moment: Moment) -> bool:
    # Where columns beside aggregates need no GROUP BY, people group by what they like.
    return moment.place.dialect.name not in _LAX
