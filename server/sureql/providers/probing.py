"""Finding out what an endpoint really does: by its answers, because a 200 proves nothing.

llama.cpp takes `suffix` and ignores it, others take a grammar and ignore it. So every ability is tried
with a word that nobody would think of. All of it is a handful of requests of a few tokens each; they
are listed in docs/models.md.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

from sureql.ports.errors import ModelBusy, ModelError, ModelUnreachable
from sureql.ports.provider import (
    Ask,
    Capabilities,
    Chunk,
    Endpoint,
    Grammar,
    Task,
    Turn,
    Usage,
    Wire,
)
from sureql.providers import address, choosing, families
from sureql.providers.wires.reading import entry, number, rows, text

WORD = "qzvk_7413"
"""A name that stands in no answer unless the model saw it or was held to it."""

_TALK = Ask(Task.PROBE, "", turns=(Turn("user", "Answer with the number 1 only."),), most_tokens=16)
_GO_ON = Ask(Task.CONTINUE, "", prefix="1, 2, 3, 4, 5, 6, 7,", stop=("\n",), most_tokens=4)
_HELD = Ask(
    Task.CONTINUE,
    "Write one word.",
    prefix="SELECT name FROM customer\nORDER BY",
    grammar=Grammar(gbnf=f'root ::= " {WORD}"', lark=f'start: "{WORD}"'),
    most_tokens=16,
)
_GAPS = tuple(
    Ask(Task.CONTINUE, "", prefix=before, suffix=after, most_tokens=12)
    for before, after in (
        (
            "CREATE TABLE ",
            f" (id INTEGER, name TEXT);\nINSERT INTO {WORD} VALUES (1, 'a');\nSELECT name FROM {WORD};\n",
        ),
        ("SELECT count(*) FROM ", f";\nSELECT * FROM {WORD} LIMIT 10;\nDELETE FROM {WORD};\n"),
    )
)


class Probed(Protocol):
    """What probing needs of an endpoint."""

    @property
    def endpoint(self) -> Endpoint: ...

    def attempt(
        self, ask: Ask, wire: Wire | None = None, grammar: str | None = None
    ) -> AsyncGenerator[Chunk, None]: ...

    async def fetch(
        self, method: str, path: str, body: object = None, seconds: float | None = None
    ) -> dict[str, Any]: ...

    async def count(self, text: str) -> int: ...


@dataclass(frozen=True, slots=True)
class _Heard:
    """An answer; `first` is when its first text came, in milliseconds."""

    text: str
    usage: Usage | None
    first: float


class Probe:
    """One examination of an endpoint."""

    def __init__(self, subject: Probed) -> None:
        self._subject = subject
        self._endpoint = subject.endpoint
        self._nearby = address.is_nearby(subject.endpoint.base_url)
        self._notes: list[str] = []
        self._problem: ModelError | None = None
        self._spent = Usage(0, 0)

    async def run(self) -> Capabilities:
        """Ask for everything, one after the other. Raises if the endpoint answers nothing at all."""
        listed = await self._fetch("GET", "/models")
        props = {}
        if not self._is_service():
            root = address.root(self._endpoint.base_url)
            props = await self._fetch("GET", f"{root}/props")
        found = await self._talks()
        raw = await self._goes_on(found)
        await self._fills(found, llama=bool(props))
        if not found and self._problem:
            raise self._problem
        grammar = await self._grammar(found, raw)
        wires = choosing.ranked(found, self._endpoint, grammar, raw=raw)
        first = await self._first(wires)
        return Capabilities(
            wires=wires,
            grammar=grammar,
            tokenizer=not self._is_service() and await self._counts(),
            embeddings=self._nearby and await self._embeds(),
            window=self._window(listed, props),
            models=tuple(name for one in rows(listed, "data") if (name := text(one, "id")))[:50],
            first_token=first,
            notes=tuple(self._notes),
            spent=self._spent,
        )

    async def _talks(self) -> set[Wire]:
        found: set[Wire] = set()
        if choosing.is_old(self._endpoint.model):
            return found
        for wire in (Wire.CHAT, Wire.RESPONSES):
            heard = await self._hear(_TALK, wire)
            if heard and (heard.text.strip() or heard.usage):
                found.add(wire)
        return found

    async def _goes_on(self, found: set[Wire]) -> bool:
        """Whether Completions go on with the text itself."""
        if self._is_service() and not choosing.is_old(self._endpoint.model):
            return False
        heard = await self._hear(_GO_ON, Wire.COMPLETIONS)
        if not heard or not (heard.text or heard.usage):
            return False
        found.add(Wire.COMPLETIONS)
        return heard.text.strip().startswith("8")

    async def _fills(self, found: set[Wire], *, llama: bool) -> None:
        family = families.find(self._endpoint.model, self._endpoint.family)
        if family and Wire.COMPLETIONS in found and await self._sees(Wire.FIM):
            found.add(Wire.FIM)
        elif family and Wire.COMPLETIONS in found:
            self._notes.append("The marks of its family do not make it fill in the middle.")
        if llama and await self._sees(Wire.INFILL):
            found.add(Wire.INFILL)
        has = choosing.has_suffix(self._endpoint) or choosing.is_old(self._endpoint.model)
        if not (has or (not self._is_service() and Wire.COMPLETIONS in found)):
            return
        if await self._sees(Wire.SUFFIX):
            found.add(Wire.SUFFIX)
        elif Wire.FIM not in found and Wire.INFILL not in found:
            self._notes.append("Only in a chat is it told what stands after the cursor.")

    async def _sees(self, wire: Wire) -> bool:
        """Whether the text after the cursor is seen: its name is what belongs into the gap."""
        for gap in _GAPS:
            heard = await self._hear(gap, wire)
            if heard is None:
                return False
            if heard.text.strip().startswith(WORD):
                return True
        return False

    async def _grammar(self, found: set[Wire], raw: bool) -> str:
        """The way in which an answer can be held to a grammar."""
        tries: list[tuple[Wire, str]] = []
        if choosing.is_openai(self._endpoint):
            best = Wire.RESPONSES if Wire.RESPONSES in found else Wire.CHAT
            tries = [(best, "lark")] if best in found else []
        elif not self._is_service():
            wire = Wire.COMPLETIONS if raw or Wire.CHAT not in found else Wire.CHAT
            tries = [(wire, "gbnf"), (wire, "structured")] if wire in found else []
        for wire, way in tries:
            heard = await self._hear(_HELD, wire, way)
            if heard and heard.text.strip() == WORD:
                return way
        return ""

    async def _first(self, wires: tuple[Wire, ...]) -> float:
        """Milliseconds until the first text of an answer, on a connection that is open already."""
        if not wires:
            return 0.0
        ask = _TALK if wires[0] in (Wire.CHAT, Wire.RESPONSES) else _GO_ON
        heard = await self._hear(ask, wires[0])
        return round(heard.first, 1) if heard else 0.0

    async def _counts(self) -> bool:
        try:
            return await self._subject.count("SELECT 1") > 0
        except ModelError:
            return False

    async def _embeds(self) -> bool:
        body = {"model": self._endpoint.model, "input": ["a"]}
        return any(rows(await self._fetch("POST", "/embeddings", body), "data"))

    def _window(self, listed: object, props: object) -> int:
        told = number(props, "default_generation_settings", "n_ctx")
        for one in rows(listed, "data"):
            if text(one, "id") == self._endpoint.model:
                told = told or number(one, "max_model_len") or number(one, "context_length")
                told = told or number(entry(one, "meta"), "n_ctx")
        return told

    def _is_service(self) -> bool:
        """A vendor's own service, of which is known what it can do at all."""
        return choosing.is_openai(self._endpoint) or address.is_of(
            self._endpoint.base_url, "mistral.ai", "deepseek.com"
        )

    async def _hear(self, ask: Ask, wire: Wire, grammar: str = "") -> _Heard | None:
        """The answer, None if the endpoint does not give one in this form."""
        begun = time.perf_counter()
        parts: list[str] = []
        usage, first = None, 0.0
        try:
            async with aclosing(self._subject.attempt(ask, wire, grammar)) as chunks:
                async for chunk in chunks:
                    if chunk.text and not first:
                        first = 1000 * (time.perf_counter() - begun)
                    parts.append(chunk.text)
                    usage = chunk.usage or usage
        except ModelUnreachable:
            raise
        except ModelError as problem:
            if isinstance(problem, ModelBusy) and not self._nearby:
                raise
            self._problem = self._problem or problem
            return None
        if usage:
            sent, came = self._spent.prompt + usage.prompt, self._spent.completion
            cached = self._spent.cached + usage.cached
            self._spent = Usage(sent, came + usage.completion, cached)
        return _Heard("".join(parts), usage, first)

    async def _fetch(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        seconds = min(5.0, self._endpoint.timeout)
        try:
            return await self._subject.fetch(method, path, body, seconds)
        except ModelUnreachable:
            raise
        except ModelError:
            return {}


async def probe(subject: Probed) -> Capabilities:
    """What `subject` can do, found out by asking it."""
    return await Probe(subject).run()
