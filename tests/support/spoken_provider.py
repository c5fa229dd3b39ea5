"""A `Provider` that does what a test says, for what needs a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence

from sureql.ports.errors import ModelError
from sureql.ports.provider import Ask, Capabilities, Chunk, Endpoint, Usage

Step = str | ModelError | asyncio.Event
"""A piece of the answer, an error, or something to wait for."""


class SpokenProvider:
    """Each request takes the next of the `answers`; the last one stays."""

    def __init__(
        self,
        *answers: Sequence[Step],
        base_url: str = "https://models.example/v1",
        usage: Usage | None = None,
        finish: str = "stop",
        logprob: float | None = None,
    ) -> None:
        self._endpoint = Endpoint(base_url, "model", key="hunter2")
        self.answers = list(answers)
        self.asked: list[Ask] = []
        self.closed = 0
        self.usage = usage
        self.finish = finish
        self.logprob = logprob

    @property
    def endpoint(self) -> Endpoint:
        return self._endpoint

    @property
    def capabilities(self) -> Capabilities | None:
        return None

    def exact(self, ask: Ask) -> Mapping[str, object]:
        return {}

    async def stream(self, ask: Ask) -> AsyncGenerator[Chunk, None]:
        self.asked.append(ask)
        steps = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            for step in steps:
                if isinstance(step, ModelError):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    told = () if self.logprob is None else ((step, self.logprob),)
                    yield Chunk(step, tokens=told)
            yield Chunk("", self.usage, self.finish)
        finally:
            self.closed += 1

    async def probe(self) -> Capabilities:
        return Capabilities(())

    async def count(self, text: str) -> int:
        return len(text)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [[0.0] for _ in texts]

    async def close(self) -> None:
        """Nothing is open."""
