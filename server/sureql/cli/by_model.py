"""What a configured model adds to `optimize` and `explain`: a rewrite that passes the same checks, and
other words for what was explained."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from sureql import app
from sureql.assistant import generate, rewording, rewriting
from sureql.assistant.exchange import Exchange
from sureql.assistant.generate import Means
from sureql.assistant.within import within
from sureql.cli import patience
from sureql.cli.project import Project
from sureql.equivalence.model import Verdict
from sureql.ide.diagnostics import context
from sureql.ide.explain import faithful
from sureql.ide.explain.model import Explanation
from sureql.ide.optimise.model import Candidate
from sureql.ports.errors import ModelError
from sureql.prompt import tokens
from sureql.prompt.model import Place
from sureql.semantics.snapshot import Snapshot
from sureql.workers.context import Context
from sureql.workers.jobs import check_rewrite
from sureql.workers.requests import CheckRewrite, Where

NOT_CONFIGURED = "No model is configured, so nothing was reworded (see docs/models.md)."
_ALONE = Context(report=lambda _: None, cancelled=lambda: False)
_Found = TypeVar("_Found")


def rewritten(place: Project, snapshot: Snapshot, where: Where) -> tuple[Candidate | None, str]:
    """A model's faster form of the statement, if it holds up; else why not, '' without a model."""

    async def asked(exchange: Exchange, here: Place, path: str) -> tuple[Candidate | None, str]:
        async def check(sql: str) -> Candidate | Verdict:
            return check_rewrite.run(CheckRewrite(where, sql), _ALONE)

        known = exchange.provider.capabilities
        limits = generate.limits(known.window if known else 0)
        means = Means(exchange, tokens.counter(), within, limits, judges=app.judge)
        part = here.snapshot.script.at(here.offset)
        made = await rewriting.rewritten(here, part, (), means, check, path)
        return made.candidate, made.message

    found = _asked(place, snapshot, where.offset, asked)
    return found if isinstance(found, tuple) else (None, found)


def reworded(
    place: Project, snapshot: Snapshot, offset: int, found: Explanation
) -> tuple[tuple[str, ...], str]:
    """The explanation in a model's words, as far as they say nothing else; else why there are none."""
    part = snapshot.script.at(offset)
    seen = context.of(part, snapshot.catalog_at(part), snapshot.script.dialect, snapshot.path)
    outline = [one for one in (found.summary, found.grain, *(s.text for s in found.steps)) if one]

    async def asked(exchange: Exchange, here: Place, path: str) -> tuple[tuple[str, ...], str]:
        def holds(sentence: str) -> bool:
            return faithful.faithful(sentence, found, seen)

        return await rewording.reworded(here, part, outline, holds, exchange, path), ""

    words = _asked(place, snapshot, offset, asked)
    return words if isinstance(words, tuple) else ((), words or NOT_CONFIGURED)


def _asked(
    place: Project,
    snapshot: Snapshot,
    offset: int,
    ask: Callable[[Exchange, Place, str], Awaitable[_Found]],
) -> _Found | str:
    """What `ask` yields, or a sentence that says why the model gave no answer; '' without a model."""
    if not place.options.model.configured:
        return ""
    exchange = app.exchange(place.options, os.environ, meter=app.meter(), intent=True)
    assert exchange is not None
    tokens.load()
    here = Place(snapshot, offset, hidden=place.options.privacy.ignore_tables)
    path = place.told_as(Path(snapshot.path)) if snapshot.path else ""

    async def run() -> _Found | str:
        try:
            return await ask(exchange, here, path)
        except ModelError as error:
            return str(error)
        finally:
            await exchange.close()

    with patience.waiting_for(place.options.model, intent=True):
        return asyncio.run(run())
