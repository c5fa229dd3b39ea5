"""A model on this machine reads the beginning of a prompt before anybody waits for it.

On two cores that takes seconds, and what comes after it in a prompt only a moment.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

from sureql.assistant.exchange import Exchange
from sureql.ports.errors import ModelError
from sureql.ports.provider import Ask


class Warming:
    """One prompt at a time, each once."""

    def __init__(self, model: Exchange) -> None:
        self._model = model
        self._read = ("", "")
        self._task: asyncio.Task[None] | None = None

    def begin(self, ask: Ask, path: str) -> None:
        """Have the beginning of `ask` read, unless that was the last one."""
        beginning = (ask.rules, ask.context)
        if beginning == self._read:
            return
        self.end()
        self._read = beginning
        short = replace(ask, most_tokens=1, grammar=None)
        self._task = asyncio.ensure_future(self._drain(short, path))

    def end(self) -> None:
        """Make way for somebody who waits."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            self._read = ("", "")
        self._task = None

    async def _drain(self, ask: Ask, path: str) -> None:
        stream = self._model.stream(ask, path)
        # Whoever asks in earnest is told what is wrong.
        with contextlib.suppress(ModelError):
            try:
                async for _ in stream:
                    pass
            finally:
                await stream.aclose()
