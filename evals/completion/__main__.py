"""Writes RESULTS.md: `python -m evals.completion --corpora FOLDER`."""

from __future__ import annotations

import argparse
import datetime
import os
import shlex
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from evals.completion import (
    baselines,
    corpus,
    editor,
    engines,
    ghost,
    peer,
    popup,
    situations,
)
from sureql.history.model import NOTHING

HERE = Path(__file__).parent


def main() -> None:
    options = _options()
    started = time.monotonic()
    sections = [_situations(options)]
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
    parser.add_argument(
        "--peer", default="", help="command of another server that takes a live PostgreSQL"
    )
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
        "and the rows *unseen* are the other. Refusals by an engine were looked into and mended on "
        "both halves (tpch, of the unseen one, among them). *Beyond its ruling*: the engine "
        "refuses whatever continues the user's own text, so it cannot judge the item. *Keystrokes*: "
        "a user who takes every right item; real ones take fewer."
    )


def _situations(options: argparse.Namespace) -> str:
    rows = [
        "## Popup: hand-written situations, over the protocol",
        "",
        "Written by ourselves; a file named *late* after most of the tuning, though two rules came "
        "from its misses.",
        "",
        "| situations | server | schema from | count | first | in the top 5 |",
        "|---|---|---|---|---|---|",
    ]
    for path in sorted(situations.HERE.glob("situations*.txt")):
        ddl, asked = situations.read(path)
        with editor.serving(ddl) as ours:
            rows.append(_ranked(path.stem, "sureql", "DDL", editor.ranks(ours, asked)))
        if options.peer:
            schema = corpus.read(path.stem, "postgres", ddl.read_text(encoding="utf-8"), ())
            name = Path(shlex.split(options.peer)[0]).name
            with peer.serving(shlex.split(options.peer), schema) as other:
                rows.append(_ranked(path.stem, name, "database", editor.ranks(other, asked)))
    return "\n".join(rows)


def _ranked(file: str, server: str, source: str, ranks: list[int | None]) -> str:
    first = sum(rank == 0 for rank in ranks)
    five = sum(rank is not None and rank < 5 for rank in ranks)
    count = len(ranks)
    return (
        f"| {file} | {server} | {source} | {count} | {_percent(first, count)} "
        f"| {_percent(five, count)} |"
    )


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
                    rows.append(_names_row(f"{half} ({len(members)})", label, hole, typed, total))
    rows += _peer_names(schemas, options)
    return "\n".join(rows)


def _peer_names(schemas: list[corpus.Schema], options: argparse.Namespace) -> list[str]:
    """The same for the peer, on the schemas that it can have."""
    rows = []
    for schema in schemas if options.peer else ():
        if schema.dialect.name != "postgres":
            continue
        ours = popup.sureql_popup()
        with peer.serving(shlex.split(options.peer), schema) as other:

            def theirs(_: corpus.Schema, text: str, offset: int, server=other) -> list[str]:
                return server.texts(text, offset)

            for label, source in (("sureql", ours), (Path(options.peer.split()[0]).name, theirs)):
                for hole in (True, False):
                    total = popup.measure(schema, source, hole)
                    rows.append(_names_row(schema.name, label, hole, 0, total))
    return rows


def _names_row(schemas: str, label: str, hole: bool, typed: int, total: popup.Tally) -> str:
    seen = total.seen["all"]
    return (
        f"| {schemas} | {label} | {typed} | {'kept' if hole else 'removed'} "
        f"| {seen} | {_percent(total.first['all'], seen)} "
        f"| {_percent(total.five['all'], seen)} | {_percent(total.ten['all'], seen)} "
        f"| {_percent(total.first['table'], total.seen['table'])} "
        f"| {_percent(total.first['column'], total.seen['column'])} |"
    )


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
