"""`sureql log`: what was sent to models, when, where, and what it cost."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sureql import settings
from sureql.assistant import budget
from sureql.cli import CLEAN
from sureql.cli.printable import printable
from sureql.ports.ledger import Entry, Spent
from sureql.storage import ledger

_MOST_LOOKED_AT = 10_000
_ANSWERED = ("answered", "cancelled")


def run(options: argparse.Namespace) -> int:
    """Show the newest requests, or delete the log."""
    book = ledger.open_ledger(settings.cache_folder(os.environ))
    if options.clear:
        book.clear()
        if options.format == "text":
            sys.stdout.write("The log is empty. What was spent today stays counted.\n")
            return CLEAN
    entries = book.entries(_MOST_LOOKED_AT)
    shown = entries[: max(options.n, 0)]
    today = book.spent(budget.midnight(time.time()))
    if options.format == "json":
        _write_json(shown, entries, today, full=options.full)
    elif not entries:
        sys.stdout.write("No model has been asked.\n")
    else:
        _write_text(shown, full=options.full)
        _write_totals(entries, today)
    return CLEAN


def _write_json(
    shown: Sequence[Entry], entries: Sequence[Entry], today: Spent, *, full: bool
) -> None:
    document: dict[str, Any] = {
        "requests": [_facts(entry, full) for entry in shown],
        "today": asdict(today),
        "cacheHitRate": _hit_rate(entries),
        "folder": str(settings.cache_folder(os.environ)),
    }
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def _facts(entry: Entry, full: bool) -> dict[str, Any]:
    facts = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(entry.at)),
        "host": entry.host,
        "model": entry.model,
        "task": entry.task,
        "outcome": entry.outcome,
        "detail": entry.detail,
        "tokensIn": entry.usage.prompt,
        "tokensInCached": entry.usage.cached,
        "tokensOut": entry.usage.completion,
        "cost": entry.cost,
        "firstMs": round(entry.first, 1),
        "totalMs": round(entry.total, 1),
        "redacted": entry.redacted,
    }
    return {**facts, "sent": entry.sent} if full else facts


def _write_text(shown: Sequence[Entry], *, full: bool) -> None:
    # Piped, the table keeps its width, so that no line is cut.
    console = Console(width=None if sys.stdout.isatty() else 140, soft_wrap=full)
    if not full:
        console.print(_table(shown))
        return
    for entry in shown:
        console.print(Text(printable(_headline(entry)), style="bold"))
        # As it was sent: nothing in it is markup.
        console.print(Text(printable(entry.sent) or "(nothing)"), Text(""))


def _table(shown: Sequence[Entry]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("time", "model", "where", "task", "outcome"):
        table.add_column(name, overflow="fold")
    for name in ("in", "out", "cost", "ms", "hidden"):
        table.add_column(name, justify="right")
    for entry in shown:
        table.add_row(
            time.strftime("%m-%d %H:%M:%S", time.localtime(entry.at)),
            Text(printable(entry.model)),
            Text(printable(entry.host)),
            entry.task,
            entry.outcome,
            f"{entry.usage.prompt:,}",
            f"{entry.usage.completion:,}",
            _money(entry.cost),
            f"{entry.total:,.0f}",
            str(entry.redacted or ""),
        )
    return table


def _headline(entry: Entry) -> str:
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at))
    usage = f"{entry.usage.prompt:,} tokens in, {entry.usage.completion:,} out"
    detail = f" ({entry.detail})" if entry.detail else ""
    return f"{at}  {entry.model} at {entry.host}: {entry.task}, {entry.outcome}{detail}; {usage}"


def _write_totals(entries: Sequence[Entry], today: Spent) -> None:
    money = f", {_money(today.cost)} in money" if today.cost else ""
    sys.stdout.write(f"\nToday: {today.requests:,} requests, {today.tokens:,} tokens{money}.\n")
    rate = _hit_rate(entries)
    if rate is not None:
        sys.stdout.write(f"Answers that were known already: {rate:.0%}.\n")


def _hit_rate(entries: Sequence[Entry]) -> float | None:
    """The share of answers that cost nothing, None if there were none."""
    known = sum(entry.outcome == "cached" for entry in entries)
    asked = sum(entry.outcome in _ANSWERED for entry in entries)
    return known / (known + asked) if known + asked else None


def _money(cost: float | None) -> str:
    return "" if cost is None else f"{cost:.4f}"
