"""Writes RESULTS.md: `python -m evals.model --corpora FOLDER [--local NAME] [--write]`.

Whoever tunes looks at `--half tuning` only.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from evals.completion import corpus, engines
from evals.completion.corpus import Schema
from evals.model import asking, keys, texts
from evals.model.keys import Typed
from sureql.settings.options import Model

HERE = Path(__file__).parent
LONGEST_TYPED = 300
"""Characters of queries that are typed: every letter of one may be a question to the model."""
_HALVES = {"unseen": "that nothing was tuned on", "tuning": "that figures were tuned on"}


def main() -> None:
    options = _options()
    schemas = [
        schema
        for schema in corpus.load(options.corpora, options.queries)
        if schema.queries and schema.tuning == (options.half == "tuning")
    ]
    random.Random(options.seed).shuffle(schemas)
    schemas = schemas[: options.schemas]
    report = asyncio.run(_report(schemas, options)) + "\n"
    sys.stdout.write(report)
    if options.write:
        (HERE / "RESULTS.md").write_text(report, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.model")
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--local", default="smollm2", help="a model that sureql runs itself")
    parser.add_argument("--base-url", default="", help="or an endpoint")
    parser.add_argument("--name", default="", help="and the model's name there")
    parser.add_argument("--models", type=Path, help="folder with `models/`, as SUREQL_CACHE")
    parser.add_argument("--half", choices=("tuning", "unseen"), default="unseen")
    parser.add_argument("--seed", type=int, default=3, help="which schemas, if not all")
    parser.add_argument("--naive", type=int, default=10, help="schemas asked the naive way too")
    parser.add_argument("--schemas", type=int, default=1000)
    parser.add_argument("--queries", type=int, default=2, help="queries per schema")
    parser.add_argument("--positions", type=int, default=5, help="positions per schema")
    parser.add_argument("--typed", type=int, default=30, help="queries typed letter by letter")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


async def _report(schemas: list[Schema], options: argparse.Namespace) -> str:
    began = time.monotonic()
    model = (
        Model(name=options.name, base_url=options.base_url, timeout=120_000)
        if options.base_url
        else Model(local=options.local, timeout=120_000)
    )
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        if options.models:
            (cache / "models").symlink_to((options.models / "models").resolve())
        async with asking.opened(model, cache) as opened:
            tally = texts.Tally()
            with engines.opened(schemas) as real:
                for number, schema in enumerate(schemas):
                    naive = number < options.naive
                    found = await texts.measure(
                        schema, real[schema.name], opened, options.positions, naive
                    )
                    tally.merge(found)
                    _progress(f"{schema.name}: {found.of('raw')['positions']} positions")
            typed = await _typed(schemas, opened, options.typed)
    head = _head(options, schemas, time.monotonic() - began)
    return "\n\n".join([head, _texts(tally), _costs(tally), _keys(typed)])


async def _typed(schemas: list[Schema], opened: asking.Asking, most: int) -> list[Typed]:
    found = []
    for schema in schemas:
        query = next((one for one in schema.queries if len(one) <= LONGEST_TYPED), "")
        if len(found) == most or not query:
            continue
        found.append(await keys.type_query(schema, query, opened))
        _progress(f"{schema.name}: {found[-1]}")
    return found


def _progress(text: str) -> None:
    sys.stderr.write(text + "\n")


def _head(options: argparse.Namespace, schemas: list[Schema], seconds: float) -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    model = options.name or options.local
    return (
        "# Ghost text with a model\n\n"
        f"Made by `python -m evals.model --corpora FOLDER --write`, {datetime.date.today()}, model "
        f"{model}, {len(schemas)} schemas {_HALVES[options.half]}, {seconds:.0f} s, load {load:.1f}. "
        "The text after the cursor is removed. *Parses* and *resolves* are the real engine's word on "
        "the shortest continuation of the text with the model's in it; a text is left out where the engine "
        "takes no continuation of the user's own text either."
    )


def _texts(tally: texts.Tally) -> str:
    rows = [
        "## What the model writes",
        "",
        "| way | positions | something written or shown | of it: parses | resolves "
        "| first token right | whole text right | ms per position |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for way, counts in tally.counts.items():
        written = counts["written"]
        rows.append(
            f"| {way} | {counts['positions']} | {_percent(written, counts['positions'])} "
            f"| {_percent(counts['parses'], written)} | {_percent(counts['resolves'], written)} "
            f"| {_percent(counts['first'], written)} | {_percent(counts['whole'], written)} "
            f"| {counts['milliseconds'] / max(1, counts['positions']):.0f} |"
        )
    return "\n".join(rows)


def _costs(tally: texts.Tally) -> str:
    rows = [
        "## Tokens",
        "",
        "| prompt | tokens per request | tokens per shown text |",
        "|---|---|---|",
    ]
    for way, name in (
        ("raw, checked", "ours"),
        ("naive window, checked", "the schema's DDL and the text, the last 2,048 tokens"),
    ):
        counts = tally.of(way)
        rows.append(
            f"| {name} | {counts['tokens'] / max(1, counts['positions']):.0f} "
            f"| {counts['tokens'] / max(1, counts['written']):.0f} |"
        )
    return "\n".join(rows)


def _keys(typed: list[Typed]) -> str:
    rows = [
        "## Typing whole queries, one key takes a right item",
        "",
        "| | queries | keys saved | items shown | of them right |",
        "|---|---|---|---|---|",
    ]
    if not typed:
        return ""
    for name, both in (("engine alone", False), ("engine and model", True)):
        rows.append(
            f"| {name} | {len(typed)} | {100 * keys.saved(typed, both):.1f} % "
            f"| {sum((one.both if both else one.engine)[1] for one in typed)} "
            f"| {100 * keys.precision(typed, both):.1f} % |"
        )
    for name, measure in (("keys saved", keys.saved), ("items right", keys.precision)):
        low, high = keys.bootstrap(typed, measure)
        rows.append("")
        rows.append(
            f"Difference in {name}, 95 % interval over queries in pairs: {low:+.1f} to {high:+.1f} points."
        )
    return "\n".join(rows)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


if __name__ == "__main__":
    main()
