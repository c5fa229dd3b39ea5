"""A model that sureql runs itself, as a `Provider`: its server is started when it is first asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sureql.ports.errors import ModelError, ModelUnreachable
from sureql.ports.provider import Ask, Capabilities, Chunk, Endpoint, Provider
from sureql.providers.local import server
from sureql.providers.openai_endpoint import open_endpoint


def open_local(
    model: str,
    cache: Path,
    memory: Path | None,
    *,
    timeout: float = 20.0,
    family: str = "",
    lives_on: float = server.LIVES_ON,
) -> Provider:
    """A provider for `model`, a name or a GGUF file. What probing finds out is kept in `memory`."""
    return _Local(server.Lease(model, cache, lives_on=lives_on), memory, timeout, family)


class _Local:
    """A server that has died is started anew with the next question, at another address."""

    def __init__(
        self, lease: server.Lease, memory: Path | None, timeout: float, family: str
    ) -> None:
        self._lease = lease
        self._memory = memory
        # Nobody listens there: it stands for the server while none is known.
        self._endpoint = Endpoint(
            "http://127.0.0.1/v1", lease.model, timeout=timeout, family=family
        )
        self._inner: Provider | None = None
        self._doubtful = False
        self._opening: asyncio.Task[Provider] | None = None
        self._learning: asyncio.Task[None] | None = None

    @property
    def endpoint(self) -> Endpoint:
        return self._endpoint if self._inner is None else self._inner.endpoint

    @property
    def capabilities(self) -> Capabilities | None:
        return None if self._inner is None else self._inner.capabilities

    def exact(self, ask: Ask) -> Mapping[str, object]:
        return (self._inner or open_endpoint(self._endpoint, self._memory)).exact(ask)

    async def stream(self, ask: Ask) -> AsyncIterator[Chunk]:
        inner = await self._opened()
        answer = inner.stream(ask)
        try:
            async for chunk in answer:
                yield chunk
        except ModelUnreachable:
            self._doubtful = True
            raise
        finally:
            # Closing this generator has to close the connection below at once, not when it is
            # collected.
            if (close := getattr(answer, "aclose", None)) is not None:
                await close()

    async def probe(self) -> Capabilities:
        inner = await self._started()
        try:
            return await inner.probe()
        except ModelUnreachable:
            self._doubtful = True
            raise

    async def count(self, text: str) -> int:
        inner = await self._opened()
        try:
            return await inner.count(text)
        except ModelUnreachable:
            self._doubtful = True
            raise

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return await (await self._opened()).embed(texts)

    async def close(self) -> None:
        for task in (self._opening, self._learning):
            if task is not None:
                task.cancel()
        if self._inner is not None:
            await self._inner.close()
            self._inner = None
        self._lease.leave()

    async def _opened(self) -> Provider:
        inner = await self._started()
        if inner.capabilities is None:
            # Once in a while, and it takes no longer than the first prompt.
            if self._learning is None:
                self._learning = asyncio.ensure_future(_learn(inner))
            await asyncio.shield(self._learning)
        return inner

    async def _started(self) -> Provider:
        if self._inner is not None and not self._doubtful:
            return self._inner
        if self._opening is None or self._opening.done():
            self._opening = asyncio.ensure_future(self._start())
        # Who asked may give up, but the server is wanted by whoever asks next.
        return await asyncio.shield(self._opening)

    async def _start(self) -> Provider:
        found = await self._lease.endpoint()
        wanted = replace(found, timeout=self._endpoint.timeout, family=self._endpoint.family)
        if self._inner is None or self._inner.endpoint != wanted:
            if self._inner is not None:
                await self._inner.close()
            self._inner = open_endpoint(wanted, self._memory)
        self._doubtful = False
        return self._inner


async def _learn(inner: Provider) -> None:
    # What is not known is done without.
    with contextlib.suppress(ModelError):
        await inner.probe()
