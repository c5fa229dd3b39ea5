"""Ghost text of a real model, small as it is: whatever it says, what is shown holds up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from support import schemas
from support.llama import Llama, llama
from sureql.assistant.debounce import Debounce
from sureql.assistant.exchange import Exchange
from sureql.assistant.ghost import Ghost, Habits
from sureql.assistant.ranking import Trust
from sureql.assistant.terms import Terms
from sureql.gate.model import Level
from sureql.history.model import NOTHING
from sureql.inline.cache import Cache
from sureql.inline.model import Item, Request
from sureql.oracle import judges
from sureql.prompt.model import Place
from sureql.providers.openai_endpoint import open_endpoint
from sureql.semantics.snapshot import Snapshot
from sureql.storage.answers import open_answers
from sureql.storage.ledger import open_ledger
from sureql.syntax import dialects, script

__all__ = ["llama"]

PLACES = [
    "SELECT first_name, country FROM customer WHERE ",
    "SELECT * FROM artist a JOIN album b ON ",
    "SELECT c.country, count(*) FROM customer c GROUP BY ",
    "SELECT t.name, t.composer FROM track t WHERE t.comp",
    "SELECT upper(name) || ",
    "INSERT INTO artist (artist_id, name) VALUES (",
]


@pytest.fixture
async def exchange(llama: Llama, tmp_path: Path) -> AsyncIterator[Exchange]:
    provider = open_endpoint(llama.endpoint, tmp_path / "endpoints.json")
    found = Exchange(provider, Terms(), open_ledger(tmp_path), open_answers(tmp_path))
    yield found
    await found.close()


def ghost(exchange: Exchange, grammar: bool = False) -> Ghost:
    habits = Habits(wait=60.0, grammar=lambda: grammar)
    return Ghost(exchange, Debounce(time.monotonic, fixed=0.001), Trust(0.6), habits)


def request(text: str, invoked: bool = True) -> Request:
    schema = schemas.catalog("music_sqlite", "sqlite")
    parsed = script.of(text, dialects.get("sqlite"))
    snapshot = Snapshot("test:///a.sql", "", 1, parsed, schema)
    return Request(snapshot, len(text), NOTHING, invoked, judge=judges.for_catalog(schema))


async def items(asking: Ghost, asked: Request) -> tuple[Item, ...]:
    place = Place(asked.snapshot, asked.offset)
    return await asking.complete(asked, Cache(), lambda: place)


@pytest.mark.parametrize("grammar", [False, True])
async def test_everything_shown_holds_up(exchange: Exchange, grammar: bool) -> None:
    if grammar:
        assert (await exchange.provider.probe()).grammar
    asking = ghost(exchange, grammar)
    sources = []
    for text in PLACES[:: 1 if grammar else 2]:
        for item in await items(asking, request(text)):
            sources.append(item.source)
            assert item.verdict.level in (Level.JUDGED, Level.RESOLVED, Level.PREFIX)
            written = text[: item.replace.start] + item.insert
            assert written.startswith(text)
    assert sources
    if grammar:
        assert "model" in sources
    assert asking.sent


async def test_who_takes_text_away_ends_the_answer_at_once(exchange: Exchange) -> None:
    asking = ghost(exchange)
    asked = replace(request(PLACES[0]), invoked=False)
    waiting = asyncio.ensure_future(items(asking, asked))
    while not exchange.health.busy:
        await asyncio.sleep(0.001)
    begun = time.perf_counter()
    text, end = PLACES[0][:-1], len(PLACES[0])
    asking.edited("test:///a.sql", text, end - 1, end, end - 1)
    assert await waiting == ()
    # The machine may have much else to do; the answer itself would take longer.
    assert time.perf_counter() - begun < 2.0
    assert not exchange.health.busy
