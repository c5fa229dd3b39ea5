"""Verdicts as plain values for other programs, and as sentences for people."""

from __future__ import annotations

from typing import Any

from sureql.equivalence.model import Coverage, Kind, Verdict, Witness
from sureql.ports.executor import Outcome, Table

_ENOUGH = 3  # A share is told where there were at least so many to count.


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict with its coverage and witness; values of rows are texts, numbers, true, false or
    null."""
    return {
        "verdict": verdict.kind.value,
        "databases": verdict.databases,
        "coverage": _coverage(verdict.coverage),
        "witness": _witness(verdict.witness) if verdict.witness is not None else None,
        "reason": verdict.reason,
        "engine": verdict.engine,
        "assumed": list(verdict.assumed),
    }


def sentence(verdict: Verdict) -> str:
    """What was found out, in one line."""
    where = f" on {verdict.engine}" if verdict.engine else ""
    match verdict.kind:
        case Kind.PROVED:
            return f"Proved: {verdict.reason}" if verdict.reason else "Proved."
        case Kind.NO_DIFFERENCE:
            count = f"{verdict.databases:,} generated databases"
            return f"No difference found in {count}{where} ({coverage(verdict.coverage)})."
        case Kind.DIFFERENT:
            return f"Different: {verdict.reason}" if verdict.reason else "Different."
        case Kind.INCONCLUSIVE:
            return f"Inconclusive: {verdict.reason}" if verdict.reason else "Inconclusive."


def coverage(found: Coverage) -> str:
    """How much the databases could have shown."""
    said = [f"{found.non_empty:.0%} gave rows"]
    if found.all_branches >= _ENOUGH:
        said.append(f"{found.branches} of {found.all_branches} outcomes of conditions seen")
    if found.mutants >= _ENOUGH:
        said.append(f"{found.killed} of {found.mutants} deliberate mistakes noticed")
    return ", ".join(said)


def _coverage(found: Coverage) -> dict[str, Any]:
    return {
        "nonEmpty": round(found.non_empty, 4),
        "branches": found.branches,
        "allBranches": found.all_branches,
        "killed": found.killed,
        "mutants": found.mutants,
    }


def _witness(found: Witness) -> dict[str, Any]:
    return {
        "database": [_table(one) for one in found.database],
        "first": _outcome(found.first),
        "second": _outcome(found.second),
    }


def _table(found: Table) -> dict[str, Any]:
    return {
        "schema": found.schema,
        "name": found.name,
        "columns": list(found.columns),
        "rows": [[_value(value) for value in row] for row in found.rows],
    }


def _outcome(found: Outcome) -> dict[str, Any]:
    return {
        "columns": list(found.columns),
        "rows": [[_value(value) for value in row] for row in found.rows],
        "error": found.error,
    }


def _value(value: Any) -> Any:
    plain = isinstance(value, bool | int | str) or value is None
    if isinstance(value, float):
        # JSON has no number for these.
        return value if value == value and abs(value) != float("inf") else str(value)
    return value if plain else value.hex() if isinstance(value, bytes) else str(value)
