"""What sureql offers for one query, and what that is worth when it is really run."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from evals.optimize import peer
from evals.optimize.engines import Engine, Ran, median, same
from sureql.catalog import model as catalog
from sureql.ide.diagnostics import context as contexts
from sureql.ide.optimise import optimise
from sureql.ide.optimise.model import Candidate, Means
from sureql.syntax import dialects, script

LIMIT = 10.0
"""Seconds that a query may take; one that takes longer counts as this."""
CHECK = 30.0
"""The same where only the rows are compared."""
_CUT = re.compile(r"\s+LIMIT\s+\d+\s*$", re.IGNORECASE)


@dataclass(slots=True)
class Offer:
    """One candidate. `same` says whether its rows were those of the query on the full data: 'same',
    'different', 'unknown' if one of them did not end in time."""

    rewrites: list[str]
    title: str
    verdict: str
    databases: int
    proved: bool
    planned: float | None
    milliseconds: float = 0.0
    same: str = "unknown"
    sql: str = ""


@dataclass(slots=True)
class Measured:
    """One query on one engine. `peer` is what sqlglot's optimizer makes of it."""

    name: str
    before: float
    error: str = ""
    offers: list[Offer] = field(default_factory=list)
    refuted: list[str] = field(default_factory=list)
    first: float | None = None
    seconds: float = 0.0
    peer: float | None = None
    peer_same: str = ""

    @property
    def factor(self) -> float:
        """The speed-up by the candidate that is listed first, 1 if there is none."""
        return self.before / self.offers[0].milliseconds if self.offers else 1.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Tools:
    """What one set on one engine is measured with. `planner` and `executor` as in `Means`; `small`
    has the same tables with less data, for queries that do not end on `engine`."""

    engine: Engine
    schema: catalog.Catalog
    planner: Any
    executor: Any
    runs: int
    seconds: float
    small: Engine | None = None
    with_peer: bool = True


def query(name: str, text: str, tools: Tools) -> Measured:
    """Everything about one query, whose file may end with a semicolon."""
    dialect = dialects.get(tools.engine.name)
    statement = script.of(text, dialect).statements[0]
    before, own = median(tools.engine, statement.text, tools.runs, LIMIT)
    found = Measured(name, before, own.error)
    if own.error:
        return found
    context = contexts.of(statement, tools.schema, dialect, "")
    started = time.perf_counter()
    told: list[float] = []
    means = Means(
        executor=tools.executor,
        planner=tools.planner,
        seconds=tools.seconds,
        found=lambda _: told.append(time.perf_counter() - started),
        refuted=lambda one: found.refuted.append(one.title),
    )
    offered = [one for one in optimise.optimise(context, means) if not one.caller]
    found.seconds = time.perf_counter() - started
    found.first = told[0] if told else None
    for one in offered:
        found.offers.append(_offer(one, statement.text, own, tools))
    if tools.with_peer:
        _peer(found, statement.text, own, tools)
    return found


def _offer(one: Candidate, before: str, own: Ran, tools: Tools) -> Offer:
    took, gave = median(tools.engine, one.sql, tools.runs, LIMIT)
    factor = one.cost.factor if one.cost is not None else None
    kind, tried = one.verdict.kind.value, one.verdict.databases
    offer = Offer(list(one.rewrites), one.title, kind, tried, one.proved, factor, took)
    offer.same = "different" if gave.error else _compared(before, one.sql, own, gave, tools)
    offer.sql = one.sql
    return offer


def _peer(found: Measured, text: str, own: Ran, tools: Tools) -> None:
    sql = peer.optimised(text, tools.schema, tools.engine.name)
    if not sql:
        found.peer_same = "fails"
        return
    found.peer, gave = median(tools.engine, sql, tools.runs, LIMIT)
    found.peer_same = "fails" if gave.error else _compared(text, sql, own, gave, tools)


def _compared(before: str, after: str, own: Ran, gave: Ran, tools: Tools) -> str:
    """Compares on the full data; where that takes too long, on less."""
    if own.limited or gave.limited:
        own, gave = (tools.engine.run(sql, CHECK) for sql in (before, after))
        if (own.limited or gave.limited) and tools.small is not None:
            own, gave = (tools.small.run(sql, CHECK) for sql in (before, after))
        if own.limited or gave.limited:
            return "unknown"
    if same(own.rows, gave.rows):
        return "same"
    # Which of several rows with the same sort key LIMIT takes is the engine's choice.
    if _CUT.search(before) and _CUT.search(after):
        whole = (tools.engine.run(_CUT.sub("", sql), CHECK) for sql in (before, after))
        one, other = whole
        if not one.error and not other.error and same(one.rows, other.rows):
            return "same"
    return "different"
