"""A model on this machine reads what prompts begin with while nobody waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from support.bench import GHOST, Bench
from support.spoken_provider import SpokenProvider
from sureql.assistant.warming import Warming
from sureql.ports.provider import Grammar
from sureql.privacy import redaction


@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    redaction.warm_up()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_each_beginning_is_read_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, SpokenProvider(["a"], finish="length"))
    warming = Warming(bench.exchange)
    held = replace(GHOST, grammar=Grammar('root ::= "a"', 'start: "a"'))
    for prefix in ("SELECT ", "SELECT a"):
        warming.begin(replace(held, prefix=prefix), "")
        await settled()
    (asked,) = bench.provider.asked
    assert (asked.context, asked.most_tokens, asked.grammar) == (GHOST.context, 1, None)
    warming.begin(replace(GHOST, context="-- another schema"), "")
    await settled()
    assert len(bench.provider.asked) == 2
    assert bench.provider.closed == 2


async def test_it_makes_way_at_once_and_is_done_later(tmp_path: Path) -> None:
    slow = asyncio.Event()
    bench = Bench(tmp_path, SpokenProvider([slow, "a"]))
    warming = Warming(bench.exchange)
    warming.begin(GHOST, "")
    await settled()
    warming.end()
    await settled()
    assert bench.provider.closed == 1
    slow.set()
    warming.begin(GHOST, "")
    await settled()
    assert [entry.outcome for entry in bench.ledger.entries()] == ["answered", "cancelled"]
