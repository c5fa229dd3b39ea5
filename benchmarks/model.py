"""Ghost text with a model: what the server adds to the bare call, how soon a stream is closed, and how
much is asked while somebody types. The endpoint is the tests' own, on this machine.

`python -m benchmarks.model` prints the rows alone.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import client, workspace
from benchmarks.measure import Series, Session

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.fault_server import FaultServer
from support.spoken import Answer

SUREQL = (sys.executable, "-m", "sureql", "lsp")
ANSWER = " p.status = 'open' AND p.amount > 10"
KEYS = 200
BETWEEN = 0.03
"""Seconds between two keystrokes of a quick typist."""
TYPED = (
    "SELECT p.name, c.name, l.amount FROM purchase_line l JOIN product p ON p.product_id = "
    "l.product_id JOIN category c ON c.category_id = p.category_id WHERE p.amount > 10 AND "
    "l.amount < 20 AND c.name = 'x' AND p.status = 'y'"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """`overhead`, `bare` and `closed` in seconds. While `KEYS` keys were typed, `asked` requests went
    to the endpoint, and `stale` of the items sent to the editor did not fit the text any more."""

    overhead: Series
    bare: Series
    closed: Series
    asked: int
    stale: int


async def measure(place: Path, tries: int) -> Measured:
    """All of it, on one server."""
    root = place / "model"
    root.mkdir()
    workspace.create(root, "sqlite")
    async with FaultServer(models=("bench",)) as endpoint:
        config = place / "model.toml"
        config.write_text(
            f'[model]\nname = "bench"\nbase_url = "{endpoint.base_url}"\napi = "chat"\n'
            "[inline]\ndebounce = 1\n"
        )
        environment = {
            **os.environ,
            "SUREQL_CACHE": str(place / "model-cache"),
            "SUREQL_CONFIG": str(config),
        }
        session = await _session(root, environment)
        overhead, bare = await _overhead(session, endpoint, tries)
        closed = await _closed(session, endpoint, tries)
        await session.client.close()
        # As users have it: the pause before a request follows their typing.
        config.write_text(config.read_text().replace("debounce = 1", "debounce = 0"))
        session = await _session(root, environment)
        asked, stale = await _typed(session, endpoint)
        await session.client.close()
    return Measured(overhead, bare, closed, asked, stale)


async def _session(root: Path, environment: dict[str, str]) -> Session:
    one = await client.start(SUREQL, environment, root)
    await one.request("initialize", client.initialize(root))
    one.notify("initialized", {})
    session = Session(one, root)
    uri = session.open("SELECT nam FROM customer;")
    await session.published(uri, 1, 0, lambda count: count == 1)
    await asyncio.sleep(2)
    return session


def _at(uri: str, character: int) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri},
        "position": {"line": 0, "character": character},
        "context": {"triggerKind": 2},
    }


async def _overhead(session: Session, endpoint: FaultServer, tries: int) -> tuple[Series, Series]:
    """From the editor's request to its answer, without the time that the bare call takes."""
    endpoint.script(Answer((ANSWER,)))
    overhead, bare = Series(), Series()
    for number in range(tries):
        # New text each time, so that no cache answers, and one that our own engine leaves alone.
        text = f"SELECT p.name FROM product p WHERE p.product_id <> {number} AND"
        uri = session.open(text)
        count = len(endpoint.asked)
        took, _ = await session.client.request("textDocument/inlineCompletion", _at(uri, len(text)))
        if len(endpoint.asked) > count:
            call = await _bare(endpoint, endpoint.asked[count].body)
            bare.values.append(call)
            overhead.values.append(took - call)
    return overhead, bare


async def _bare(endpoint: FaultServer, body: Any) -> float:
    import openai

    global _plain
    if _plain is None or str(_plain.base_url).rstrip("/") != endpoint.base_url:
        _plain = openai.AsyncOpenAI(base_url=endpoint.base_url, api_key="none", max_retries=0)
        await _bare(endpoint, body)
    begun = time.perf_counter()
    stream = await _plain.chat.completions.create(**body)
    async for _ in stream:
        pass
    return time.perf_counter() - begun


_plain: Any = None


async def _closed(session: Session, endpoint: FaultServer, tries: int) -> Series:
    """From the editor's `$/cancelRequest` to the end of the endpoint's connection."""
    endpoint.script(Answer((" p.status",), fault="stall"))
    series = Series()
    for number in range(tries):
        text = f"SELECT p.name FROM product p WHERE p.amount <> {number} AND"
        uri = session.open(text)
        count = len(endpoint.asked)
        request = session.client.ask("textDocument/inlineCompletion", _at(uri, len(text)))
        try:
            asked = await endpoint.arrival(count + 1, 2)
        except TimeoutError:
            continue
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        session.client.notify("$/cancelRequest", {"id": request})
        series.values.append(await endpoint.hung_up(asked) - begun)
        await session.client.answer(request)
    return series


async def _typed(session: Session, endpoint: FaultServer) -> tuple[int, int]:
    """Requests sent and stale items while `KEYS` keys are typed."""
    endpoint.script(Answer((ANSWER,), first=0.15, delay=0.02))
    uri = session.open("")
    before = len(endpoint.asked)
    asked: list[tuple[int, int]] = []
    begun = time.perf_counter()
    for index in range(KEYS):
        session.change(uri, index + 2, 0, index, TYPED[index % len(TYPED)], 0)
        number = session.client.ask("textDocument/inlineCompletion", _at(uri, index + 1))
        asked.append((index + 1, number))
        await asyncio.sleep(max(0.0, begun + (index + 1) * BETWEEN - time.perf_counter()))
    stale = 0
    for typed, number in asked:
        _, message = await session.client.answer(number)
        for item in message["result"]["items"]:
            start = item["range"]["start"]["character"]
            stale += not item["insertText"].startswith(TYPED[start:typed])
    return len(endpoint.asked) - before, stale


async def _alone(tries: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        found = await measure(Path(place), tries)
    say = sys.stdout.write
    for name, series in (
        ("overhead", found.overhead),
        ("bare", found.bare),
        ("closed", found.closed),
    ):
        if series.values:
            count = len(series.values)
            say(
                f"{name:9} {count:4} tries, median {series.median * 1e3:.1f} ms, "
                f"p95 {series.p95 * 1e3:.1f} ms\n"
            )
    say(f"{found.asked} requests for {KEYS} keystrokes, {found.stale} stale items\n")


if __name__ == "__main__":
    asyncio.run(_alone(60))
