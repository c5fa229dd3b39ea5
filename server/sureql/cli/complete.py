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
from sureql.cli.reports.json import range_between
from sureql.inline.model import Item
from sureql.text.edits import TextEdit


def run(options: argparse.Namespace) -> int:
    """Print up to three checked completions, best first."""
    read = files.read(Path(options.file))
    place = project.of(read.path, options.schema, options.dialect)
    text = place.sql(read)
    offset = text.offset(options.at)
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
        told = (_as_json(text, offset, item) for item in items)
        found = {"items": [one for one in told if one is not None]}
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    else:
        _show(text, offset, items)
    return CLEAN


def _as_json(text: Text, offset: int, item: Item) -> dict[str, object] | None:
    """None if it can't be written there."""
    level = item.verdict.level
    written = text.inserted(TextEdit(item.replace, item.insert), offset)
    if written is None:
        return None
    return {
        "insertText": written[2],
        **range_between(*written[:2]),
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
    start = text.lines.start(text.lines.line_of(offset))
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
