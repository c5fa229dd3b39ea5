"""Measures what is offered and writes RESULTS.md:

    python -m evals.optimize.generate DATA --scale 1
    python -m evals.optimize.generate LESS --scale 0.1
    python -m evals.optimize --corpora FOLDER --data DATA --small LESS --engines FOLDER --everything

Databases are made in the engines' folder when they are first needed. Each run keeps its figures
there; --write makes the report of all of them, and --everything runs all, two at a time, and writes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from evals.optimize import antipatterns, data, engines, measure, report
from evals.optimize.clocked import Clocked
from evals.optimize.data import Place
from evals.optimize.measure import Measured, Tools
from sureql.catalog import model as catalog
from sureql.oracle.engine import EngineSpec
from sureql.oracle.executors import open as executors
from sureql.oracle.planners import open as planners
from sureql.sources import ddl_files, load
from sureql.syntax import dialects

HERE = Path(__file__).parent


# (engine, set, with less data, number of parts): the long ones first.
_EVERYTHING = (
    ("postgres", "tpcds", False, 2),
    ("postgres", "tpch", False, 1),
    ("duckdb", "tpcds", True, 1),
    ("sqlite", "tpch", True, 1),
    ("postgres", "antipatterns", True, 1),
    ("sqlite", "antipatterns", True, 1),
    ("duckdb", "antipatterns", True, 1),
    ("duckdb", "tpch", True, 1),
)


def main() -> None:
    options = _options()
    if options.everything:
        for path in options.engines.glob("figures-*.json"):
            path.unlink()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_alone, _commands(options)))
    for engine in options.on:
        for part in options.sets:
            _measured(options, engine, part)
    if options.write or options.everything:
        text = report.of(options.figures or options.engines)
        sys.stdout.write(text)
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.optimize")
    parser.add_argument("--corpora", type=Path, help="folder with schemas/tpch and schemas/tpcds")
    parser.add_argument("--data", type=Path, help="what evals.optimize.generate made")
    parser.add_argument("--small", type=Path, help="the same with less data, only to compare rows")
    parser.add_argument("--engines", type=Path, required=True, help="folder for the databases")
    parser.add_argument("--figures", type=Path, help="folder for the figures, if another")
    parser.add_argument("--sets", nargs="*", default=[], choices=data.SETS)
    parser.add_argument("--on", nargs="*", default=[], choices=data.ENGINES)
    parser.add_argument("--only", nargs="*", default=[], help="only these queries")
    parser.add_argument("--part", default="1/1", help="2/3: the second third of the queries")
    parser.add_argument("--seconds", type=float, default=10.0, help="for the search and evidence")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--scale", default="1", help="the data's scale factor, for the report")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md")
    parser.add_argument("--everything", action="store_true", help="measure all, then write")
    return parser.parse_args()


def _commands(options: argparse.Namespace) -> Iterator[list[str]]:
    """One process for each part of what is measured."""
    for engine, name, less, parts in _EVERYTHING:
        data_, engines_ = options.data, options.engines
        small = [] if less else ["--small", str(options.small)]
        if less:
            data_, engines_ = options.small, options.engines / "small"
        for part in range(1, parts + 1):
            yield [
                *(sys.executable, "-m", "evals.optimize", "--corpora", str(options.corpora)),
                *("--data", str(data_), "--engines", str(engines_), *small),
                *("--figures", str(options.engines), "--scale", "0.1" if less else options.scale),
                *("--sets", name, "--on", engine, "--part", f"{part}/{parts}"),
            ]


def _alone(command: list[str]) -> None:
    # One that fails leaves its figures out; the others count all the same.
    subprocess.run(command, check=False)


def _measured(options: argparse.Namespace, name: str, part: str) -> None:
    place = Place(options.corpora, options.data, options.engines)
    place.engines.mkdir(parents=True, exist_ok=True)
    engine = engines.opened(name, place, part, _server(name, place))
    small = None
    if options.small is not None:
        less = Place(options.corpora, options.small, options.engines / "small")
        less.engines.mkdir(exist_ok=True)
        small = engines.opened(name, less, part, _server(name, less))
    schema = _schema(place, name, part, engine.address)
    source = engine.address if name == "postgres" else f"{name}:///{engine.address}"
    spec = EngineSpec("postgres", cache=str(options.engines)) if name == "postgres" else None
    tools = Tools(
        Clocked(engine, name, engine.version),
        schema,
        planners.planner(schema, name, spec, [source]),
        executors.opener(name, spec),
        options.seconds,
        small,
        not options.no_peer,
    )
    number, parts = map(int, options.part.split("/"))
    folder = options.figures or options.engines
    target = folder / f"figures-{part}-{name}-{number}.json"
    kept = json.loads(target.read_text())["queries"] if target.exists() and options.only else {}
    try:
        listed = list(_queries(place, part, name).items())
        for query, sql in listed[number - 1 :: parts]:
            if options.only and query not in options.only:
                continue
            found = measure.query(query, sql, tools)
            kept[query] = found.as_json()
            _tell(found)
            _keep(target, {"version": engine.version, "scale": options.scale, "queries": kept})
    finally:
        if tools.planner is not None:
            tools.planner.close()
        engine.close()
        if small is not None:
            small.close()


def _server(name: str, place: Place) -> Any:
    return data.postgres_server(place) if name == "postgres" else None


def _schema(place: Place, name: str, part: str, address: str) -> catalog.Catalog:
    """What the database says of itself, with the numbers of its rows; PostgreSQL's planner has its
    own numbers, so that the DDL is enough there."""
    if name != "postgres":
        return load.database(Path(address), name)
    text = ddl_files.SchemaText("schema.sql", place.ddl(part))
    return ddl_files.load([text], dialects.get(name))


def _queries(place: Place, part: str, engine: str) -> dict[str, str]:
    return antipatterns.queries(engine) if part == antipatterns.SET else place.queries(part)


def _keep(target: Path, figures: dict[str, Any]) -> None:
    target.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _tell(one: Measured) -> None:
    first = f" first {one.first:.2f} s," if one.first is not None else ""
    sys.stderr.write(f"{one.name} {one.before:.0f} ms {one.error}{first} {one.seconds:.1f} s")
    if one.peer is not None:
        sys.stderr.write(f"; sqlglot {one.peer:.0f} ms {one.peer_same}")
    sys.stderr.write("\n")
    for offer in [*one.offers, *(offer for offer in one.kept if offer not in one.offers)]:
        run = " run" if offer in one.kept else ""
        factor = one.before / max(offer.milliseconds, 0.001)
        planned = f"planned {offer.planned:.2f}×" if offer.planned else "not planned"
        sys.stderr.write(
            f"  {run} {factor:.2f}× {offer.milliseconds:.0f} ms, {planned}, {offer.same}, "
            f"{offer.verdict} {offer.databases}: {offer.title[:110]}\n"
        )
    for title in one.refuted:
        sys.stderr.write(f"   REFUTED {title[:110]}\n")


if __name__ == "__main__":
    main()
