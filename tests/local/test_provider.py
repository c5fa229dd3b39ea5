"""A model that sureql runs itself is asked like any other, and started when it is first asked."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from support.llama import model_file
from support.waiting import eventually
from sureql.ports.errors import ModelError, ModelRefused
from sureql.ports.provider import Ask, Grammar, Provider, Task
from sureql.providers.local import provider, server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs file locks of POSIX")

ASK = Ask(
    Task.CONTINUE,
    rules="",
    context="CREATE TABLE artist (artist_id INTEGER PRIMARY KEY, name TEXT);",
    prefix="SELECT name FROM ",
    most_tokens=6,
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared, so that what the endpoint can do is found out once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
async def local(cache: Path) -> AsyncIterator[Provider]:
    opened = provider.open_local(str(model_file()), cache, cache / "endpoints.json", lives_on=0)
    yield opened
    await opened.close()
    await eventually(lambda: not server.running(model_file(), cache))


def _process(cache: Path) -> psutil.Process:
    state = next(cache.glob("servers/*/state"))
    return psutil.Process(json.loads(state.read_text())["pid"])


async def _answer(local: Provider, ask: Ask = ASK) -> str:
    return "".join([chunk.text async for chunk in local.stream(ask)])


async def test_it_starts_with_the_first_question(local: Provider, cache: Path) -> None:
    assert local.endpoint.base_url.startswith("http://127.0.0.1")
    assert local.endpoint.small
    assert local.exact(ASK)
    assert not list(cache.glob("servers/*/state"))
    assert await _answer(local)
    assert local.capabilities is not None
    assert local.capabilities.grammar == "gbnf"
    assert local.exact(ASK)["prompt"]
    assert await local.count("SELECT name FROM artist") > 3
    grammar = Grammar('root ::= " "? "artist" " WHERE"', "")
    held = Ask(Task.CONTINUE, "", "", "SELECT name FROM ", most_tokens=12, grammar=grammar)
    assert (await _answer(local, held)).split() == ["artist", "WHERE"]
    # What the grammar wants of it is not what it would have written.
    told = [token async for chunk in local.stream(held) for token in chunk.tokens]
    assert "".join(word for word, _ in told).split() == ["artist", "WHERE"]
    assert -100 < sum(logarithm for _, logarithm in told) < -1


async def test_a_crash_costs_one_question(local: Provider, cache: Path) -> None:
    assert await _answer(local)
    before = _process(cache)
    before.kill()
    await eventually(lambda: not server.running(model_file(), cache))
    with pytest.raises(ModelError):
        await _answer(local)
    assert await _answer(local)
    assert _process(cache).pid != before.pid
    # At the same address, so that what was found out about it holds.
    assert local.capabilities is not None


async def test_what_was_found_out_is_known_before_it_runs_again(
    local: Provider, cache: Path
) -> None:
    assert await _answer(local)
    again = provider.open_local(str(model_file()), cache, cache / "endpoints.json", lives_on=0)
    assert again.endpoint.base_url == local.endpoint.base_url
    assert again.capabilities == local.capabilities
    assert again.endpoint.base_url == local.endpoint.base_url
    assert again.exact(ASK) == local.exact(ASK)
    await again.close()


async def test_giving_up_does_not_stop_the_start(local: Provider, cache: Path) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await _answer(local)
    await eventually(lambda: list(cache.glob("servers/*/state")))
    process = _process(cache)
    assert await _answer(local)
    assert _process(cache).pid == process.pid


async def test_an_answer_that_is_not_wanted_any_more_frees_the_server(local: Provider) -> None:
    assert await _answer(local)
    began = time.monotonic()
    assert await _answer(local)
    usual = time.monotonic() - began
    long = Ask(Task.CONTINUE, "", "", "SELECT 1, 2, 3, 4,", most_tokens=2000)
    chunks = local.stream(long)
    await anext(chunks)
    began = time.monotonic()
    await chunks.aclose()  # type: ignore[attr-defined]
    await _answer(local)
    # All of the long answer would take three hundred times as long as the usual one.
    assert time.monotonic() - began < max(5.0, 100 * usual)


async def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    opened = provider.open_local("smollm2", tmp_path, None)
    for _ in range(2):
        with pytest.raises(ModelRefused, match="sureql model fetch smollm2"):
            await _answer(opened)
    await opened.close()
