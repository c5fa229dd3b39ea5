"""RESULTS.md from the figures that runs have kept."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.optimize.clocked import LIMIT, LONG
from evals.optimize.measure import LESS, Measured, Offer

# What was looked at while rewrites were written; odd numbers were free for that from the start.
LOOKED_AT = {
    "tpcds": frozenset(
        (
            2,
            4,
            6,
            10,
            14,
            16,
            22,
            28,
            30,
            32,
            38,
            40,
            44,
            54,
            56,
            58,
            60,
            64,
            74,
            78,
            88,
            90,
            92,
            94,
        )
    ),
    "tpch": frozenset((2, 20, 22)),
}
_NAMES = {"tpcds": "TPC-DS", "tpch": "TPC-H", "antipatterns": "anti-patterns"}
_SLOWER = 0.95
_LEAST = 1.0
"""Milliseconds: below that a difference is the clock's."""

_BY_PLAN = "by plans alone"
_RUN = "after they were run"


@dataclass(frozen=True, slots=True)
class _Row:
    """One query with what is offered for it in one of the two ways."""

    query: Measured
    offers: list[Offer]

    def gain(self, offer: Offer) -> float:
        return self.query.before / max(offer.milliseconds, 0.001)

    @property
    def factor(self) -> float:
        """The speed-up by what is listed first, 1 where there is nothing."""
        return self.gain(self.offers[0]) if self.offers else 1.0

    @property
    def slower(self) -> int:
        return sum(
            self.gain(one) < _SLOWER and one.milliseconds - self.query.before > _LEAST
            for one in self.offers
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """The figures of one set on one engine."""

    name: str
    engine: str
    scale: str
    all: list[Measured]

    @property
    def title(self) -> str:
        return f"{_NAMES[self.name]}, {self.engine}"

    @property
    def ran(self) -> list[Measured]:
        """What the engine refuses, or cannot run in the form of the corpus, counts nowhere."""
        return [one for one in self.all if not one.error]

    def rows(self, way: str) -> list[_Row]:
        return [_Row(one, one.offers if way == _BY_PLAN else one.kept) for one in self.ran]

    def fresh(self, way: str) -> list[_Row]:
        """Queries that nobody looked at while writing rewrites."""
        known = LOOKED_AT.get(self.name)
        if known is None:
            return []
        return [one for one in self.rows(way) if _is_even(one.query.name, known)]


def _is_even(name: str, known: frozenset[int]) -> bool:
    number = int("".join(filter(str.isdigit, name)))
    return number % 2 == 0 and number not in known


def of(folder: Path) -> str:
    """The whole report of all figures in a folder."""
    parts = []
    for name in _NAMES:
        for engine in ("postgres", "sqlite", "duckdb"):
            paths = sorted(folder.glob(f"figures-{name}-{engine}-*.json"))
            if paths:
                parts.append(_part(name, paths))
    tables = [_head(), _summary(parts, _BY_PLAN), _summary(parts, _RUN), _refuted(parts)]
    tables += [_peer(parts), _waiting(parts), *map(_queries, parts)]
    return "\n\n".join(table for table in tables if table) + "\n"


def _part(name: str, paths: Sequence[Path]) -> _Part:
    found = []
    for path in paths:
        file = json.loads(path.read_text(encoding="utf-8"))
        for raw in file["queries"].values():
            # The same form in both lists is one that was measured once.
            made = {one["sql"]: Offer(**one) for one in (*raw["offers"], *raw["kept"])}
            offers = [made[one["sql"]] for one in raw.pop("offers")]
            kept = [made[one["sql"]] for one in raw.pop("kept")]
            found.append(Measured(offers=offers, kept=kept, **raw))
    found.sort(key=lambda one: one.name)
    return _Part(name, file["version"], file["scale"], found)


def _head() -> str:
    return f"""# Faster forms of queries: what is offered, and what it is worth

Every candidate that sureql offers is run on the full data beside the query as written. Only what is
offered counts: the speed-up of a query is that of the candidate listed first, 1 where there is none.
There are two ways, as in `sureql optimize`: candidates are chosen by plans and by what rewrites were
measured to gain ("{_BY_PLAN}"), or, where the user asks for `--time`, what is not really faster is
taken out and the quickest comes first ("{_RUN}"). The times below are taken anew; what takes
{LONG / 1000:.0f} s or longer is run once, shorter queries several times after one run that warms up, and the median
counts. A query that takes more than {LIMIT:.0f} s counts as {LIMIT:.0f} s. Two queries run at a time, each engine with one
thread: {platform.machine()}, {os.cpu_count()} processors, whose load was {os.getloadavg()[1]:.1f} in the end (2 if nobody else used
them). The tables have the keys that the DDL declares
(see `data.py`); PostgreSQL has neither parallel workers nor JIT.

The queries derive from the TPC's; these are not TPC results. Made by `python -m evals.optimize`."""


def _summary(parts: Sequence[_Part], way: str) -> str:
    rows = [
        f"## Offered {way}",
        "",
        "| queries | scale | ran | offered | ≥ 1.2 × | ≥ 2 × | geometric mean, all | rows differ "
        "| compared on less data | not compared | slower than 0.95 ×, all candidates "
        "| the same, queries never looked at |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for part in parts:
        ran = part.rows(way)
        told = [offer.same for one in ran for offer in one.offers]
        fresh = part.fresh(way)
        offers = sum(len(one.offers) for one in fresh)
        never = f"{_slower(fresh)} of {offers} in {len(fresh)} queries" if fresh else "–"
        factors = [one.factor for one in ran]
        rows.append(
            f"| {part.title} | {part.scale} | {len(ran)} of {len(part.all)} "
            f"| {sum(bool(one.offers) for one in ran)} "
            f"| {_count(factors, 1.2)} | {_count(factors, 2.0)} | {_mean(factors):.2f} × "
            f"| {told.count('different')} | {told.count(LESS)} | {told.count('unknown')} "
            f"| {_slower(ran)} of {len(told)} | {never} |"
        )
    return "\n".join(rows)


def _refuted(parts: Sequence[_Part]) -> str:
    refuted = sum(len(one.refuted) for part in parts for one in part.ran)
    return f"Forms that our own rewrites made and a generated database refuted, so that nobody saw them: {refuted}."


def _slower(found: Sequence[_Row]) -> int:
    return sum(one.slower for one in found)


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
        "| query | as written, ms | rewritten, ms | speed-up | planned | rewrites | evidence | offered |",
        "|---|---|---|---|---|---|---|---|",
    ]
    listed = [_Row(one, _both(one)) for one in part.ran if one.offers or one.kept]
    for one in sorted(listed, key=lambda row: -max(map(row.gain, row.offers))):
        for number, offer in enumerate(one.offers):
            planned = f"{offer.planned:.2f} ×" if offer.planned else "–"
            evidence = f"{offer.verdict}, {offer.databases} databases"
            evidence += "" if offer.same == "same" else f"; rows: {offer.same}"
            ways = (_BY_PLAN, one.query.offers), (_RUN, one.query.kept)
            told = ", ".join(
                f"{way}{' (first)' if offer is found[0] else ''}"
                for way, found in ways
                if any(offer is other for other in found)
            )
            rows.append(
                f"| {one.query.name if not number else ''} | {_ms(one.query.before)} "
                f"| {_ms(offer.milliseconds)} | {one.gain(offer):.2f} × | {planned} "
                f"| {', '.join(offer.rewrites)} | {evidence} | {told} |"
            )
    refused = [one.name for one in part.all if one.error]
    if refused:
        rows += ["", f"Not run, because the engine refuses them as they are: {', '.join(refused)}."]
    return "\n".join(rows)


def _both(one: Measured) -> list[Offer]:
    return [*one.offers, *(kept for kept in one.kept if all(kept is not o for o in one.offers))]


def _ms(value: float) -> str:
    return (
        f"> {LIMIT * 1000:.0f}"
        if value >= LIMIT * 1000
        else f"{value:.1f}"
        if value < 10
        else f"{value:.0f}"
    )
