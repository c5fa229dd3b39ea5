"""Ghost text from a model, through the real server on standard input and output."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Start
from lsp.wire import Wire
from support.fault_server import FaultServer, Request
from support.spoken import Answer

URI = "untitled:a"
INVOKED, AUTOMATIC = 1, 2


@pytest.fixture
async def endpoint() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


def settings(endpoint: FaultServer, **more: Any) -> dict[str, Any]:
    model = {"name": "model", "base_url": endpoint.base_url, "api": "chat", "grammar": False}
    return {"model": {**model, **more.pop("model", {})}, **more}


def ghosts(endpoint: FaultServer) -> list[Request]:
    """The requests for ghost text: all but those that find out what the endpoint can do."""
    return [one for one in endpoint.asked if "artist" in one.raw.decode()]


async def session(start: Start, workspace: Path, endpoint: FaultServer, **more: Any) -> Wire:
    wire = await start(workspace, configuration=settings(endpoint, **more))
    wire.open(URI, "")
    await wire.loaded()
    # What it finds out about the endpoint takes a moment, and the model is used from then on.
    await endpoint.arrival()
    return wire


async def items(wire: Wire, text: str, version: int, kind: int = AUTOMATIC) -> list[Any]:
    """The ghost texts at the end of `text`."""
    wire.change(URI, version, {"text": text})
    return await asked(wire, text, kind)


async def asked(wire: Wire, text: str, kind: int = AUTOMATIC) -> list[Any]:
    number = request(wire, text, kind)
    return list((await wire.answer(number))["result"]["items"])


def request(wire: Wire, text: str, kind: int = AUTOMATIC) -> int:
    line, character = text.count("\n"), len(text) - text.rfind("\n") - 1
    params = wire.at(URI, line, character, context={"triggerKind": kind})
    return wire.ask("textDocument/inlineCompletion", params)


QUERY = "SELECT name, country FROM artist WHERE "


async def test_what_the_model_says_is_shown(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(Answer(pieces=("country = ", "'FR'", " AND name", " IS NOT NULL;")))
    wire = await session(start, workspace, endpoint)
    (item,) = await items(wire, QUERY, 2)
    assert item["insertText"] == "country = 'FR'"
    assert item["data"]["source"] == "model"
    assert await wire.end() == 0
