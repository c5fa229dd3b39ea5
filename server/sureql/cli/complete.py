"""`sureql complete`: the ghost texts for one place in a file."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text as Styled

from sureql import app
from sureql.cli import CLEAN, files, patience, project
from sureql.cli.files import Text
from sureql.cli.reports.json import range_of
from sureql.inline.model import Item


def run(options: argparse.Namespace) -> int:
    """Print up to three checked completions, best first."""
    text = files.read(Path(options.file))
    offset = text.offset(options.at)
    place = project.of(text.path, options.schema, options.dialect)
    for problem in place.problems:
        sys.stderr.write(f"sureql: {problem.message}\n")
    with patience.waiting_for(place.options.model):
        items = app.complete(
            place.snapshot(text),
            offset,
            place.history(text.path),
            place.options,
            os.environ,
            place.told_as(text.path),
            lambda problem: sys.stderr.write(f"sureql: {problem}\n"),
        )
    if options.format == "json":
        found = {"items": [_as_json(text, item) for item in items]}
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    else:
        _show(text, offset, items)
    return CLEAN


def _as_json(text: Text, item: Item) -> dict[str, object]:
    level = item.verdict.level
    return {
        "insertText": item.insert,
        **range_of(text, item.replace),
        "source": item.source,
        "verdict": {
            "outcome": item.verdict.outcome.value,
            "level": level.value if level else None,
            "reason": item.verdict.reason,
        },
    }


def _show(text: Text, offset: int, items: tuple[Item, ...]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if not items:
        console.print("Nothing that would hold up here.")
        return
    line, _ = text.place(offset)
    start = text.lines.start(line - 1)
    for number, item in enumerate(items, start=1):
        level = item.verdict.level
        typed = text.content[min(start, item.replace.start) : item.replace.start]
        console.print(
            Styled.assemble(
                (f"{number}  ", "dim"),
                typed,
                (item.insert, "bold green"),
                (f"   {item.source}, {level.value if level else 'checked'}", "dim"),
            )
        )
