"""What sureql offers for one query, and what that is worth when it is really run."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from evals.optimize import peer
from evals.optimize.clocked import LIMIT, Clocked
from evals.optimize.engines import Engine, Ran, same
from sureql.catalog import model as catalog
from sureql.ide.diagnostics import context as contexts
from sureql.ide.optimise import optimise
from sureql.ide.optimise.model import Candidate, Means
from sureql.syntax import dialects, script
from sureql.workers import timed
from sureql.workers.context import Context

LESS = "same on less data"
_MOST = 3
_CUT = re.compile(r"\s+LIMIT\s+\d+\s*$", re.IGNORECASE)


@dataclass(slots=True)
class Offer:
    """One candidate. `same` says whether its rows were those of the query on the full data: 'same',
    'different'; `LESS` if one of both did not end there in time and they were compared with less
    data, 'unknown' if they did not end there either."""

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
    """One query on one engine. `offers` rest on plans, `kept` are those that are left, the quickest
    first, where the user has them run. `peer` is what sqlglot's optimizer makes of it."""

    name: str
    before: float
    error: str = ""
    offers: list[Offer] = field(default_factory=list)
    kept: list[Offer] = field(default_factory=list)
    refuted: list[str] = field(default_factory=list)
    first: float | None = None
    seconds: float = 0.0
    peer: float | None = None
    peer_same: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Tools:
    """What one set on one engine is measured with. `planner` and `executor` as in `Means`; `small`
    has the same tables with less data, for queries that do not end on `clocked`."""

    clocked: Clocked
    schema: catalog.Catalog
    planner: Any
    executor: Any
    seconds: float
    small: Engine | None = None
    with_peer: bool = True
    compared: dict[tuple[str, str], Ran] = field(default_factory=dict)


def query(name: str, text: str, tools: Tools) -> Measured:
    """Everything about one query, whose file may end with a semicolon."""
    dialect = dialects.get(tools.clocked.target.name)
    statement = script.of(text, dialect).statements[0]
    before, own = tools.clocked.median(statement.text)
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
    made = {one.sql: _offer(one, statement.text, own, tools) for one in offered}
    found.offers = list(made.values())
    for one in _timed(context, tools):
        if one.sql not in made:
            made[one.sql] = _offer(one, statement.text, own, tools)
        found.kept.append(made[one.sql])
    if tools.with_peer:
        _peer(found, statement.text, own, tools)
    tools.compared.clear()
    tools.clocked.known.clear()
    return found


def _timed(context: contexts.Context, tools: Tools) -> list[Candidate]:
    """The candidates where the user has all forms run."""
    means = Means(
        executor=tools.executor,
        planner=tools.planner,
        seconds=tools.seconds,
        most=_MOST + 2,
        to_be_run=True,
    )
    found = tuple(one for one in optimise.optimise(context, means) if not one.caller)
    quiet = Context(report=id, cancelled=lambda: False)
    kept, _ = timed.timed(context.text, found, tools.clocked, quiet) if found else ((), ())
    return [one for one in kept if one.cost is not None and one.cost.after_time is not None][:_MOST]


def _offer(one: Candidate, before: str, own: Ran, tools: Tools) -> Offer:
    took, gave = tools.clocked.median(one.sql)
    factor = one.cost.factor if one.cost is not None else None
    kind, tried = one.verdict.kind.value, one.verdict.databases
    offer = Offer(list(one.rewrites), one.title, kind, tried, one.proved, factor, took)
    offer.same = "different" if gave.error else _compared(before, one.sql, own, gave, tools)
    offer.sql = one.sql
    return offer


def _peer(found: Measured, text: str, own: Ran, tools: Tools) -> None:
    sql = peer.optimised(text, tools.schema, tools.clocked.target.name)
    if not sql:
        found.peer_same = "fails"
        return
    found.peer, gave = tools.clocked.median(sql)
    found.peer_same = "fails" if gave.error else _compared(text, sql, own, gave, tools)


def _compared(before: str, after: str, own: Ran, gave: Ran, tools: Tools) -> str:
    """Compares on the full data; where that takes too long, on less."""
    said, where = "same", tools.clocked.target
    if own.limited or gave.limited:
        if tools.small is None:
            return "unknown"
        said, where = LESS, tools.small
        own, gave = (_run(where, sql, tools) for sql in (before, after))
        if own.limited or gave.limited:
            return "unknown"
    if same(own.rows, gave.rows):
        return said
    # Which of several rows with the same sort key LIMIT takes is the engine's choice.
    if _CUT.search(before) and _CUT.search(after):
        one, other = (_run(where, _CUT.sub("", sql), tools) for sql in (before, after))
        if one.limited or other.limited:
            return "unknown"
        if not one.error and not other.error and same(one.rows, other.rows):
            return said
    return "different"


def _run(where: Engine, sql: str, tools: Tools) -> Ran:
    key = where.address, sql
    if key not in tools.compared:
        tools.compared[key] = where.run(sql, LIMIT)
    return tools.compared[key]
