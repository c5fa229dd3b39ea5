"""The measurements, each on the running server of one session."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks import workspace
from benchmarks.client import Client

TYPED = """SELECT p.name, count(*) AS entries, sum(l.amount) AS total
FROM purchase_line l
JOIN product p ON p.product_id = l.product_id
JOIN category c ON c.category_id = p.category_id
WHERE l.amount > 10 AND p.status = 'open'
GROUP BY p.name
ORDER BY total DESC
"""
"""What is typed letter by letter, asking at every letter."""


WARMING = 5
"""Tries that are not counted."""


@dataclass(slots=True)
class Series:
    """Seconds (or whatever `unit` says), one per try."""

    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return sorted(self.values)[len(self.values) // 2]

    @property
    def p95(self) -> float:
        return sorted(self.values)[min(len(self.values) - 1, int(len(self.values) * 0.95))]


@dataclass(slots=True)
class Session:
    """A server in session with the workspace's schema loaded."""

    client: Client
    root: Path
    opened: int = 0

    def open(self, text: str, language: str = "sql") -> str:
        """Open a new document; its URI."""
        self.opened += 1
        uri = (self.root / f"measured{self.opened}.{language}").as_uri()
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.client.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def change(self, uri: str, version: int, line: int, column: int, text: str, over: int) -> float:
        """Replace `over` characters at a place; when it was sent."""
        place = {
            "start": {"line": line, "character": column},
            "end": {"line": line, "character": column + over},
        }
        document = {"uri": uri, "version": version}
        params = {"textDocument": document, "contentChanges": [{"range": place, "text": text}]}
        return self.client.notify("textDocument/didChange", params)

    def replace(self, uri: str, version: int, text: str) -> float:
        """Replace the whole document; when it was sent."""
        document = {"uri": uri, "version": version}
        params = {"textDocument": document, "contentChanges": [{"text": text}]}
        return self.client.notify("textDocument/didChange", params)

    async def published(
        self, uri: str, version: int, since: float, errors: Callable[[int], bool]
    ) -> float:
        """When diagnostics of that version arrived whose number of errors fits."""

        def fits(message: dict[str, Any]) -> bool:
            params = message["params"]
            return (
                message["method"] == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and params.get("version") == version
                and errors(sum(one.get("severity") == 1 for one in params["diagnostics"]))
            )

        return await self.client.until(fits, since)


async def typing(session: Session, method: str, rounds: int) -> Series:
    """A request after every typed letter."""
    series = Series()
    for number in range(rounds):
        uri = session.open(f"-- round {number}\n")
        line, column = 1, 0
        for version, letter in enumerate(TYPED, start=2):
            session.change(uri, version, line, column, letter, 0)
            line, column = (line + 1, 0) if letter == "\n" else (line, column + 1)
            place = {"line": line, "character": column}
            context = {"triggerKind": 2 if "inline" in method else 1}
            params = {"textDocument": {"uri": uri}, "position": place, "context": context}
            took, _ = await session.client.request(method, params)
            series.values.append(took)
        session.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    # The first letters fill caches that every later session of the day has, too.
    return Series(series.values[len(TYPED) :]) if rounds > 1 else series


async def edit_to_diagnostics(session: Session, tries: int) -> Series:
    """An edit in a file of 5,000 lines until the edited statement's error is on the screen."""
    text, errors = workspace.file_of(5_000, 50, first=10_000)
    uri = session.open(text)
    await session.published(uri, 1, 0, lambda count: count == errors)
    series = Series()
    for number in range(tries):
        line = 5 * (7 + 13 * number % 900) + 2
        sent = session.change(uri, 2 + 2 * number, line, 8, "x", 0)
        arrived = await session.published(
            uri, 2 + 2 * number, sent, lambda count: count == errors + 1
        )
        series.values.append(arrived - sent)
        session.change(uri, 3 + 2 * number, line, 8, "", 1)
        await asyncio.sleep(0.1)
    return series


async def judged_edit(session: Session, texts: tuple[str, str], tries: int) -> Series:
    """An edit until an error that only the engine itself finds is on the screen; `texts` is a right
    statement and a wrong one, each with a place for a number that makes it new."""
    right, wrong = texts
    uri = session.open(right.format(0))
    version = 1
    series = Series()
    for number in range(tries + WARMING):
        sent = session.replace(uri, version + 1, wrong.format(number))
        arrived = await session.published(uri, version + 1, sent, lambda count: count == 1)
        series.values.append(arrived - sent)
        version += 2
        sent = session.replace(uri, version, right.format(number + 1))
        await session.published(uri, version, sent, lambda count: count == 0)
        await asyncio.sleep(0.2)
    # The engine starts in the background, and builds a table when it is first mentioned.
    return Series(series.values[WARMING:])


async def whole_file(session: Session, tries: int) -> tuple[Series, Series]:
    """A new file of 5,000 lines until its last error is known, and the longest stall meanwhile."""
    files = (workspace.file_of(5_000, 10, first=100_000 * (one + 1)) for one in range(tries))
    return await opened(session, files, "sql")


async def opened(
    session: Session, files: Iterable[tuple[str, int]], language: str
) -> tuple[Series, Series]:
    """New files, given as their text and how many errors it has, one after the other until the last
    error is known, and the longest stall meanwhile."""
    took, stalls = Series(), Series()
    for text, errors in files:
        stop = asyncio.Event()
        probe = asyncio.create_task(longest_wait(session.client, stop))
        begun = time.perf_counter()
        uri = session.open(text, language)
        arrived = await session.published(uri, 1, begun, lambda count, n=errors: count == n)
        took.values.append(arrived - begun)
        stop.set()
        stalls.values.append(await probe)
        session.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        await asyncio.sleep(0.3)
    return took, stalls


async def idle_wait(session: Session, seconds: float) -> float:
    """The longest wait with nothing to do: what the machine itself adds."""
    stop = asyncio.Event()
    probe = asyncio.create_task(longest_wait(session.client, stop))
    await asyncio.sleep(seconds)
    stop.set()
    return await probe


async def longest_wait(client: Client, stop: asyncio.Event) -> float:
    """Ask something that costs nothing, again and again; the longest time to its answer."""
    longest = 0.0
    while not stop.is_set():
        took, _ = await client.request("sureql/no-such-request", {})
        longest = max(longest, took)
        await asyncio.sleep(0.002)
    return longest


async def cancellation(session: Session, tries: int) -> Series:
    """A cancellation of work under way until the cancelled request is answered."""
    series = Series()
    while len(series.values) < tries:
        command = {"command": "sureql.refreshSchema", "arguments": []}
        number = session.client.ask("workspace/executeCommand", command)
        await asyncio.sleep(0.03)
        sent = session.client.notify("$/cancelRequest", {"id": number})
        arrived, message = await session.client.answer(number)
        # Now and then the schema has been loaded before the cancellation is read.
        if message.get("error", {}).get("code") == -32800:
            series.values.append(arrived - sent)
    return series


async def start_up(begin: Callable[[], Awaitable[float]], tries: int) -> Series:
    """Several starts."""
    return Series([await begin() for _ in range(tries)])


def memory(session: Session) -> tuple[float, list[str]]:
    """PSS of all processes together in MB, and how it is shared out."""
    main = psutil.Process(session.client.process.pid)
    parts = [(process, process.memory_full_info().pss / 1e6) for process in _family(main)]
    names = ["main", *["worker"] * (len(parts) - 1)]
    shares = [f"{name} {mb:.0f}" for name, (_, mb) in zip(names, parts, strict=True)]
    return sum(mb for _, mb in parts), shares


def _family(main: psutil.Process) -> list[psutil.Process]:
    return [main, *main.children(recursive=True)]
