"""Candidates as plain values for other programs, and as lines for people."""

from __future__ import annotations

from typing import Any

from sureql.equivalence import told
from sureql.equivalence.model import Kind, Verdict
from sureql.ide.optimise.model import Candidate, Cost, IndexAdvice
from sureql.ports.plan import Timing

_SLIGHT = 1.05
NOTHING = "No faster form was found that could be checked."


def as_json(found: Candidate) -> dict[str, Any]:
    """A candidate with its evidence. `rewrite` is the name of its first step."""
    return {
        "rewrite": found.rewrites[0] if found.rewrites else "",
        "rewrites": list(found.rewrites),
        "title": found.title,
        "sql": found.sql.strip(),
        "precondition": " ".join(found.preconditions),
        "proved": found.proved,
        "equivalence": told.as_json(found.verdict),
        "cost": _cost(found.cost) if found.cost is not None else None,
        "caller": found.caller,
    }


def index_as_json(found: IndexAdvice) -> dict[str, Any]:
    """An index in the same form: `rewrite` is `index` and `sql` its DDL; it changes no rows."""
    cost = Cost(found.before, found.after)
    return {
        "rewrite": "index",
        "rewrites": ["index"],
        "title": found.title,
        "sql": found.ddl,
        "precondition": "",
        "proved": True,
        "equivalence": told.as_json(Verdict(Kind.PROVED, reason="An index changes no rows.")),
        "cost": _cost(cost),
        "caller": "",
        "bytes": found.bytes,
    }


def index_evidence(found: IndexAdvice) -> tuple[str, ...]:
    """Why an index helps and what it costs: one line each."""
    return (*found.reasons, _planned(Cost(found.before, found.after)), *found.remarks)


def evidence(found: Candidate) -> tuple[str, ...]:
    """Why it may be believed, and what it brings: one line each."""
    if found.caller:
        lines = [f"Returns other rows on purpose: {found.caller}"]
    else:
        lines = [told.sentence(found.verdict)]
    lines += [f"Relies on: {one}" for one in found.preconditions]
    lines += [f"Taken for granted: {one}" for one in found.verdict.assumed]
    return (*lines, gain(found))


def gain(found: Candidate) -> str:
    """How much faster it is, by the plan or a timing; where nothing is known, that is said."""
    cost = found.cost
    if cost is not None and cost.before_time is not None and cost.after_time is not None:
        before, after = _median(cost.before_time), _median(cost.after_time)
        more = "more than " if cost.before_time.limited else ""
        return (
            f"Timed: {more}{_duration(before)} before, {_duration(after)} after, on your database."
        )
    if cost is not None and cost.factor is not None:
        return _planned(cost)
    if found.gain > 1.05:
        # How many times is left open: what other tables gained is no number for these.
        return "Such rewrites were faster where that was measured; your engine was not asked."
    return "How much faster it is here is not known: no engine was asked for a plan."


def short(found: Candidate) -> str:
    """The evidence in a few words, for a list."""
    kind = {
        Kind.PROVED: "proved",
        Kind.NO_DIFFERENCE: f"no difference in {found.verdict.databases:,} databases",
        Kind.DIFFERENT: "different",
        Kind.INCONCLUSIVE: "precondition proved" if found.proved else "inconclusive",
    }[found.verdict.kind]
    said = "changes what comes back" if found.caller else kind
    factor = found.cost.factor if found.cost is not None else None
    return f"{said}, plan {_times(factor)}" if factor is not None else said


def _planned(cost: Cost) -> str:
    before, after = cost.before.cost, cost.after.cost
    if before is None or after is None or cost.factor is None:
        why = " without row counts" if before is None else ""
        return f"{cost.after.engine} would use it; how much that brings is not known{why}."
    basis = f"; by {cost.after.basis}" if cost.after.basis else ""
    slight = cost.factor <= _SLIGHT
    but = ". Such rewrites were faster all the same where that was measured." if slight else "."
    return (
        f"{cost.after.engine} expects {_times(cost.factor)} "
        f"({cost.after.unit}: {before:,.0f} before, {after:,.0f} after{basis}){but}"
    )


def _times(factor: float) -> str:
    if 0.95 <= factor <= _SLIGHT:
        return "about the same"
    if factor >= 1:
        return f"{factor:,.1f} × cheaper" if factor < 100 else f"{factor:,.0f} × cheaper"
    return f"{1 / factor:,.1f} × dearer"


def _cost(found: Cost) -> dict[str, Any]:
    timed = found.before_time is not None and found.after_time is not None
    return {
        "before": found.before.cost,
        "after": found.after.cost,
        "unit": found.after.unit,
        "engine": found.after.engine,
        "basis": found.after.basis,
        "beforeMilliseconds": list(found.before_time.milliseconds) if found.before_time else None,
        "afterMilliseconds": list(found.after_time.milliseconds) if found.after_time else None,
    } | ({"limited": found.before_time.limited} if timed and found.before_time else {})


def _duration(milliseconds: float) -> str:
    return f"{milliseconds:,.0f} ms" if milliseconds >= 10 else f"{milliseconds:.2g} ms"


def _median(found: Timing) -> float:
    ordered = sorted(found.milliseconds)
    return ordered[len(ordered) // 2] if ordered else 0.0
