"""A badly behaved endpoint, a real one, and providers that speak to them."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from support.fault_server import FaultServer
from support.llama import llama
from sureql.ports.provider import Ask, Endpoint, Task, Turn
from sureql.providers.openai_endpoint import OpenAIEndpoint

__all__ = ["llama"]

KEY = "sk-planted-0123456789abcdef"
CONTINUE = Ask(
    Task.CONTINUE,
    "Write SQL.",
    context="-- Tables: artist (artist_id, name)",
    prefix="SELECT name\nFROM ",
    suffix="\nWHERE name = 'a';",
    stop=(";",),
)
QUESTION = Ask(
    Task.GENERATE,
    "Write one statement.",
    context="-- Tables: artist (artist_id, name)",
    turns=(Turn("user", "all artists"),),
    most_tokens=800,
)

Open = Callable[..., OpenAIEndpoint]


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


@pytest.fixture
async def opened(server: FaultServer, tmp_path: Path) -> AsyncIterator[Open]:
    """`opened(wire=..., model=...)`: a provider for the server, with a key."""
    made: list[OpenAIEndpoint] = []

    def call(**given: Any) -> OpenAIEndpoint:
        values = {"base_url": server.base_url, "model": "model", "key": KEY, "timeout": 30.0}
        endpoint = Endpoint(**{**values, **given})
        made.append(OpenAIEndpoint(endpoint, tmp_path / "endpoints.json"))
        return made[-1]

    yield call
    for one in made:
        await one.close()


async def text_of(provider: OpenAIEndpoint, ask: Ask = CONTINUE) -> str:
    """The whole of an answer."""
    return "".join([chunk.text async for chunk in provider.stream(ask)])


@pytest.fixture
def unused() -> int:
    """A port at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
