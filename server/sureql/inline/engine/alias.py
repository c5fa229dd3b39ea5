"""FROM t <|>: the alias that the select list uses for it already."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.inline.engine import query_facts
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Expect

_RIGHT = 0.85


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.expect is not Expect.AFTER_RELATION or moment.typed or moment.tight:
        return
    alias = query_facts.pending_alias(moment, query_facts.of(moment))
    if alias:
        # Numbered aliases come with AS more often than not.
        written = query_facts.as_written(moment, alias)
        with_as = moment.place.style.as_keyword or alias[-1:].isdigit()
        yield Plan(f"{moment.keyword('AS')} {written}" if with_as else written, _RIGHT)
