"""A model that sureql runs itself, as a `Provider`: its server is started when it is first asked."""

from __future__ import annotations

import asyncio
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
    """A server that has died is started anew with the next question, under another key."""

    def __init__(
        self, lease: server.Lease, memory: Path | None, timeout: float, family: str
    ) -> None:
        self._lease = lease
        self._memory = memory
        self._timeout = timeout
        self._family = family
        # Where it was last: what is remembered of it can be told before it runs.
        self._inner = self._provider(lease.last())
        self._runs = False
        self._failed = False
        self._opening: asyncio.Task[Provider] | None = None
        self._learning: asyncio.Future[Capabilities] | None = None

    @property
    def endpoint(self) -> Endpoint:
        return self._inner.endpoint

    @property
    def capabilities(self) -> Capabilities | None:
        return self._inner.capabilities

    def exact(self, ask: Ask) -> Mapping[str, object]:
        return self._inner.exact(ask)

    async def stream(self, ask: Ask) -> AsyncIterator[Chunk]:
        inner = await self._opened()
        answer = inner.stream(ask)
        try:
            async for chunk in answer:
                yield chunk
        except ModelUnreachable:
            self._runs = False
            raise
        finally:
            # Closing this generator has to close the connection below at once, not when it is
            # collected.
            if (close := getattr(answer, "aclose", None)) is not None:
                await close()

    async def probe(self) -> Capabilities:
        inner = await self._started()
        # Who asks while it is being found out waits for the same answer: the server does one thing
        # at a time.
        if self._learning is None or self._learning.done():
            self._learning = asyncio.ensure_future(inner.probe())
        try:
            return await asyncio.shield(self._learning)
        except ModelUnreachable:
            self._runs = False
            raise

    async def count(self, text: str) -> int:
        inner = await self._opened()
        try:
            return await inner.count(text)
        except ModelUnreachable:
            self._runs = False
            raise

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return await (await self._opened()).embed(texts)

    async def close(self) -> None:
        for task in (self._opening, self._learning):
            if task is not None:
                task.cancel()
        await self._inner.close()
        self._lease.leave()
        self._runs = False

    async def _opened(self) -> Provider:
        inner = await self._started()
        if inner.capabilities is None and not self._failed:
            # Once in a while, and it takes no longer than the first prompt.
            try:
                await self.probe()
            except ModelError:
                # What is not known is done without.
                self._failed = True
        return inner

    async def _started(self) -> Provider:
        if self._runs:
            return self._inner
        if self._opening is None or self._opening.done():
            self._opening = asyncio.ensure_future(self._start())
        # Who asked may give up, but the server is wanted by whoever asks next.
        return await asyncio.shield(self._opening)

    async def _start(self) -> Provider:
        found = self._provider(await self._lease.endpoint())
        if self._inner.endpoint != found.endpoint:
            await self._inner.close()
            self._inner = found
        self._runs = True
        return self._inner

    def _provider(self, endpoint: Endpoint) -> Provider:
        small = self._lease.small
        wanted = replace(endpoint, timeout=self._timeout, family=self._family, small=small)
        return open_endpoint(wanted, self._memory)
