"""Writes RESULTS.md: `python -m evals.completion --corpora FOLDER`."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from evals.completion import baselines, corpus, engines, ghost, popup, situations
from sureql.history.model import NOTHING

HERE = Path(__file__).parent


def main() -> None:
    options = _options()
    started = time.monotonic()
    sections = [_situations(options.verbose)]
    if options.corpora:
        schemas = [
            schema
            for schema in corpus.load(options.corpora, options.queries)
            if schema.queries
            and (not options.schema or schema.name in options.schema)
            and (options.half == "both" or schema.tuning == (options.half == "tune"))
        ]
        sections.append(_popup(schemas, options))
        sections.append(_ghost(schemas, options))
        sections.append(_keystrokes(schemas, options))
    report = "\n\n".join([_head(options, time.monotonic() - started), *sections]) + "\n"
    sys.stdout.write(report)
    if options.write:
        (HERE / "RESULTS.md").write_text(report, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.completion")
    parser.add_argument("--corpora", type=Path, help="folder with schemas/<name>/{schema,queries}")
    parser.add_argument("--queries", type=int, default=10, help="queries per schema")
    parser.add_argument("--half", choices=["tune", "report", "both"], default="both")
    parser.add_argument("--schema", action="append", help="only this schema (repeatable)")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md")
    parser.add_argument("--verbose", action="store_true", help="list misses")
    parser.add_argument("--skip", nargs="*", default=[], choices=["popup", "ghost", "keys"])
    return parser.parse_args()


def _head(options: argparse.Namespace, seconds: float) -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        "# Completion quality\n\n"
        "Made by `python -m evals.completion --corpora FOLDER --write`, "
        f"{datetime.date.today()}, at most {options.queries} queries per schema, "
        f"{seconds:.0f} s, load {load:.1f}. "
        "Schemas are split by a hash of their name: ranking was tuned on one half only, "
        "and the rows *unseen* are the other."
    )


def _situations(verbose: bool) -> str:
    rows, ranks = situations.table()
    if verbose:
        for situation, rank in ranks:
            if rank is None or rank > 0:
                marked = (
                    situation.text[: situation.offset] + "<|>" + situation.text[situation.offset :]
                )
                sys.stderr.write(f"{situation.category}: {marked!r}: {rank} {situation.wanted}\n")
    return "\n".join(["## Popup: hand-written situations", "", *rows])


def _halves(schemas: Iterable[corpus.Schema]) -> dict[str, list[corpus.Schema]]:
    halves: dict[str, list[corpus.Schema]] = {"tuning": [], "unseen": []}
    for schema in schemas:
        halves["tuning" if schema.tuning else "unseen"].append(schema)
    return {name: found for name, found in halves.items() if found}


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _popup(schemas: list[corpus.Schema], options: argparse.Namespace) -> str:
    rows = [
        "## Popup: rank of the next name",
        "",
        "| schemas | popup | typed | rest of the query | names | @1 | @5 | @10 | tables @1 | columns @1 |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    if "popup" in options.skip:
        return ""
    for half, members in _halves(schemas).items():
        for label, source in (
            ("sureql", popup.sureql_popup()),
            ("prefix match", baselines.prefix_match),
        ):
            for hole in (True, False):
                for typed in (0, 1):
                    total = popup.Tally()
                    for schema in members:
                        total.merge(popup.measure(schema, source, hole, typed))
                    seen = total.seen["all"]
                    rows.append(
                        f"| {half} ({len(members)}) | {label} | {typed} | {'kept' if hole else 'removed'} "
                        f"| {seen} | {_percent(total.first['all'], seen)} "
                        f"| {_percent(total.five['all'], seen)} | {_percent(total.ten['all'], seen)} "
                        f"| {_percent(total.first['table'], total.seen['table'])} "
                        f"| {_percent(total.first['column'], total.seen['column'])} |"
                    )
    return "\n".join(rows)


def _ghost(schemas: list[corpus.Schema], options: argparse.Namespace) -> str:
    rows = [
        "## Ghost text at every token",
        "",
        "| schemas | history | rest of the query | positions | shown | first token right "
        "| whole item right | tables right | columns right | refused by the engine | beyond its ruling |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    if "ghost" in options.skip:
        return ""
    with engines.opened(schemas) as real:
        for half, members in _halves(schemas).items():
            for with_history in (False, True):
                for hole in (False, True):
                    total = ghost.Tally()
                    for schema in members:
                        total.merge(ghost.measure(schema, real[schema.name], with_history, hole))
                    counts = total.counts
                    rows.append(
                        f"| {half} ({len(members)}) | {'others' if with_history else 'none'} "
                        f"| {'kept' if hole else 'removed'} | {counts['positions']} "
                        f"| {_percent(counts['shown'], counts['positions'])} "
                        f"| {_percent(counts['first right'], counts['shown'])} "
                        f"| {_percent(counts['whole right'], counts['shown'])} "
                        f"| {_percent(counts['tables right'], counts['tables'])} "
                        f"| {_percent(counts['columns right'], counts['columns'])} "
                        f"| {counts['refused']} | {counts['beyond ruling']} |"
                    )
                    if options.verbose:
                        for line in total.refused[:20]:
                            sys.stderr.write(f"refused: {line}\n")
                        for line, count in total.wrong.most_common(40):
                            sys.stderr.write(f"wrong {count}: {line}\n")
    return "\n".join(rows)


def _keystrokes(schemas: list[corpus.Schema], options: argparse.Namespace) -> str:
    rows = [
        "## Keystrokes saved, one key takes a whole item",
        "",
        "| schemas | history | queries | characters | keys pressed | saved |",
        "|---|---|---|---|---|---|",
    ]
    if "keys" in options.skip:
        return ""
    for half, members in _halves(schemas).items():
        for with_history in (False, True):
            pressed = needed = queries = 0
            for schema in members:
                for query in schema.queries[: max(1, options.queries // 3)]:
                    past = ghost.past_of(schema, query) if with_history else NOTHING
                    keys, length = ghost.keystrokes(schema, query, past)
                    pressed += keys
                    needed += length
                    queries += 1
            rows.append(
                f"| {half} ({len(members)}) | {'others' if with_history else 'none'} | {queries} "
                f"| {needed} | {pressed} | {_percent(needed - pressed, needed)} |"
            )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
