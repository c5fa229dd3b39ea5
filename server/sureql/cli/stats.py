"""`sureql stats`: how ghost text did on this machine."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from sureql import settings
from sureql.assistant import statistics
from sureql.assistant.statistics import Source, Summary
from sureql.cli import CLEAN
from sureql.storage import ledger

DAY = 86_400
MOST_ENTRIES = 100_000
BARS = " ▁▂▃▄▅▆▇█"


def run(options: argparse.Namespace) -> int:
    """Print what was shown, accepted and still there, and what models took."""
    since = time.time() - options.days * DAY
    opened = ledger.open_ledger(settings.cache_folder(os.environ))
    entries = [one for one in opened.entries(MOST_ENTRIES) if one.at >= since]
    found = statistics.summary(opened.events(since), entries)
    if options.format == "json":
        sys.stdout.write(json.dumps(asdict(found), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(found, options.days)
    return CLEAN


def _show(found: Summary, days: int) -> None:
    console = Console(highlight=False)
    if not found.sources and not found.requests.sent:
        console.print(f"No ghost text was shown in the last {days} days.")
        return
    table = Table(title=f"Ghost text, last {days} days", title_justify="left", box=None)
    for name in ("source", "shown", "accepted", "in part", "rate", "characters", "still there"):
        table.add_column(name, justify="left" if name == "source" else "right")
    table.add_column("p50 / p95 ms", justify="right")
    for source in found.sources:
        table.add_row(*_cells(source))
    console.print(table)
    for line in _lines(found):
        console.print(line)


def _cells(source: Source) -> Iterator[str]:
    yield source.name
    yield str(source.shown)
    yield str(source.accepted)
    yield str(source.partially)
    yield _share(source.acceptance)
    yield str(source.characters)
    yield ", ".join(f"{_share(share)} at {seconds} s" for seconds, share in source.retained) or "-"
    yield f"{source.p50:.0f} / {source.p95:.0f}"


def _lines(found: Summary) -> Iterator[str]:
    if found.days:
        most = max(count for _, count in found.days)
        picture = "".join(BARS[-(-(len(BARS) - 1) * count // most)] for _, count in found.days)
        first, last = found.days[0][0], found.days[-1][0]
        yield f"\nAccepted characters by day  {picture}  {first} to {last}, at most {most}"
    if found.verdicts:
        total = sum(count for _, count in found.verdicts)
        parts = [f"{name} {count / total:.0%}" for name, count in found.verdicts]
        yield "Checked as  " + ", ".join(parts)
    asked = found.requests
    if asked.sent or asked.cached:
        cost = "" if asked.cost is None else f", cost {asked.cost:.4f}"
        yield (
            f"Models  {asked.sent} requests ({asked.failed} failed, {asked.cancelled} cancelled), "
            f"{asked.tokens_in:,} tokens sent, {asked.tokens_out:,} received{cost}"
        )
        yield (
            f"        first word after {asked.first_p50:.0f} / {asked.first_p95:.0f} ms (p50 / p95), "
            f"{_share(asked.hit_rate)} served from the cache"
        )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
