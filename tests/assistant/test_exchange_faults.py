"""When an endpoint fails: what is asked again, and when it is left in peace."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from support.bench import GHOST, WISH, Bench
from support.spoken_provider import SpokenProvider
from sureql.assistant.health import Health
from sureql.assistant.terms import Terms
from sureql.ports.errors import (
    ModelBusy,
    ModelError,
    ModelGarbage,
    ModelRefused,
    ModelUnreachable,
    ModelWithheld,
)
from sureql.privacy import redaction


@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    redaction.warm_up()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


async def test_what_the_user_waits_for_is_asked_again(folder: Path) -> None:
    busy, gone = ModelBusy("Too many requests."), ModelUnreachable("No connection.")
    bench = Bench(folder, SpokenProvider([busy], [gone], ["a"]))
    assert await bench.ask(WISH) == "a"
    assert bench.slept == [0.5, 1.0]
    assert bench.exchange.health == Health()
    assert {health.kind for health in bench.felt} == {"normal", "warning"}


async def test_the_endpoint_says_when_to_ask_again(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider([ModelBusy("Busy.", 7)], ["a"]))
    assert await bench.ask(WISH) == "a"
    assert bench.slept == [7.5]
    late = Bench(folder, SpokenProvider([ModelBusy("Busy.", 600)], ["a"]))
    with pytest.raises(ModelBusy):
        await late.ask(replace(WISH, rules="b"))
    for ask in (GHOST, replace(WISH, rules="c")):
        with pytest.raises(ModelWithheld, match="asked again at"):
            await late.ask(replace(ask, prefix="SELECT 5"))
    assert (late.slept, len(late.provider.asked)) == ([], 1)
    late.now += 601
    assert await late.ask(replace(WISH, rules="c")) == "a"


@pytest.mark.parametrize(
    "fault",
    [ModelRefused("The key is wrong."), ModelGarbage("Not JSON."), ModelUnreachable("Cut.")],
    ids=lambda fault: type(fault).__name__,
)
async def test_what_makes_no_sense_is_not_asked_again(folder: Path, fault: ModelError) -> None:
    steps = ["a", fault] if isinstance(fault, ModelUnreachable) else [fault]
    bench = Bench(folder, SpokenProvider(steps))
    with pytest.raises(type(fault)):
        await bench.ask(WISH)
    assert (bench.slept, len(bench.provider.asked)) == ([], 1)
    assert bench.outcomes == [type(fault).__name__]


async def test_ghost_text_is_never_asked_again(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider([ModelUnreachable("No connection.")], ["a"]))
    with pytest.raises(ModelUnreachable):
        await bench.ask()
    assert (bench.slept, len(bench.provider.asked)) == ([], 1)
    assert bench.exchange.health == Health("warning", "No connection.")


async def test_after_failures_in_a_row_the_endpoint_is_left_in_peace(folder: Path) -> None:
    fault = ModelUnreachable("No connection.")
    provider = SpokenProvider([fault], [fault], [fault], [fault], ["a"])
    bench = Bench(folder, provider)
    for at in range(200):  # Somebody types on.
        with pytest.raises(ModelError):
            await bench.ask(replace(GHOST, prefix=f"SELECT {at}"))
        bench.now += 0.01
    assert len(provider.asked) == 3
    assert bench.outcomes == [*["ModelUnreachable"] * 3, "withheld"]
    bench.now += 5
    with pytest.raises(ModelUnreachable):  # One goes ahead, and fails: the rest is longer.
        await bench.ask()
    bench.now += 6
    with pytest.raises(ModelWithheld):
        await bench.ask()
    bench.now += 6
    assert await bench.ask() == "a"
    assert bench.exchange.health == Health()
    assert await bench.ask(replace(GHOST, prefix="SELECT b")) == "a"


async def test_one_request_alone_tries_whether_the_endpoint_is_back(folder: Path) -> None:
    gate, fault = asyncio.Event(), ModelUnreachable("No connection.")
    provider = SpokenProvider([fault], [fault], [fault], [gate, "a"], ["b"])
    bench = Bench(folder, provider)
    for _ in range(3):
        with pytest.raises(ModelUnreachable):
            await bench.ask()
    bench.now += 10
    first = asyncio.create_task(bench.ask())
    while len(provider.asked) < 4:
        await asyncio.sleep(0)
    with pytest.raises(ModelWithheld):
        await bench.ask(replace(GHOST, prefix="SELECT b"))
    # Giving the try up leaves it to the next one.
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    assert await bench.ask(replace(GHOST, prefix="SELECT b")) == "b"


async def test_what_the_user_waits_for_does_not_wait_for_the_rest(folder: Path) -> None:
    fault = ModelRefused("The key is wrong.")
    bench = Bench(folder, SpokenProvider([fault], [fault], [fault], ["a"]))
    for _ in range(3):
        with pytest.raises(ModelRefused):
            await bench.ask()
    assert bench.exchange.health.kind == "error"
    with pytest.raises(
        ModelWithheld, match=r"The key is wrong\. models\.example is asked again at"
    ):
        await bench.ask()
    assert await bench.ask(WISH) == "a"


async def test_a_slow_endpoint_is_told_after_the_third_late_answer(folder: Path) -> None:
    gate = asyncio.Event()
    bench = Bench(folder, SpokenProvider([gate], [gate], ["a", gate], ["b"]), Terms(patience=1.5))
    for count in range(1, 4):
        before = len(bench.provider.asked)
        asked = asyncio.create_task(bench.ask(replace(GHOST, prefix=f"SELECT {count}")))
        while len(bench.provider.asked) == before:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        bench.now += 2
        asked.cancel()
        with suppress(asyncio.CancelledError):
            await asked
        assert bench.exchange.health.kind == ("warning" if count == 3 else "normal")
    assert "takes longer than 1.5 s" in bench.exchange.health.message
    assert "inline.wait" in bench.exchange.health.message
    assert await bench.ask() == "b"
    assert bench.exchange.health == Health()


async def test_who_types_on_at_once_has_not_found_the_endpoint_slow(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider([asyncio.Event()]), Terms(patience=1.5))
    for count in range(1, 6):
        asked = asyncio.create_task(bench.ask(replace(GHOST, prefix=f"SELECT {count}")))
        while len(bench.provider.asked) < count:
            await asyncio.sleep(0)
        bench.now += 1
        asked.cancel()
        with suppress(asyncio.CancelledError):
            await asked
    assert bench.exchange.health == Health()
