"""RESULTS.md from the figures that runs have kept."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.optimize.measure import LIMIT, Measured, Offer

# What was looked at while rewrites were written; odd numbers were free for that from the start.
LOOKED_AT = {
    "tpcds": frozenset(
        (2, 4, 6, 10, 14, 22, 28, 30, 32, 38, 44, 54, 56, 58, 60, 64, 74, 78, 88, 90, 92)
    ),
    "tpch": frozenset((2, 20, 22)),
}
_NAMES = {"tpcds": "TPC-DS", "tpch": "TPC-H", "antipatterns": "anti-patterns"}
_SLOWER = 0.95
_LEAST = 1.0
"""Milliseconds: below that a difference is the clock's."""


def of(folder: Path) -> str:
    """The whole report of all figures in a folder."""
    parts = []
    for name in _NAMES:
        for engine in ("postgres", "sqlite", "duckdb"):
            path = folder / f"figures-{name}-{engine}.json"
            if path.exists():
                parts.append(_part(name, path))
    tables = [_head(), _summary(parts), _peer(parts), _waiting(parts)]
    tables += [_queries(part) for part in parts]
    return "\n\n".join(table for table in tables if table) + "\n"


class _Part:
    """The figures of one set on one engine."""

    def __init__(self, name: str, engine: str, scale: str, found: list[Measured]) -> None:
        self.name, self.engine, self.scale = name, engine, scale
        self.all = found
        # What the engine refuses, or cannot run in the form of the corpus, counts nowhere.
        self.ran = [one for one in found if not one.error]

    @property
    def title(self) -> str:
        return f"{_NAMES[self.name]}, {self.engine}"

    def fresh(self) -> list[Measured]:
        """Queries that nobody looked at while writing rewrites."""
        known = LOOKED_AT.get(self.name, frozenset())
        numbers = [
            (one, int("".join(filter(str.isdigit, one.name.split("_")[0])))) for one in self.ran
        ]
        if self.name == "antipatterns":
            return []
        return [one for one, number in numbers if number % 2 == 0 and number not in known]


def _part(name: str, path: Path) -> _Part:
    kept = json.loads(path.read_text(encoding="utf-8"))
    found = []
    for raw in kept["queries"].values():
        offers = [Offer(**one) for one in raw.pop("offers")]
        found.append(Measured(offers=offers, **raw))
    return _Part(name, kept["version"], kept["scale"], found)


def _head() -> str:
    return f"""# Faster forms of queries: what is offered, and what it is worth

Every candidate that sureql offers is run on the full data beside the query as written. Only what is
offered counts: the speed-up of a query is that of the candidate listed first, 1 where there is none.
Warm, one process at a time, median of the runs after one that warms up; a query that takes more
than {LIMIT:.0f} s counts as {LIMIT:.0f} s. The tables have the keys that the DDL declares (see `data.py`), PostgreSQL has
neither parallel workers nor JIT, DuckDB one thread. {platform.machine()}, {_processors()}.

The queries derive from the TPC's; these are not TPC results. Made by `python -m evals.optimize`."""


def _processors() -> str:
    import os

    return f"{os.cpu_count()} processors"


def _summary(parts: Sequence[_Part]) -> str:
    rows = [
        "| queries | scale | ran | offered | ≥ 1.2 × | ≥ 2 × | geometric mean, all | rows differ | not compared "
        "| slower than 0.95 ×, all candidates | the same, queries never looked at |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for part in parts:
        offers = [offer for one in part.ran for offer in one.offers]
        rows.append(
            f"| {part.title} | {part.scale} | {len(part.ran)} of {len(part.all)} "
            f"| {sum(bool(one.offers) for one in part.ran)} "
            f"| {_share(part.ran, 1.2)} | {_share(part.ran, 2.0)} "
            f"| {_mean([one.factor for one in part.ran]):.2f} × "
            f"| {sum(offer.same == 'different' for offer in offers)} "
            f"| {sum(offer.same == 'unknown' for offer in offers)} "
            f"| {_slower(part.ran)} of {len(offers)} | {_slower_fresh(part)} |"
        )
    refuted = sum(len(one.refuted) for part in parts for one in part.ran)
    return "\n".join(rows) + (
        f"\n\nForms that our own rewrites made and a generated database refuted, so that nobody saw them: {refuted}."
    )


def _slower_fresh(part: _Part) -> str:
    fresh = part.fresh()
    offers = sum(len(one.offers) for one in fresh)
    return f"{_slower(fresh)} of {offers} in {len(fresh)} queries" if fresh else "–"


def _slower(found: Sequence[Measured]) -> int:
    return sum(
        one.before / max(offer.milliseconds, 0.001) < _SLOWER
        and offer.milliseconds - one.before > _LEAST
        for one in found
        for offer in one.offers
    )


def _share(found: Sequence[Measured], least: float) -> str:
    return str(sum(one.factor >= least for one in found))


def _mean(factors: Sequence[float]) -> float:
    return math.exp(sum(map(math.log, factors)) / len(factors)) if factors else 1.0


def _peer(parts: Sequence[_Part]) -> str:
    rows = [
        "## sqlglot's optimizer in the same run",
        "",
        "| queries | runs | ≥ 1.2 × | ≥ 2 × | geometric mean, all | rows differ | slower than 0.95 × | fails |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for part in parts:
        ran = [one for one in part.ran if one.peer_same]
        if not ran:
            continue
        good = [
            (one, one.before / max(one.peer or 1.0, 0.001))
            for one in ran
            if one.peer_same != "fails"
        ]
        factors = [factor for _, factor in good]
        slower = sum(
            factor < _SLOWER and (one.peer or 0.0) - one.before > _LEAST for one, factor in good
        )
        rows.append(
            f"| {part.title} | {len(good)} | {_count(factors, 1.2)} | {_count(factors, 2.0)} "
            f"| {_mean(factors + [1.0] * (len(ran) - len(good))):.2f} × "
            f"| {sum(one.peer_same == 'different' for one, _ in good)} | {slower} "
            f"| {len(ran) - len(good)} |"
        )
    return "\n".join(rows) if len(rows) > 4 else ""


def _count(factors: Sequence[float], least: float) -> int:
    return sum(factor >= least for factor in factors)


def _waiting(parts: Sequence[_Part]) -> str:
    rows = [
        "## How long somebody waits",
        "",
        "Seconds from asking until the first candidate is there with its evidence, and until all are.",
        "",
        "| queries | first, median | first, p95 | all, median | all, p95 |",
        "|---|---|---|---|---|",
    ]
    for part in parts:
        first = sorted(one.first for one in part.ran if one.first is not None)
        whole = sorted(one.seconds for one in part.ran)
        if first:
            rows.append(
                f"| {part.title} | {_at(first, 0.5):.2f} | {_at(first, 0.95):.2f} "
                f"| {_at(whole, 0.5):.2f} | {_at(whole, 0.95):.2f} |"
            )
    return "\n".join(rows)


def _at(found: Sequence[float], share: float) -> float:
    return found[min(len(found) - 1, math.ceil(share * len(found)) - 1)]


def _queries(part: _Part) -> str:
    rows = [
        f"## {part.title}: what was offered",
        "",
        "| query | as written, ms | rewritten, ms | speed-up | planned | rewrites | evidence |",
        "|---|---|---|---|---|---|---|",
    ]
    order: Callable[[Measured], float] = lambda one: -one.factor  # noqa: E731
    for one in sorted((one for one in part.ran if one.offers), key=order):
        for number, offer in enumerate(one.offers):
            planned = f"{offer.planned:.2f} ×" if offer.planned else "–"
            evidence = f"{offer.verdict}, {offer.databases} databases"
            evidence += "" if offer.same == "same" else f"; full data: {offer.same}"
            rows.append(
                f"| {one.name if not number else ''} | {_ms(one.before)} | {_ms(offer.milliseconds)} "
                f"| {one.before / max(offer.milliseconds, 0.001):.2f} × | {planned} "
                f"| {', '.join(offer.rewrites)} | {evidence} |"
            )
    refused = [one.name for one in part.all if one.error]
    if refused:
        rows += ["", f"Not run, because the engine refuses them as they are: {', '.join(refused)}."]
    return "\n".join(rows)


def _ms(value: float) -> str:
    return (
        f"> {LIMIT * 1000:.0f}"
        if value >= LIMIT * 1000
        else f"{value:.1f}"
        if value < 10
        else f"{value:.0f}"
    )
