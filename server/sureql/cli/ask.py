"""`sureql ask`: a checked statement for a question in words."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.text import Text as Styled

from sureql import app, settings
from sureql.assistant import generate
from sureql.assistant.budget import Meter
from sureql.assistant.exchange import Exchange
from sureql.assistant.generate import Generated, Means
from sureql.assistant.within import within
from sureql.cli import CLEAN, FINDINGS, conversations, files, patience, project
from sureql.cli.printable import printable
from sureql.cli.project import Project
from sureql.ide.diagnostics.runner import Judges
from sureql.ports.errors import ConfigurationError, JudgeError
from sureql.ports.provider import Turn
from sureql.ports.recall import Recall
from sureql.prompt import tokens
from sureql.prompt.model import Place
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.workers import kept_engines, recall_here

NOT_CONFIGURED = (
    "No model is configured: set `model.name` (and `model.base_url`, if it is not OpenAI's) in {file}, "
    "or run `sureql model list` for one that needs no endpoint."
)


def run(options: argparse.Namespace) -> int:
    """Print the statement, or why there is none."""
    question = " ".join(options.question)
    if not question.strip():
        raise ConfigurationError('There is no question. Write it in quotes: sureql ask "…"')
    path = Path(options.at)
    place = project.of(path, options.schema, options.dialect)
    for problem in place.problems:
        sys.stderr.write(f"sureql: {problem.message}\n")
    if not place.options.model.configured:
        raise ConfigurationError(NOT_CONFIGURED.format(file=settings.user_file(os.environ)))
    meter = app.meter()
    exchange = app.exchange(place.options, os.environ, meter=meter, intent=True)
    assert exchange is not None
    tokens.load()
    earlier = conversations.last(place.root) if options.refine else ()
    snapshot = _snapshot(place, path)
    try:
        with patience.waiting_for(place.options.model, intent=True):
            found = asyncio.run(_asked(exchange, place, snapshot, question, earlier))
    finally:
        kept_engines.close()
    conversations.keep(place.root, found.conversation)
    cost = meter.cost if any(exchange.terms.prices) else None
    if options.format == "json":
        sys.stdout.write(json.dumps(_as_json(found, meter, cost), ensure_ascii=False, indent=2))
        sys.stdout.write("\n")
    else:
        _show(found, meter, cost, snapshot)
    return CLEAN if found.sql else FINDINGS


async def _asked(
    exchange: Exchange, place: Project, snapshot: Snapshot, question: str, earlier: tuple[Turn, ...]
) -> Generated:
    if exchange.provider.endpoint.own and exchange.provider.capabilities is None:
        # Without its grammar it would say nothing of use.
        await exchange.examine()
    known = exchange.provider.capabilities
    means = Means(
        exchange,
        tokens.counter(),
        within,
        generate.limits(known.window if known else 0),
        judges=_judges(place, snapshot),
        held=generate.held(exchange.provider),
    )
    end = len(snapshot.text)
    recall = _recall(place, snapshot)
    here = Place(snapshot, end, recall=recall, hidden=place.options.privacy.ignore_tables)
    below = place.told_as(Path(snapshot.path)) if snapshot.path else ""
    try:
        found = await generate.statement(here, question, earlier, means, below)
    finally:
        await exchange.close()
    if found.sql and recall is not None:
        dialect, cache = snapshot.script.dialect.name, str(settings.cache_folder(os.environ))
        recall_here.remember(str(place.root), dialect, cache, found.sql)
    return found


def _recall(place: Project, snapshot: Snapshot) -> Recall | None:
    """The workspace's own statements, as examples; None if nothing may be learnt of them."""
    if not place.options.history.enabled:
        return None
    cache, hidden = str(settings.cache_folder(os.environ)), place.options.privacy.ignore_paths
    return recall_here.opened(str(place.root), snapshot.script.dialect.name, cache, hidden)


def _snapshot(place: Project, path: Path) -> Snapshot:
    """The file at `path`; for a folder a file with nothing in it yet."""
    if not path.is_dir():
        return place.snapshot(place.sql(files.read(path)))
    base = place.catalog(path)
    named = place.options.dialect_of(place.below(path)) or base.dialect
    return app.snapshot("", "", 0, script.of("", dialects.get(named)), base)


def _judges(place: Project, snapshot: Snapshot) -> Judges | None:
    """The engine that has the last word, None if there is none here."""
    below = place.below(Path(snapshot.path)) if snapshot.path else ""
    spec = place.engine(below, snapshot.script.dialect.name)
    try:
        return kept_engines.judges_of(spec)
    except JudgeError as problem:
        sys.stderr.write(f"sureql: checked without an engine: {problem}\n")
        return None


def _as_json(found: Generated, meter: Meter, cost: float | None) -> dict[str, object]:
    return {
        "sql": found.sql,
        "message": found.message,
        "verdict": {
            "outcome": "accepted" if found.sql else "dropped",
            "level": found.level or None,
            "reason": "" if found.sql else found.message,
        },
        "turns": [asdict(turn) for turn in found.conversation],
        "usage": {
            "prompt": meter.tokens - meter.received,
            "completion": meter.received,
            "cost": cost,
        },
    }


def _show(found: Generated, meter: Meter, cost: float | None, snapshot: Snapshot) -> None:
    if found.sql:
        sys.stdout.write(generate.inserted(found.sql, snapshot, len(snapshot.text)) + "\n")
    else:
        sys.stdout.write(printable(found.message) + "\n")
    # Apart from the statement, which may go into a file.
    told = [found.level, f"{meter.tokens} tokens" if meter.tokens else "no tokens: known already"]
    if cost is not None:
        told.append(f"cost {cost:.4f}")
    if found.rounds > 1:
        told.append(f"{found.rounds} answers")
    line = " · ".join(word for word in told if word)
    Console(stderr=True, highlight=False).print(Styled(line, "dim"))
