"""A `Provider` for endpoints that speak OpenAI's protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sureql.ports.errors import ModelBusy, ModelError, ModelGarbage, ModelRefused
from sureql.ports.provider import (
    Ask,
    Capabilities,
    Chunk,
    Endpoint,
    Provider,
    Tokens,
    Usage,
    Wire,
)
from sureql.providers import (
    address,
    answer,
    choosing,
    events,
    families,
    keys,
    memory,
    probing,
    refusals,
)
from sureql.providers.shape import Form, Shape
from sureql.providers.wires import CONTINUES, FORMS
from sureql.providers.wires.reading import entry, rows, text

if TYPE_CHECKING:
    import httpx2
    import openai

_ATTEMPTS = 6
"""So often a request is sent, without what was refused; a refusal costs nothing."""

_CHARACTERS_PER_TOKEN = 24
_LEAST_CHARACTERS = 4_000
_LISTED = 4


def open_endpoint(endpoint: Endpoint, memory: Path | None) -> Provider:
    """A provider for `endpoint`. What probing finds out is kept in the file `memory`."""
    return OpenAIEndpoint(endpoint, memory)


@dataclass(frozen=True, slots=True)
class Plan:
    """A request: where it goes and what is sent."""

    wire: Wire
    form: Form
    address: str
    body: dict[str, object]
    sent: answer.Sent
    grammar: str


class OpenAIEndpoint:
    """See `Provider`. The client library is loaded with the first request, beside the event loop."""

    def __init__(self, endpoint: Endpoint, path: Path | None) -> None:
        self._endpoint = endpoint
        self._path = path
        self._known = memory.recall(path, endpoint)
        self._client: openai.AsyncOpenAI | None = None
        self._faults: Any = None
        self._family = families.find(endpoint.model, endpoint.family)

    @property
    def endpoint(self) -> Endpoint:
        return self._endpoint

    @property
    def capabilities(self) -> Capabilities | None:
        return self._known.capabilities

    def exact(self, ask: Ask) -> Mapping[str, object]:
        """The body that `stream` would send, without the key."""
        return self.plan(ask).body

    async def stream(self, ask: Ask) -> AsyncGenerator[Chunk, None]:
        """The answer as it comes. Closing the iterator closes the connection."""
        async with aclosing(self.attempt(ask)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def attempt(
        self, ask: Ask, wire: Wire | None = None, grammar: str | None = None
    ) -> AsyncGenerator[Chunk, None]:
        """An answer in a form of request, and held to a grammar in a way, that may be prescribed."""
        until = asyncio.get_running_loop().time() + self._endpoint.timeout
        plan, response = await self._open(ask, wire, grammar, until)
        try:
            async with aclosing(self._chunks(plan, response, until)) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            await response.aclose()

    async def probe(self) -> Capabilities:
        """Find out what the endpoint can do, and remember it."""
        # What was refused once may be taken today.
        self._known = memory.Known()
        found = await probing.probe(self)
        found = replace(found, refused=self._known.refused)
        self._known = replace(self._known, capabilities=found)
        memory.keep(self._path, self._endpoint, self._known)
        return found

    async def count(self, text: str) -> int:
        """Tokens of `text` by the endpoint's own tokenizer, as llama.cpp or vLLM tells them."""
        body = {"content": text, "model": self._endpoint.model, "prompt": text}
        found = await self.fetch("POST", f"{address.root(self._endpoint.base_url)}/tokenize", body)
        if isinstance(tokens := found.get("tokens"), list):
            return len(tokens)
        if isinstance(count := found.get("count"), int):
            return count
        raise ModelGarbage(f"{self._host} does not count tokens.")

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text, in order."""
        if not texts:
            return []
        body = {"model": self._endpoint.model, "input": list(texts)}
        found = await self.fetch("POST", "/embeddings", body)
        vectors: dict[int, list[float]] = {}
        for at, one in enumerate(rows(found, "data")):
            index = entry(one, "index")
            vector = [float(value) for value in rows(one, "embedding")]
            vectors[index if isinstance(index, int) else at] = vector
        if sorted(vectors) != list(range(len(texts))) or not all(vectors.values()):
            raise ModelGarbage(f"{self._host} did not send a vector for each text.")
        return [vectors[at] for at in range(len(texts))]

    async def close(self) -> None:
        """Let go of all connections."""
        client, self._client = self._client, None
        if client:
            await client.close()

    async def fetch(
        self, method: str, path: str, body: object = None, seconds: float | None = None
    ) -> dict[str, Any]:
        """What an address below the endpoint's, or a whole one, says at once."""
        faults, client = await self._connected()
        try:
            async with asyncio.timeout(seconds or self._endpoint.timeout):
                response = await _sent(client, method, path, body)
                try:
                    return await events.whole(response.aiter_bytes(), self._host)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise faults.late(self._endpoint, seconds or self._endpoint.timeout) from None
        except faults.FAULTS as problem:
            raise faults.explained(problem, self._endpoint) from problem

    async def models(self) -> tuple[str, ...]:
        """The names of the endpoint's models."""
        found = await self.fetch("GET", "/models", seconds=min(5.0, self._endpoint.timeout))
        return tuple(name for one in rows(found, "data") if (name := text(one, "id")))

    def plan(self, ask: Ask, wire: Wire | None = None, grammar: str | None = None) -> Plan:
        """The request for `ask`."""
        chosen = wire or self._forms(ask)[0]
        if grammar is None:
            grammar = self._known.capabilities.grammar if self._known.capabilities else ""
        grammar = grammar if ask.grammar and _holds(chosen, grammar) else ""
        base_url = address.bare(self._endpoint.base_url)[0]
        shape = Shape(self._endpoint.model, base_url, grammar, self._known.refused, self._family)
        sent = answer.prepared(ask, continues=chosen in CONTINUES, grammar=bool(grammar))
        form = FORMS[chosen]
        return Plan(chosen, form, form.address(shape), form.body(sent.ask, shape), sent, grammar)

    @property
    def _host(self) -> str:
        return address.host(self._endpoint.base_url)

    def _forms(self, ask: Ask) -> tuple[Wire, ...]:
        known = self._known
        return choosing.forms(self._endpoint, ask.task, known.capabilities, known.refused)

    async def _connected(self) -> tuple[Any, openai.AsyncOpenAI]:
        """The module of errors and the client."""
        if self._client is not None:
            return self._faults, self._client
        if not address.is_valid(self._endpoint.base_url):
            raise ModelRefused("model.base_url is no address: it begins with https:// or http://.")
        if not self._endpoint.key and address.is_of(self._endpoint.base_url, "api.openai.com"):
            # It would refuse, and have been told the text for nothing.
            raise ModelRefused(
                f"OpenAI wants a key: put it into the variable {keys.USUAL}, or run "
                "`sureql model login`."
            )
        # Half a second's work, most of it once.
        self._faults = await asyncio.to_thread(import_module, "sureql.providers.faults")
        connection = await asyncio.to_thread(import_module, "sureql.providers.connection")
        try:
            client = await asyncio.to_thread(connection.connect, self._endpoint)
        except self._faults.FAULTS as problem:
            raise self._faults.explained(problem, self._endpoint) from problem
        # Another request may have been as quick.
        self._client = self._client or client
        return self._faults, self._client

    async def _open(
        self, ask: Ask, wire: Wire | None, grammar: str | None, until: float
    ) -> tuple[Plan, httpx2.Response]:
        """Send it, without what the endpoint turns out to refuse."""
        faults, client = await self._connected()
        before = self._known
        for left in range(_ATTEMPTS - 1, -1, -1):
            plan = self.plan(ask, wire, grammar)
            try:
                async with asyncio.timeout_at(until):
                    response = await _sent(client, "POST", plan.address, plan.body)
            except TimeoutError:
                raise faults.late(self._endpoint, self._endpoint.timeout) from None
            except faults.FAULTS as problem:
                status = getattr(problem, "status_code", 0)
                told = faults.body(problem) if status else None
                if plan.grammar and refusals.is_of_grammar(status, told) and left:
                    grammar = ""
                elif not left or not self._learn(status, told, plan, ask, wire):
                    # Nothing worked, so that nothing was learnt.
                    self._known = before
                    raise await self._explained(faults, problem, status, told) from problem
            else:
                if self._known is not before:
                    memory.keep(self._path, self._endpoint, self._known)
                return plan, response
        raise AssertionError("the last attempt returns or raises")

    def _learn(self, status: int, told: object, plan: Plan, ask: Ask, wire: Wire | None) -> bool:
        """Note what is refused; whether another request is worth while."""
        lesson = refusals.parameter(status, told, plan.body) if status else ""
        if not lesson and status and wire is None and refusals.is_of_form(status, told):
            lesson = f"form:{plan.wire.value}" if len(self._forms(ask)) > 1 else ""
        if not lesson or lesson in self._known.refused:
            return False
        self._known = replace(self._known, refused=self._known.refused | {lesson})
        return True

    async def _explained(
        self, faults: Any, problem: BaseException, status: int, told: object
    ) -> ModelError:
        plain: ModelError = faults.explained(problem, self._endpoint)
        if not refusals.is_without_model(status, told) and status != 404:
            return plain
        try:
            names = await self.models()
        except ModelError:
            names = ()
        if not names or self._endpoint.model in names:
            return plain
        shown = ", ".join(names[:_LISTED]) + (" ..." if len(names) > _LISTED else "")
        return ModelRefused(
            f"{self._host} has no model {self._endpoint.model!r}; it has {shown}. See model.name."
        )

    async def _chunks(
        self, plan: Plan, response: httpx2.Response, until: float
    ) -> AsyncGenerator[Chunk, None]:
        faults, ask = self._faults, plan.sent.ask
        marks = self._family.marks if self._family and plan.wire is Wire.FIM else ()
        most = max(_LEAST_CHARACTERS, _CHARACTERS_PER_TOKEN * ask.most_tokens)
        reader = answer.Reader(plan.sent, (*ask.stop, *marks), most)
        usage: Usage | None = None
        finish = ""
        tokens: Tokens = ()
        pieces = response.aiter_bytes()
        found = self._events(response, pieces)
        try:
            while not reader.over:
                async with asyncio.timeout_at(until):
                    event = await anext(found, None)
                if event is None:
                    break
                chunk = plan.form.read(event)
                self._check(event)
                usage, finish = chunk.usage or usage, chunk.finish or finish
                tokens += chunk.tokens
                if shown := reader.feed(chunk.text):
                    yield Chunk(shown, tokens=tokens)
                    tokens = ()
            rest = reader.close()
            yield Chunk(rest, usage, reader.over or finish or "cut", tokens)
            if not reader.over:
                # The connection can be used again only once it was read to its end.
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.1):
                        async for _ in pieces:
                            continue
        except TimeoutError:
            raise faults.late(self._endpoint, self._endpoint.timeout) from None
        except faults.FAULTS as problem:
            raise faults.explained(problem, self._endpoint) from problem

    async def _events(
        self, response: httpx2.Response, pieces: AsyncIterator[bytes]
    ) -> AsyncIterator[dict[str, Any]]:
        kind = response.headers.get("content-type", "")
        if "html" in kind or kind.startswith(("image/", "audio/", "video/")):
            raise ModelGarbage(f"{self._host} sends a page, no answer: is model.base_url right?")
        if "json" in kind and "ndjson" not in kind:
            # It does not stream, although it was asked to.
            yield await events.whole(pieces, self._host)
            return
        empty = True
        async for event in events.events(pieces, self._host):
            empty = False
            yield event
        if empty:
            raise ModelGarbage(f"{self._host} sends nothing: is model.base_url right?")

    def _check(self, event: Mapping[str, Any]) -> None:
        """An endpoint may have a problem in the middle of an answer."""
        kind = event.get("type")
        if event.get("error") or kind in ("error", "response.failed"):
            told = event.get("response") if kind == "response.failed" else event
            if refusals.is_too_long(told):
                raise ModelRefused(
                    f"The prompt is longer than {self._endpoint.model} takes: lower model.tokens."
                )
            raise ModelBusy(f"{self._host} broke off the answer with an error.")


def _holds(wire: Wire, grammar: str) -> bool:
    """Whether a form of request can hold an answer to a grammar in that way."""
    if grammar == "lark":
        return wire in (Wire.RESPONSES, Wire.CHAT)
    if grammar == "structured":
        return wire not in (Wire.RESPONSES, Wire.INFILL)
    return grammar == "gbnf"


async def _sent(
    client: openai.AsyncOpenAI, method: str, path: str, body: object
) -> httpx2.Response:
    """The answer, whose body is still to be read."""
    import httpx2
    from openai import AsyncStream

    kind: Any = httpx2.Response
    stream: Any = AsyncStream[object]
    if method == "GET":
        found = await client.get(path, cast_to=kind, stream=True, stream_cls=stream)
    else:
        found = await client.post(path, cast_to=kind, body=body, stream=True, stream_cls=stream)
    response: httpx2.Response = found
    return response
