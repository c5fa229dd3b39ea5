"""Whatever an endpoint does, the status says so once, the engine's ghost text goes on, and the endpoint
is not asked again and again: through the real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Start
from lsp.wire import Wire
from support.certificate import certified
from support.fault_server import FaultServer, Request
from support.spoken import Answer
from support.waiting import PATIENCE

URI = "untitled:a"
QUERY = "SELECT name, country FROM artist WHERE "
LONG, SHORT = 20_000, 60
"""Milliseconds that ghost text waits for the model: until it has answered, or not that long."""
KEYS = 4
OFF = {"enabled": False}
SEVERAL = 3
"""After so many failures in a row the endpoint is left in peace."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What the endpoint does, and what the status says of it. `most` requests are made, 0: one for
    each key."""

    answer: Answer
    kind: str
    says: str
    most: int = SEVERAL
    wait: int = LONG


SLOW = f"takes longer than {SHORT / 1000:g} s"
SAID = ("country = ", "'FR")
FAULTS = {
    "401": Fault(Answer(status=401), "Error", "does not accept the key"),
    "403": Fault(Answer(status=403), "Error", "not allowed"),
    "404": Fault(Answer(status=404), "Error", "does not know this address (404)"),
    "429": Fault(Answer(status=429), "Warning", "wants fewer requests (429)"),
    "429 with a time": Fault(
        Answer(status=429, headers=(("Retry-After", "600"),)), "Warning", "(429)", most=1
    ),
    "500": Fault(Answer(status=500), "Warning", "has a problem (500)"),
    "529": Fault(Answer(status=529), "Warning", "has a problem (529)"),
    "slow first byte": Fault(Answer(first=600), "Warning", SLOW, most=0, wait=SHORT),
    "stall": Fault(Answer(SAID, fault="stall"), "Warning", SLOW, most=0, wait=SHORT),
    "garbage": Fault(Answer(SAID, fault="garbage"), "Warning", "is no JSON"),
    "wrong content type": Fault(Answer(fault="html"), "Warning", "sends a page"),
    "close": Fault(Answer(fault="close"), "Warning", "broke off the connection"),
    "reset": Fault(Answer(SAID, fault="reset"), "Warning", "broke off the connection"),
    "cut": Fault(Answer(SAID, fault="cut"), "Warning", "broke off the connection"),
    "error in the middle": Fault(Answer(SAID, fault="error"), "Warning", "broke off the answer"),
    "redirect": Fault(Answer(fault="redirect"), "Error", "sends elsewhere"),
}


@pytest.fixture
async def endpoint() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


def settings(base_url: str, wait: int = LONG, timeout: int = 20_000) -> dict[str, Any]:
    model = {"name": "model", "base_url": base_url, "api": "chat", "grammar": False}
    model |= {"api_key_env": "A_KEY", "timeout": timeout}
    return {"model": model, "inline": {"wait": wait, "debounce": 10}, "judge": OFF}


def status(wire: Wire) -> dict[str, Any]:
    return wire.notifications("didChangeStatus")[-1]


def ghosts(asked: list[Request]) -> list[Request]:
    """Those for ghost text: all but those that find out what the endpoint can do."""
    return [one for one in asked if "artist" in one.raw.decode()]


class Writer:
    """Somebody who types on, whatever happens."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.version = 1

    async def sets(self, configuration: dict[str, Any]) -> None:
        """Has other settings from now on."""
        wire = self.wire
        before = len(wire.asked)
        wire.configuration = configuration
        wire.notify("workspace/didChangeConfiguration", {"settings": None})
        await wire.until(lambda: len(wire.asked) > before)
        await wire.request("workspace/executeCommand", {"command": "sureql.showLog"})

    async def types(self, text: str, pause: float = 0.0) -> list[dict[str, Any]]:
        """The ghost texts at the end of `text`, looked at for a while."""
        self.version += 1
        self.wire.change(URI, self.version, {"text": text})
        place = self.wire.at(URI, 0, len(text), context={"triggerKind": 2})
        found = await self.wire.request("textDocument/inlineCompletion", place)
        await asyncio.sleep(pause)
        return list(found["items"])

    async def writes(self, keys: int, pause: float = 0.0) -> list[dict[str, Any]]:
        """What is shown at so many places at which the engine is not sure."""
        shown = []
        for _ in range(keys):
            shown += await self.types(f"{QUERY}artist_id = {self.version} AND ", pause)
        return shown

    async def sees_the_engine(self) -> None:
        """The engine's ghost text is there as ever."""
        (item,) = await self.types("SELECT * FROM artist a JOIN album b ON ")
        assert item["insertText"].startswith("b.artist_id")
        assert item["data"]["source"] != "model"

    async def until_told(self, kind: str, words: str, pause: float = 0.0) -> list[dict[str, Any]]:
        """Writes until the status says so, and leads somewhere; what is shown meanwhile."""
        wire, shown = self.wire, []
        async with asyncio.timeout(PATIENCE):
            while not (status(wire)["kind"] == kind and words in status(wire)["message"]):
                shown += await self.writes(1, pause)
        assert status(wire)["command"]["command"] == "sureql.showLog"
        log = await wire.request("workspace/executeCommand", {"command": "sureql.showLog"})
        assert words in log
        assert "hunter2" not in log + str(wire.told)
        return shown


async def begun(start: Start, workspace: Path, base_url: str) -> Writer:
    wire = await start(workspace, configuration=settings(base_url))
    wire.open(URI, "")
    await wire.loaded()
    return Writer(wire)


async def test_every_fault_has_its_status_and_nothing_else_suffers(
    start: Start, workspace: Path, endpoint: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_KEY", "hunter2")
    writer = await begun(start, workspace, endpoint.base_url)
    wire = writer.wire
    for number, (name, fault) in enumerate(FAULTS.items(), start=1):
        before = len(endpoint.asked)
        endpoint.script(fault.answer)
        # Another limit is another model to sureql, which knows nothing of the last one's faults.
        await writer.sets(settings(endpoint.base_url, fault.wait, 20_000 + number))
        # Who waits for nothing looks at what is there for a moment.
        pause = 0.08 if fault.wait == SHORT else 0.0
        first = writer.version
        shown = await writer.until_told(fault.kind, fault.says, pause)
        shown += await writer.writes(KEYS, pause)
        assert all(item["data"]["source"] != "model" for item in shown), name
        await writer.sees_the_engine()
        asked = ghosts(endpoint.asked[before:])
        assert 1 <= len(asked) <= (fault.most or writer.version - first), name
    # With an endpoint that works again all is well.
    endpoint.script(Answer(("country = ", "'FR'")))
    await writer.sets(settings(endpoint.base_url))
    while not any(item["data"]["source"] == "model" for item in await writer.writes(1)):
        continue
    await wire.until(lambda: status(wire)["kind"] == "Normal")
    assert "command" not in status(wire)
    assert not [one for one in wire.told if one["method"] == "window/showMessage"]
    assert await wire.end() == 0


async def test_a_certificate_that_nobody_vouches_for(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    async with FaultServer(tls=certified(tmp_path)) as server:
        writer = await begun(start, workspace, server.base_url)
        await writer.until_told("Warning", "is not trusted: name your authority in SSL_CERT_FILE")
        assert not server.requests
        await writer.sees_the_engine()
        assert await writer.wire.end() == 0


PROXIES = (
    Fault(Answer(status=407), "Error", "The proxy wants a name and a password"),
    Fault(Answer(status=502), "Warning", "has a problem (502)"),
    Fault(Answer(fault="html"), "Warning", "sends a page"),
)


async def test_a_proxy_in_the_way(
    start: Start, workspace: Path, endpoint: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, endpoint.base_url.removesuffix("/v1"))
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    behind = "http://models.example/v1"
    endpoint.script(PROXIES[0].answer)
    writer = await begun(start, workspace, behind)
    for number, fault in enumerate(PROXIES, start=1):
        before = len(endpoint.asked)
        endpoint.script(fault.answer)
        await writer.sets(settings(behind, timeout=20_000 + number))
        shown = await writer.until_told(fault.kind, fault.says)
        shown += await writer.writes(KEYS)
        assert all(item["data"]["source"] != "model" for item in shown)
        assert 1 <= len(ghosts(endpoint.asked[before:])) <= SEVERAL
        await writer.sees_the_engine()
    assert all(one.path.startswith("http://models.example/") for one in endpoint.requests)
    assert await writer.wire.end() == 0
