"""Ghost text with a model: what the server adds to the bare call, how soon a stream is closed, how
much is asked while somebody types, and what an hour of it would leave behind. The endpoint is the
tests' own, on this machine, in the process of the editor that is played here.

`python -m benchmarks.model` prints the figures alone.
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

import psutil

from benchmarks import client, measure, workspace
from benchmarks.measure import Series, Session

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.fault_server import FaultServer, Request
from support.spoken import Answer

SUREQL = (sys.executable, "-m", "sureql", "lsp")
ANSWER = (" p", ".status", " =", " 'op", "en'")
"""One unit, so that neither we nor the bare call can stop before its end."""
LONG_ANSWER = (" p", ".status", " =", " 'open'", " AND", " p.amount", " > 10")
PAUSE = 0.1
"""Seconds that the keyboard is quiet before a model is asked, at least; meanwhile our engine works."""
KEYS = 200
BETWEEN = 0.03
"""Seconds between two keystrokes of a quick typist."""
SLOWLY = 0.12
"""Between two of an ordinary one."""
TYPED = (
    "SELECT p.name, c.name, l.amount FROM purchase_line l JOIN product p ON p.product_id = "
    "l.product_id JOIN category c ON c.category_id = p.category_id WHERE p.amount > 10 AND "
    "l.amount < 20 AND c.name = 'x' AND p.status = 'y'"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Series are in seconds: what we add to the `bare` call where a pause came before, and `at_once`,
    with our engine's work included; until a stream is `closed`; how long the main loop `stalls`.

    While `KEYS` keys were typed, `asked` requests went to the endpoint, and `stale` of the items sent
    to the editor did not fit the text any more. `grown` is what a minute of typing left behind."""

    overhead: Series
    at_once: Series
    bare: Series
    closed: Series
    stalls: Series
    asked: int
    stale: int
    unanswered: int
    grown: Grown


@dataclass(frozen=True, slots=True)
class Grown:
    """MB, open files and connections of the server, more than before."""

    megabytes: float
    files: int
    connections: int


async def measured(place: Path, tries: int, seconds: float) -> Measured:
    """All of it, on servers that differ in how long they wait before they ask."""
    root = place / "model"
    root.mkdir()
    workspace.create(root, "postgres")
    async with FaultServer(models=("bench",)) as endpoint:
        hasty = await _session(place, root, endpoint, debounce=1)
        at_once, _ = await _overhead(hasty, endpoint, tries, 0.001)
        closed = await _closed(hasty, endpoint, tries)
        await hasty.client.close()
        pausing = await _session(place, root, endpoint, debounce=int(PAUSE * 1000))
        overhead, bare = await _overhead(pausing, endpoint, tries, PAUSE)
        await pausing.client.close()
        usual = await _session(place, root, endpoint, debounce=0)
        asked, stale, unanswered = await _typed(usual, endpoint)
        stalls = await _stalls(usual, endpoint, max(2, tries // 10))
        grown = await _grown(usual, endpoint, seconds)
        await usual.client.close()
    return Measured(overhead, at_once, bare, closed, stalls, asked, stale, unanswered, grown)


async def _session(place: Path, root: Path, endpoint: FaultServer, debounce: int) -> Session:
    config = place / "model.toml"
    config.write_text(
        f'[model]\nname = "bench"\nbase_url = "{endpoint.base_url}"\napi = "chat"\n'
        f"[inline]\ndebounce = {debounce}\n"
    )
    environment = {
        **os.environ,
        "SUREQL_CACHE": str(place / "model-cache"),
        "SUREQL_CONFIG": str(config),
        # Without an engine: what everybody has.
        "SUREQL_JUDGE_ENABLED": "false",
    }
    endpoint.script(Answer())
    one = await client.start(SUREQL, environment, root)
    await one.request("initialize", client.initialize(root))
    one.notify("initialized", {})
    session = Session(one, root)
    uri = session.open("SELECT nam FROM customer;")
    await session.published(uri, 1, 0, lambda count: count == 1)
    # What it finds out about the endpoint, and what it imports, takes a moment.
    endpoint.script(Answer(ANSWER))
    async with asyncio.timeout(60):
        while True:
            text = (
                f"SELECT p.name FROM product p WHERE p.product_id = {session.opened}{debounce} AND"
            )
            uri = session.open(text)
            _, found = await one.request("textDocument/inlineCompletion", _at(uri, len(text)))
            _close(session, uri)
            if any(item["data"]["source"] == "model" for item in found["items"]):
                break
            await asyncio.sleep(0.5)
    await asyncio.sleep(2)
    return session


def _at(uri: str, character: int) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri},
        "position": {"line": 0, "character": character},
        "context": {"triggerKind": 2},
    }


async def _overhead(
    session: Session, endpoint: FaultServer, tries: int, pause: float
) -> tuple[Series, Series]:
    """From the editor's request to its answer, without the pause and the bare call; the bare call."""
    endpoint.script(Answer(ANSWER, first=0.02))
    overhead, bare = Series(), Series()
    tables = [(table, one) for table, parents in workspace.PARENTS.items() for one in parents]
    line = await asyncio.open_connection("127.0.0.1", endpoint.port)
    for number in range(measure.WARMING + tries):
        # New text each time, so that no cache answers, and one that our own engine leaves alone.
        table, parent = tables[number % len(tables)]
        text = f"SELECT p.name, c.status FROM {table} c JOIN {parent} p ON p.{parent}_id = "
        text += f"c.{parent}_id WHERE c.{table}_id <> {session.opened}{int(pause * 1000):03} AND"
        uri = session.open(text)
        # The diagnostics come first where somebody has typed.
        await session.published(uri, 1, 0, lambda count: True)
        count = len(endpoint.asked)
        took, found = await session.client.request(
            "textDocument/inlineCompletion", _at(uri, len(text))
        )
        sources = [item["data"]["source"] for item in found["items"]]
        if len(endpoint.asked) != count + 1 or sources != ["model"]:
            raise RuntimeError(f"The model was to be asked once: {endpoint.asked[count:]}, {found}")
        call = await _bare(*line, endpoint.asked[count])
        if number >= measure.WARMING:
            bare.values.append(call)
            overhead.values.append(took - pause - call)
        _close(session, uri)
    line[1].close()
    return overhead, bare


async def _bare(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: Request) -> float:
    """The same request again, over a connection that is open already, and nobody reads the answer."""
    begun = time.perf_counter()
    head = f"POST {sent.path} HTTP/1.1\r\nHost: here\r\nContent-Length: {len(sent.raw)}\r\n\r\n"
    writer.write(head.encode() + sent.raw)
    await reader.readuntil(b"\r\n0\r\n\r\n")
    return time.perf_counter() - begun


async def _closed(session: Session, endpoint: FaultServer, tries: int) -> Series:
    """From the editor's `$/cancelRequest` to the end of the endpoint's connection."""
    endpoint.script(Answer((" p.status",), fault="stall"))
    series = Series()
    for number in range(tries):
        text = f"SELECT p.name FROM product p WHERE p.amount <> {number} AND"
        uri = session.open(text)
        count = len(endpoint.asked)
        request = session.client.ask("textDocument/inlineCompletion", _at(uri, len(text)))
        asked = await endpoint.arrival(count + 1)
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        session.client.notify("$/cancelRequest", {"id": request})
        series.values.append(await endpoint.hung_up(asked) - begun)
        await session.client.answer(request)
    return series


async def _typed(session: Session, endpoint: FaultServer) -> tuple[int, int, int]:
    """Requests sent, stale items and requests of the editor that were not answered, while `KEYS` keys
    are typed."""
    endpoint.script(Answer(LONG_ANSWER, first=0.15, delay=0.02))
    before = len(endpoint.asked)
    uri, numbers = await _type(session, KEYS, BETWEEN)
    stale = unanswered = 0
    for typed, number in numbers:
        try:
            _, message = await session.client.answer(number)
        except TimeoutError:
            unanswered += 1
            continue
        for item in message["result"]["items"]:
            start = item["range"]["start"]["character"]
            stale += not item["insertText"].startswith(TYPED[start:typed])
    _close(session, uri)
    return len(endpoint.asked) - before, stale, unanswered


async def _type(session: Session, keys: int, between: float) -> tuple[str, list[tuple[int, int]]]:
    """Type so many keys of `TYPED` into a new document, asking at each: (keys typed, number of the
    request)."""
    uri = session.open("")
    asked: list[tuple[int, int]] = []
    begun = time.perf_counter()
    for index in range(keys):
        session.change(uri, index + 2, 0, index, TYPED[index % len(TYPED)], 0)
        number = session.client.ask("textDocument/inlineCompletion", _at(uri, index + 1))
        asked.append((index + 1, number))
        await asyncio.sleep(max(0.0, begun + (index + 1) * between - time.perf_counter()))
    return uri, asked


def _close(session: Session, uri: str) -> None:
    session.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


async def _stalls(session: Session, endpoint: FaultServer, tries: int) -> Series:
    """The longest waits for the main loop while a model answers letter by letter."""
    endpoint.script(Answer(tuple(" p.status = 'open' OR p.amount > 10"), first=0.05, delay=0.005))
    series = Series()
    for _ in range(tries):
        stop = asyncio.Event()
        probe = asyncio.create_task(measure.longest_wait(session.client, stop))
        uri, numbers = await _type(session, len(TYPED) // 2, SLOWLY)
        for _, number in numbers:
            await session.client.answer(number)
        stop.set()
        series.values.append(await probe)
        _close(session, uri)
    return series


async def _grown(session: Session, endpoint: FaultServer, seconds: float) -> Grown:
    """What is left behind when somebody has typed for so long with a slow model."""
    endpoint.script(Answer(LONG_ANSWER, first=0.8, delay=0.05))
    server = psutil.Process(session.client.process.pid)

    async def typed(until: float) -> None:
        while time.perf_counter() < until:
            uri, numbers = await _type(session, len(TYPED), SLOWLY)
            for _, number in numbers:
                await session.client.answer(number)
            _close(session, uri)
        # The last answer ends, and idle connections are closed.
        await asyncio.sleep(6)

    await typed(time.perf_counter() + seconds / 4)
    before = _holds(server)
    await typed(time.perf_counter() + seconds)
    after = _holds(server)
    return Grown(after[0] - before[0], after[1] - before[1], after[2] - before[2])


def _holds(server: psutil.Process) -> tuple[float, int, int]:
    return (
        server.memory_full_info().uss / 1e6,
        server.num_fds(),
        len(server.net_connections()),
    )


async def _alone(tries: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as place:
        found = await measured(Path(place), tries, seconds)
    say = sys.stdout.write
    for name in ("overhead", "at_once", "bare", "closed", "stalls"):
        series: Series = getattr(found, name)
        say(
            f"{name:9} {len(series.values):4} tries, median {series.median * 1e3:.1f} ms, "
            f"p95 {series.p95 * 1e3:.1f} ms, most {max(series.values) * 1e3:.1f} ms\n"
        )
    say(f"{found.asked} requests for {KEYS} keystrokes, {found.stale} stale items, ")
    say(f"{found.unanswered} unanswered\n{found.grown}\n")


if __name__ == "__main__":
    asyncio.run(_alone(60, 60))
