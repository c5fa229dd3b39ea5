"""A model whose answers are known beforehand, for tests of what is done with them."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from support import schemas
from sureql.assistant.generate import Means
from sureql.oracle import judges
from sureql.ports.provider import Ask
from sureql.prompt.model import Limits, Place
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script


class ScriptedModel:
    """Gives its `answers` one by one, and the last one again and again."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[Ask] = []

    async def answer(self, ask: Ask, path: str = "") -> str:
        self.asked.append(ask)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def told(self) -> list[str]:
        """The newest turn of each request."""
        return [ask.turns[-1].text for ask in self.asked]


async def within(work: Awaitable[Any], seconds: float) -> Any:
    """As long as it takes."""
    return await work


def means(model: ScriptedModel, place: Place) -> Means:
    """What a conversation with `model` is held with."""
    judge = judges.for_catalog(place.snapshot.base)
    return Means(model, lambda text: len(text) // 4 + 1, within, Limits(), judge)


def place(text: str = "", dialect: str = "sqlite", schema: str = "", **more: Any) -> Place:
    """The end of `text`, in a document on the music schema."""
    rules = dialects.get(dialect)
    known = schemas.catalog(schema or {"sqlite": "music_sqlite"}.get(dialect, "music"), dialect)
    seen = Snapshot("test:///main.sql", "/project/main.sql", 1, script.of(text, rules), known)
    return Place(seen, len(text), **more)
