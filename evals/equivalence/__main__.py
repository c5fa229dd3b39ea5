"""Writes RESULTS.md: `python -m evals.equivalence --corpora FOLDER --write`."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

from evals.equivalence import measure, tables, workload
from evals.equivalence.measure import Measured
from evals.equivalence.workload import Pair
from sureql.oracle.engine import EngineSpec

HERE = Path(__file__).parent


def main() -> None:
    options = _options()
    started = time.monotonic()
    found: list[Measured] = []
    tasks = [
        (pair, dialect)
        for at, dialect in enumerate(options.dialects)
        for number, pair in enumerate(workload.pairs(options.corpora))
        if pair.equal is not None and number % options.every[min(at, len(options.every) - 1)] == 0
    ]
    with tempfile.TemporaryDirectory(prefix="sureql-eval-") as folder:
        job = partial(_one, options=options, folder=folder)
        with ProcessPoolExecutor(options.processes) as pool:
            for one in pool.map(job, tasks, chunksize=4):
                if one is not None:
                    found.append(one)
                    _log(options, one)
    report = _report(options, found, time.monotonic() - started)
    sys.stdout.write(report)
    if options.write:
        (HERE / "RESULTS.md").write_text(report, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.equivalence")
    parser.add_argument(
        "--corpora", type=Path, required=True, help="folder with equivalence and schemas"
    )
    parser.add_argument(
        "--dialects", nargs="*", choices=workload.DIALECTS, default=list(workload.DIALECTS)
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="for each pair")
    parser.add_argument(
        "--every", type=int, nargs="+", default=[1], help="only every n-th pair, by dialect"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--log", type=Path, help="write each verdict there, one JSON line for each")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md")
    return parser.parse_args()


def _one(task: tuple[Pair, str], options: argparse.Namespace, folder: str) -> Measured | None:
    pair, dialect = task
    spec = EngineSpec(dialect, cache=folder)
    return measure.measured(pair, dialect, options.corpora, options.seconds, spec)


def _log(options: argparse.Namespace, one: Measured) -> None:
    if options.log is None:
        return
    line = {
        "id": one.pair.name, "dialect": one.dialect, "equal": one.pair.equal, "outcome": one.outcome,
        "seconds": round(one.seconds, 3), "unsupported": one.unsupported, "source": one.pair.source,
        "first": one.pair.first, "second": one.pair.second, **one.detail,
    }  # fmt: skip
    with options.log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _report(options: argparse.Namespace, found: list[Measured], seconds: float) -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    libraries = ", ".join(f"{name} {version(name)}" for name in ("sqlglot", "duckdb"))
    every = [options.every[min(at, len(options.every) - 1)] for at in range(len(options.dialects))]
    counted = zip(options.dialects, every, strict=True)
    sampled = ", ".join(f"{name} 1 pair in {count}" for name, count in counted if count > 1)
    sample = f" ({sampled})" if sampled else ""
    wrong = _audited()
    lines = [
        "# Equivalence",
        f"Made by `python -m evals.equivalence --corpora FOLDER --write`, {datetime.date.today()}, "
        f"{options.seconds:g} s for each pair{sample}, {seconds:.0f} s in all, load {load:.1f}; "
        f"{libraries}. A pair counts in a dialect if its engine accepts both statements; else it is "
        "unsupported. Column names are not compared. Labels that are wrong are listed, with why, in "
        "[audit.md](audit.md), and left out of the first table only.",
        "## What counts",
        "| dialect | pairs | false *different* | refuted of not equivalent | missed | settled | median | p95 |\n"
        "|---|---|---|---|---|---|---|---|\n"
        + "\n".join(tables.head_figures(found, one, wrong) for one in options.dialects),
        "*Missed* are pairs that are not equivalent and were not called different nor inconclusive. "
        "Published for other tools and other sets of pairs: 96.4 % settled (SQLSolver), 77 % (VeriEQL).",
        "## By dialect and label",
        tables.by_label(found),
        "## By source",
        tables.by_source(found),
        "## Against the label",
        "\n".join(
            f"- {one.pair.name} ({one.dialect}, {'equivalent' if one.pair.equal else 'not equivalent'}): "
            f"{one.outcome}. {one.verdict.reason}"
            for one in tables.odd(found)
        )
        or "None.",
    ]
    return "\n\n".join(lines) + "\n"


def _audited() -> set[str]:
    """The pairs whose label was found to be wrong, by hand."""
    file = HERE / "audit.md"
    if not file.is_file():
        return set()
    rows = (line.split("|") for line in file.read_text(encoding="utf-8").splitlines())
    return {row[1].strip() for row in rows if len(row) > 2 and row[1].strip()[:1] in "pm"}


if __name__ == "__main__":
    main()
