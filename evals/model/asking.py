"""The model at work on a schema: the very pipeline of the server, with the time taken out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from evals.completion.corpus import Schema
from evals.completion.positions import Position
from sureql import app
from sureql.assistant.debounce import Debounce
from sureql.assistant.exchange import Exchange
from sureql.assistant.ghost import PRIOR, SMALL_PRIOR, Ghost, Habits
from sureql.assistant.ranking import Trust
from sureql.assistant.within import within
from sureql.history.model import NOTHING
from sureql.inline import answer
from sureql.inline import spot as spots
from sureql.inline.cache import Cache
from sureql.inline.model import Item, Request
from sureql.oracle import judges
from sureql.ports.provider import Ask, Task
from sureql.prompt import build, tokens
from sureql.prompt.grammar import answer as constrained
from sureql.prompt.model import Limits, Place, Prompt
from sureql.semantics.snapshot import Snapshot
from sureql.settings.options import Model, Options, Privacy
from sureql.syntax import script

PATIENCE = 120.0


@dataclass(slots=True)
class Asking:
    """One model; `limits` are those of its prompts."""

    exchange: Exchange
    ghost: Ghost
    limits: Limits

    async def prompt(self, schema: Schema, position: Position) -> Prompt:
        """The prompt for a position, with the grammar if there is one."""
        place = Place(snapshot(schema, position.removed), position.offset)
        return await build.continuation(place, self.limits, within, tokens.load(), grammar=True)

    async def raw(self, schema: Schema, position: Position, prompt: Prompt) -> str:
        """What the model writes at a position, up to the end of its unit of SQL."""
        text = await self._answer(replace(prompt.ask, grammar=None))
        return _unit(schema, position, text)

    async def held(self, schema: Schema, position: Position, prompt: Prompt) -> str | None:
        """The same, held to the grammar; None where there is no grammar for the position."""
        if prompt.ask.grammar is None:
            return None
        text = await self._answer(prompt.ask)
        typed = spots.half_typed(spots.at(snapshot(schema, position.removed), position.offset))
        found = constrained.insert(text, prompt.ask.grammar, typed, position.removed)
        return found or ""

    async def naive(self, schema: Schema, position: Position) -> tuple[str, int]:
        """What the model writes after the schema's DDL and the text, cut to 2,048 tokens from the
        left, and how many tokens that took."""
        count = tokens.load()
        told = f"{schema.ddl}\n{position.removed}"
        while (over := count(told) - 2048) > 0:
            told = told[max(1, over * 2) :]
        text = await self._answer(Ask(Task.CONTINUE, "", prefix=told.rstrip(), stop=(";",)))
        return _unit(schema, position, text), count(told)

    async def items(self, schema: Schema, text: str, offset: int, cache: Cache) -> tuple[Item, ...]:
        """What the user would see: engine and model."""
        request = Request(snapshot(schema, text), offset, NOTHING, judge=_judge(schema))
        return await self.ghost.complete(request, cache, lambda: Place(request.snapshot, offset))

    async def _answer(self, ask: Ask) -> str:
        return await asyncio.wait_for(self.exchange.answer(ask), PATIENCE)


def snapshot(schema: Schema, text: str) -> Snapshot:
    return Snapshot("eval:///q.sql", "", 1, script.of(text, schema.dialect), schema.catalog)


def request(schema: Schema, position: Position) -> Request:
    seen = snapshot(schema, position.removed)
    return Request(seen, position.offset, NOTHING, judge=_judge(schema))


def _judge(schema: Schema):
    return judges.for_catalog(schema.catalog)


def _unit(schema: Schema, position: Position, text: str) -> str:
    end = answer.end(text, position.removed, "", schema.dialect)
    return text if end is None else text[:end]


@asynccontextmanager
async def opened(model: Model, cache: Path) -> AsyncIterator[Asking]:
    """The model of a configuration, with its own empty caches in the folder `cache`."""
    options = Options(model=model, privacy=Privacy(log=False))
    variables = {**os.environ, "SUREQL_CACHE": str(cache)}
    found = app.exchange(options, variables)
    assert found is not None
    capabilities = await found.provider.probe()
    limits = app.limits(options)
    habits = Habits(PATIENCE, limits, lambda: bool(capabilities.grammar))
    prior = SMALL_PRIOR if found.provider.endpoint.small else PRIOR
    ghost = Ghost(found, Debounce(lambda: 0.0, fixed=0.001), Trust(prior), habits)
    try:
        yield Asking(found, ghost, limits)
    finally:
        ghost.close()
        await found.provider.close()
