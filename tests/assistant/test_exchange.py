"""What stands between features and endpoints: terms, money, retries, memory, the log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from privacy import planted
from support.bench import GHOST, WISH, Bench
from support.fault_server import FaultServer
from support.spoken import Answer
from support.spoken_provider import SpokenProvider
from sureql.assistant.exchange import Exchange
from sureql.assistant.health import Health
from sureql.assistant.terms import Terms
from sureql.ports.errors import (
    ModelRefused,
    ModelWithheld,
)
from sureql.ports.provider import Ask, Endpoint, Grammar, Task, Turn, Usage
from sureql.privacy import redaction
from sureql.providers.openai_endpoint import open_endpoint
from sureql.storage.answers import open_answers
from sureql.storage.ledger import open_ledger


@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    redaction.warm_up()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "cache"


async def test_an_answer_comes_in_pieces_and_is_logged(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["a", "b"], usage=Usage(1000, 20, 400)))
    bench.exchange.terms = replace(bench.exchange.terms, prices=(2.0, 0.5, 10.0))
    assert [piece async for piece in bench.exchange.stream(GHOST)] == ["a", "b"]
    (entry,) = bench.ledger.entries()
    assert (entry.outcome, entry.host, entry.model) == ("answered", "models.example", "model")
    assert (entry.task, entry.usage) == ("continue", Usage(1000, 20, 400))
    assert entry.cost == pytest.approx((600 * 2 + 400 * 0.5 + 20 * 10) / 1e6)
    assert "SELECT ▮ FROM a" in entry.sent
    assert bench.provider.closed == 1
    assert bench.felt == [Health(busy=True), Health()]


async def test_tokens_are_estimated_where_the_endpoint_tells_none(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["id, name, (SELECT 1)"]))
    await bench.ask()
    (entry,) = bench.ledger.entries()
    assert 10 < entry.usage.prompt < 40
    assert 4 < entry.usage.completion < 15


async def test_nothing_secret_reaches_an_endpoint(folder: Path) -> None:
    secrets = list(planted.everything(11))
    assert len(secrets) >= 200
    terms = Terms(redact=True)
    async with FaultServer() as server:
        provider = open_endpoint(Endpoint(server.base_url, "model"), None)
        exchange = Exchange(provider, terms, open_ledger(folder), open_answers(folder))
        for at, one in enumerate(secrets):
            half = len(one.text) // 2
            # Each has words of its own, so that no answer is known already.
            ghost = Ask(Task.CONTINUE, str(at), one.text, one.text[:half], one.text[half:])
            wish = Ask(Task.GENERATE, str(at), one.text, turns=(Turn("user", one.text),))
            await exchange.answer(ghost if at % 2 else wish, "a.sql")
        received = b"".join(request.raw for request in server.requests).decode()
        await exchange.close()
    assert len(server.asked) == len(secrets)
    assert [one.kind for one in secrets if one.secret in received] == []
    half = [
        one.kind for one in secrets if one.secret[:6] in received or one.secret[-6:] in received
    ]
    assert half == []
    logged = "".join(entry.sent for entry in open_ledger(folder).entries(10_000))
    assert [one.kind for one in secrets if one.secret in logged] == []


async def test_without_redaction_what_is_written_is_sent(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["a"]), Terms(redact=False))
    await bench.ask(replace(GHOST, prefix="PASSWORD 'hunter"))
    assert bench.provider.asked[0].prefix == "PASSWORD 'hunter"


async def test_literals_are_masked_on_request(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["1"]), Terms(mask_literals=True))
    ask = replace(
        GHOST, prefix="SELECT 1 WHERE a = 'x' AND b = 5 -- Ann\nLIMIT 7", dialect="sqlite"
    )
    await bench.ask(ask)
    await bench.ask(replace(WISH, context="SELECT 'Ann'"))
    assert bench.provider.asked[0].prefix == "SELECT 0 WHERE a = '…' AND b = 0 -- …\nLIMIT 7"
    assert bench.provider.asked[1].context == "SELECT '…'"
    assert bench.provider.asked[1].turns == WISH.turns


async def test_a_grammar_that_no_longer_fits_is_left_out(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["x"]))
    grammar = Grammar('root ::= "x"', "", back=3, lands=" FROM")
    fits = replace(GHOST, prefix="-- password: hunter2\nSELECT nam", grammar=grammar)
    await bench.ask(fits)
    await bench.ask(replace(fits, prefix="PASSWORD 'hunter"))
    kept = [ask.grammar for ask in bench.provider.asked]
    assert kept == [grammar, None]
    bench.exchange.terms = Terms(ignore_tables=("salaries",))
    told = replace(grammar, gbnf='root ::= "salaries"')
    await bench.ask(replace(fits, rules="b", grammar=told))
    assert bench.provider.asked[-1].grammar is None


async def test_counting_tells_no_more_than_asking(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["a"]))
    assert await bench.exchange.count("PASSWORD 'hunter2hunter2'") == len("PASSWORD '…'")
    for terms in (Terms(offline=True), Terms(local_only=True)):
        with pytest.raises(ModelWithheld):
            await Bench(folder, SpokenProvider(["a"]), terms).exchange.count("a")


async def test_an_answer_that_repeats_what_was_hidden_is_not_given(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["ALTER ROLE a ", "PASSWORD '…'"]))
    with pytest.raises(ModelWithheld, match="hidden"):
        await bench.ask(replace(GHOST, prefix="ALTER ROLE b PASSWORD 'hunter'; "))
    assert bench.provider.closed == 1
    # It was paid for all the same.
    assert bench.ledger.entries()[0].usage.prompt > 0
    assert await bench.ask(GHOST) == "ALTER ROLE a PASSWORD '…'"


@pytest.mark.parametrize(
    ("base_url", "sent"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://localhost:1/v1", True),
        ("http://models.example/v1", False),
        ("http://127.0.0.1@models.example/v1", False),
        ("http://0.0.0.0:1/v1", False),
        ("http://localhost.models.example/v1", False),
    ],
)
async def test_local_only_asks_this_machine_alone(folder: Path, base_url: str, sent: bool) -> None:
    bench = Bench(folder, SpokenProvider(["a"], base_url=base_url), Terms(local_only=True))
    if sent:
        assert await bench.ask() == "a"
        return
    with pytest.raises(ModelWithheld, match="local_only"):
        await bench.ask()
    assert bench.provider.asked == []
    assert bench.exchange.health.kind == "inactive"


async def test_hidden_files_and_tables_are_not_told(folder: Path) -> None:
    bench = Bench(
        folder,
        SpokenProvider(["a"]),
        Terms(ignore_paths=("**/secrets/**",), ignore_tables=("hr.*", "salaries")),
    )
    for ask, path in (
        (GHOST, "db/secrets/a.sql"),
        (replace(GHOST, prefix='SELECT * FROM hr."People" '), "a.sql"),
        (replace(GHOST, context="create table Salaries (id int)"), "a.sql"),
    ):
        with pytest.raises(ModelWithheld):
            await bench.ask(ask, path)
    assert bench.provider.asked == []
    # Nothing is wrong with the model itself.
    assert bench.exchange.health == Health()
    assert await bench.ask(GHOST, "a.sql") == "a"


async def test_known_answers_cost_nothing_and_outlive_the_process(folder: Path) -> None:
    await Bench(folder, SpokenProvider(["a", "b"])).ask()
    bench = Bench(folder, SpokenProvider(["c"]), Terms(offline=True))
    assert await bench.ask() == "ab"
    # Blanks make no difference, but the end of a line does.
    assert (
        await bench.ask(replace(GHOST, prefix="SELECT  ", context="CREATE  TABLE a (id int)"))
        == "ab"
    )
    with pytest.raises(ModelWithheld, match="offline"):
        await bench.ask(replace(GHOST, prefix="SELECT\n"))
    assert bench.provider.asked == []
    assert bench.outcomes[1:] == ["cached", "cached", "withheld"]
    assert [entry.usage for entry in bench.ledger.entries(3)] == [Usage(0, 0)] * 3


async def test_how_probable_an_answer_was_is_known_again_with_it(folder: Path) -> None:
    for _ in range(2):
        bench = Bench(folder, SpokenProvider(["a", "好b"], logprob=-0.5))
        stream = bench.exchange.stream(GHOST)
        assert "".join([piece async for piece in stream]) == "a好b"
        assert stream.tokens == [("a", -0.5), ("好b", -0.5)]
    assert bench.outcomes == ["answered", "cached"]


async def test_only_whole_answers_are_kept(folder: Path) -> None:
    cut = SpokenProvider(["a"], finish="length")
    await Bench(folder, cut).ask()
    varied = replace(GHOST, temperature=0.2)
    bench = Bench(folder, SpokenProvider(["b"], ["c"], ["d"]))
    stream = bench.exchange.stream(GHOST)
    assert await anext(stream) == "b"
    await stream.aclose()
    stream = bench.exchange.stream(GHOST)
    assert await anext(stream) == "c"
    stream.enough()
    await stream.aclose()
    assert await bench.ask() == "c"
    # Who asks for another answer each time gets one.
    assert [await bench.ask(varied), await bench.ask(varied)] == ["d", "d"]
    assert bench.outcomes == ["answered", "cancelled", "answered", "cached", "answered", "answered"]
    assert len(bench.provider.asked) == 4


async def test_the_session_has_a_limit(folder: Path) -> None:
    usage = Usage(400, 100)
    bench = Bench(folder, SpokenProvider(["a"], usage=usage), Terms(session_tokens=1050))
    for at in range(2):
        await bench.ask(replace(GHOST, prefix=f"SELECT {at}"))
    with pytest.raises(
        ModelWithheld, match=r"1,050 tokens a session.*budget\.session_tokens.*anew"
    ):
        await bench.ask(replace(GHOST, prefix="SELECT 3"))
    assert len(bench.provider.asked) == 2
    assert bench.exchange.health.kind == "inactive"
    # What is known already still serves.
    assert await bench.ask(replace(GHOST, prefix="SELECT 1")) == "a"


async def test_the_day_has_a_limit_for_all_editors_and_ends(folder: Path) -> None:
    terms = Terms(day_cost=0.01, prices=(10.0, 0.0, 10.0))
    usage = Usage(400, 100)
    for at in range(2):
        other = Bench(folder, SpokenProvider(["a"], usage=usage), terms)
        other.now += at
        with suppress(ModelWithheld):
            await other.ask(replace(GHOST, prefix=f"SELECT {at}"))
    bench = Bench(folder, SpokenProvider(["a"], usage=usage), terms)
    with pytest.raises(ModelWithheld, match=r"0\.01 in money a day.*budget\.day_cost.*midnight"):
        await bench.ask(replace(GHOST, prefix="SELECT 9"))
    bench.now += 86_400
    assert await bench.ask(replace(GHOST, prefix="SELECT 9")) == "a"


async def test_what_is_under_way_counts(folder: Path) -> None:
    gate = asyncio.Event()
    provider = SpokenProvider([gate, "a"], usage=Usage(10, 10))
    bench = Bench(folder, provider, Terms(session_tokens=150))
    first = asyncio.create_task(bench.ask())
    while not provider.asked:
        await asyncio.sleep(0)
    with pytest.raises(ModelWithheld):
        await bench.ask(replace(GHOST, prefix="SELECT 2"))
    gate.set()
    await first
    assert await bench.ask(replace(GHOST, prefix="SELECT 2")) == "a"
    assert bench.exchange.meter.tokens == 40
    assert bench.exchange.meter.reserved_tokens == 0


async def test_a_limit_of_money_needs_prices(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["a"]), Terms(day_cost=1.0))
    with pytest.raises(ModelWithheld, match=r"model\.price_input"):
        await bench.ask()
    free = SpokenProvider(["a"], base_url="http://127.0.0.1:1/v1")
    assert await Bench(folder, free, Terms(day_cost=1.0)).ask() == "a"


async def test_cancelling_closes_the_stream_at_once(folder: Path) -> None:
    async with FaultServer() as server:
        server.script(Answer(pieces=("SELECT count(*)\n",) * 5000, delay=0.02))
        provider = open_endpoint(Endpoint(server.base_url, "model"), None)
        exchange = Exchange(provider, Terms(), open_ledger(folder), open_answers(folder))
        stream = exchange.stream(WISH)
        async with aclosing(stream):
            assert (await anext(stream)).startswith("SELECT")
            task = asyncio.create_task(anext(stream))  # type: ignore[arg-type]
            await asyncio.sleep(0.01)
            start = time.monotonic()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            closed = await server.hung_up(server.asked[-1])
        await exchange.close()
    # The whole answer would take a hundred seconds.
    assert closed - start < 10
    (entry,) = open_ledger(folder).entries()
    assert (entry.outcome, exchange.health) == ("cancelled", Health())
    assert entry.usage.prompt > 0


async def test_nobody_learns_the_key(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider([ModelRefused("The key is wrong.")]))
    with pytest.raises(ModelRefused):
        await bench.ask()
    told = f"{bench.ledger.entries()}{bench.felt}{bench.provider.endpoint!r}"
    assert "hunter2" not in told


async def test_the_log_can_be_left_without_texts(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["a"]), Terms(log=False))
    await bench.ask()
    assert [entry.sent for entry in bench.ledger.entries()] == [""]


async def test_all_this_takes_little_time(folder: Path) -> None:
    bench = Bench(folder, SpokenProvider(["a"]), Terms(day_tokens=10**9))
    context = "CREATE TABLE a (id int);\n" * 200
    await bench.ask(replace(GHOST, context=context))
    times = []
    for at in range(40):
        ask = replace(GHOST, context=context, prefix=f"{context[:1000]}SELECT {at}")
        start = time.process_time()
        await bench.ask(ask)
        times.append((time.process_time() - start) * 1000)
    # Measured below 1 ms.
    assert sorted(times)[len(times) // 2] < 6
