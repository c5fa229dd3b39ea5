"""Everything between a feature and an endpoint: what may leave, what it costs, what is known already,
and when an endpoint is left in peace."""

from __future__ import annotations

import asyncio
import random as chance
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import urlsplit

from sureql.assistant import answer_keys, budget
from sureql.assistant.breaker import Breaker
from sureql.assistant.budget import Meter
from sureql.assistant.cleaning import CleanAsk, cleaned, sent_text
from sureql.assistant.health import Health
from sureql.assistant.pace import Pace
from sureql.assistant.terms import Terms
from sureql.ports.errors import (
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    ModelWithheld,
)
from sureql.ports.ledger import Answers, Entry, Ledger
from sureql.ports.provider import Ask, Capabilities, Provider, Task, Usage
from sureql.privacy import hiding, redaction
from sureql.privacy.model import MARK
from sureql.prompt import tokens

_EXAMINATION = Ask(
    Task.PROBE,
    "What can the endpoint do? (Fixed questions, which hold nothing of yours: docs/models.md.)",
    most_tokens=200,
)
RETRIES = 2
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 20.0


@dataclass(slots=True)
class _Call:
    """One request as it goes on."""

    ask: Ask
    start: float
    began: float = field(default_factory=time.perf_counter)
    first: float = 0.0
    said: list[str] = field(default_factory=list)
    tokens: list[tuple[str, float]] = field(default_factory=list)
    usage: Usage | None = None
    finish: str = ""
    asked: bool = False
    keys: tuple[str, ...] = ()
    redacted: int = 0
    outcome: str = "cancelled"
    detail: str = ""


class Stream:
    """The pieces of one answer, in order. An error means that nothing of it is to be shown.

    Leaving it before its end closes the connection at once: cancel the task that waits for a piece, or,
    when none does, call `aclose()`.
    """

    def __init__(self) -> None:
        self.pieces: AsyncGenerator[str, None]
        self.sated = False
        self.tokens: list[tuple[str, float]] = []
        """Those of the pieces so far, see `Chunk`; none where the endpoint does not tell them."""

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        return await self.pieces.__anext__()

    def enough(self) -> None:
        """What has come is all that is wanted: it counts as the whole answer and is remembered. To be
        followed by `aclose()`."""
        self.sated = True

    async def aclose(self) -> None:
        """Close the connection."""
        await self.pieces.aclose()


class Exchange:
    """One endpoint on the user's terms. All methods that wait raise ModelError and nothing else.

    `clock` is in seconds since 1970. A `meter` is shared by all exchanges of a session.
    """

    def __init__(
        self,
        provider: Provider,
        terms: Terms,
        ledger: Ledger,
        answers: Answers,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
        meter: Meter | None = None,
    ) -> None:
        self.provider = provider
        self.terms = terms
        self.health = Health()
        self.meter = meter or Meter()
        self._ledger = ledger
        self._answers = answers
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._breaker = Breaker(clock, random)
        self._pace = Pace(terms.patience)
        self._watchers: list[Callable[[Health], None]] = []
        self._running = 0
        self._last_withheld = ""
        endpoint = provider.endpoint
        self._local = hiding.is_on_this_machine(endpoint.base_url)
        self._host = _host(endpoint.base_url)

    def watch(self, changed: Callable[[Health], None]) -> None:
        """Have `changed` called whenever `health` is another."""
        self._watchers.append(changed)

    def stream(self, ask: Ask, path: str = "") -> Stream:
        """The answer as it comes. `path` is the file that is asked about, relative to the workspace."""
        stream = Stream()
        stream.pieces = self._pieces(ask, path, stream)
        return stream

    async def answer(self, ask: Ask, path: str = "") -> str:
        """The whole answer."""
        return "".join([piece async for piece in self.stream(ask, path)])

    async def count(self, text: str) -> int:
        """Tokens of `text` by the endpoint's own tokenizer, told on the same terms."""
        clean = await self._permitted(Ask(Task.PROBE, "", prefix=text), "")
        if self.terms.offline:
            raise ModelWithheld("Nothing was sent: `privacy.offline` is on.")
        return await self.provider.count(clean.ask.prefix)

    async def examine(self) -> Capabilities:
        """What the endpoint can do, found out on the same terms as everything that is asked."""
        call = _Call(_EXAMINATION, self._clock())
        try:
            await self._permitted(call.ask, "")
            self._affordable(call.ask)
            call.asked = True
            found = await self.provider.probe()
            call.usage, call.outcome = found.spent, "answered"
            self._went_well()
            return found
        except ModelError as fault:
            withheld = isinstance(fault, ModelWithheld)
            call.outcome = "withheld" if withheld else type(fault).__name__
            call.detail = str(fault)
            if not withheld:
                # A wrong key is better known before the first word is typed.
                self._feel(_health_after(fault))
            raise
        finally:
            self._record(call)

    async def close(self) -> None:
        """Let go of all connections. Nobody wants to know any more how it goes."""
        self._watchers.clear()
        await self.provider.close()

    async def _pieces(self, ask: Ask, path: str, stream: Stream) -> AsyncGenerator[str, None]:
        call = _Call(ask, self._clock())
        try:
            clean = await self._permitted(ask, path)
            call.ask, call.redacted = clean.ask, clean.redacted
            call.keys = answer_keys.of(self.provider.endpoint, clean.ask)
            known = next(filter(None, map(self._answers.get, call.keys)), None)
            if known is not None:
                call.outcome = "cached"
                said, stream.tokens = answer_keys.read(known)
                yield said
                return
            self._affordable(clean.ask)
            stream.tokens = call.tokens
            pieces = self._asked(call)
            try:
                async for piece in pieces:
                    if clean.changed and MARK in piece:
                        raise ModelWithheld("The answer repeats what was hidden from the model.")
                    yield piece
            finally:
                # At once, and not when the garbage collector comes by.
                await pieces.aclose()
            call.outcome = "answered"
        except GeneratorExit:
            if stream.sated and call.asked:
                call.outcome, call.finish = "answered", "stop"
            raise
        except ModelError as fault:
            withheld = isinstance(fault, ModelWithheld)
            call.outcome = "withheld" if withheld else type(fault).__name__
            call.detail = str(fault)
            raise
        finally:
            self._record(call)

    async def _permitted(self, ask: Ask, path: str) -> CleanAsk:
        """What of `ask` may leave; raises ModelWithheld if nothing may."""
        if self.terms.local_only and not self._local:
            raise self._withheld(
                f"Nothing was sent: `privacy.local_only` is on, and {self._host} is not this machine."
            )
        if path and hiding.is_hidden_path(path, self.terms.ignore_paths):
            raise ModelWithheld(f"Nothing was sent: `privacy.ignore_paths` covers {path}.")
        if self.terms.redact and not redaction.is_warm():
            # Takes long once, which must not stop typing.
            await asyncio.to_thread(redaction.warm_up)
        return cleaned(ask, self.terms)

    def _affordable(self, ask: Ask) -> None:
        """Raises ModelWithheld if the endpoint may not be asked now."""
        if self.terms.offline:
            raise self._withheld("Nothing was sent: `privacy.offline` is on.")
        need = _estimate(ask, ask.most_tokens)
        try:
            budget.check(
                self.terms, self.meter, self._ledger, need, self._clock(), free=self._local
            )
        except ModelWithheld as fault:
            raise self._withheld(str(fault)) from None
        urgent = ask.task in (Task.GENERATE, Task.FIX, Task.REWRITE, Task.REWORD)
        if seconds := self._breaker.wait(urgent):
            at = time.strftime("%H:%M:%S", time.localtime(self._clock() + seconds))
            before = f"{self.health.message} " if self.health.message else ""
            raise ModelWithheld(f"{before}{self._host} is asked again at {at}.")

    async def _asked(self, call: _Call) -> AsyncGenerator[str, None]:
        """The answer of the endpoint, asked again where that makes sense."""
        for attempt in range(RETRIES + 1):
            fault: ModelError
            trial = self._breaker.begin()
            pieces = self._once(call)
            try:
                async for piece in pieces:
                    yield piece
                self._pace.left(call.ask, self._clock() - call.start, spoke=True)
                self._went_well()
                return
            except (GeneratorExit, asyncio.CancelledError):
                # Most answers are left before their end; that they began says that all is well.
                self._pace.left(call.ask, self._clock() - call.start, spoke=bool(call.said))
                if call.said or self._pace.is_slow:
                    self._feel(self._pace.health(self._host))
                if call.said:
                    self._breaker.succeeded()
                else:
                    self._breaker.given_up(trial)
                raise
            except ModelError as problem:
                fault = problem
            finally:
                await pieces.aclose()
            self._breaker.failed(fault)
            self._feel(_health_after(fault))
            seconds = self._wait(call, fault, attempt)
            if seconds is None:
                raise fault
            await self._sleep(seconds)

    def _went_well(self) -> None:
        self._breaker.succeeded()
        self._feel(self._pace.health(self._host))

    async def _once(self, call: _Call) -> AsyncGenerator[str, None]:
        ask = call.ask
        estimate = _estimate(ask, ask.most_tokens)
        money = budget.cost(estimate, self.terms.prices) or 0.0
        self.meter.reserve(estimate, money)
        chunks = self.provider.stream(ask)
        self._run(1)
        call.asked = True
        began = time.perf_counter()
        try:
            async for chunk in chunks:
                if chunk.text and not call.said:
                    call.first = (time.perf_counter() - began) * 1000
                call.usage = chunk.usage or call.usage
                call.finish = chunk.finish or call.finish
                call.tokens += chunk.tokens
                if chunk.text:
                    call.said.append(chunk.text)
                    yield chunk.text
        finally:
            self._run(-1)
            self.meter.release(estimate, money)
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    def _wait(self, call: _Call, fault: ModelError, attempt: int) -> float | None:
        """Seconds after which to ask again; None if that makes no sense."""
        # Ghost text that comes late is worthless, and what has been said cannot be taken back.
        if attempt == RETRIES or call.said or call.ask.task is Task.CONTINUE:
            return None
        if not isinstance(fault, ModelBusy | ModelUnreachable):
            return None
        asked = fault.retry_after if isinstance(fault, ModelBusy) else None
        if asked is not None:
            return asked + self._random() if asked <= _LONGEST_WAIT else None
        return float(_FIRST_WAIT * 2**attempt * (0.5 + self._random()))

    def _record(self, call: _Call) -> None:
        """Remember what came, what it cost and how it ended."""
        if call.outcome == "withheld" and not call.asked:
            # Typing on while nothing may be sent is one event, not hundreds.
            repeated, self._last_withheld = self._last_withheld == call.detail, call.detail
            if repeated:
                return
        else:
            self._last_withheld = ""
        said = "".join(call.said)
        failed = call.outcome not in ("answered", "cancelled", "withheld")
        if not call.asked or (failed and not said and call.usage is None):
            usage = Usage(0, 0)
        elif call.usage is not None:
            usage = call.usage
        else:
            usage = _estimate(call.ask, tokens.estimate(said))
        price = budget.cost(usage, self.terms.prices) if call.asked else 0.0
        self.meter.tokens += usage.prompt + usage.completion
        self.meter.received += usage.completion
        self.meter.cost += price or 0.0
        if call.outcome == "answered" and said and call.finish in _WHOLE:
            kept = answer_keys.written(said, call.tokens)
            for key in call.keys:
                self._answers.put(key, kept)
        self._ledger.record(
            Entry(
                at=call.start,
                host=self._host,
                model=self.provider.endpoint.model,
                task=call.ask.task.value,
                usage=usage,
                cost=price,
                first=call.first,
                total=(time.perf_counter() - call.began) * 1000,
                outcome=call.outcome,
                detail=call.detail,
                sent=sent_text(call.ask) if self.terms.log and call.asked else "",
                redacted=call.redacted,
            )
        )

    def _withheld(self, message: str) -> ModelWithheld:
        self._feel(Health("inactive", message))
        return ModelWithheld(message)

    def _run(self, change: int) -> None:
        self._running += change
        self._feel(self.health)

    def _feel(self, health: Health) -> None:
        now = replace(health, busy=self._running > 0)
        if now != self.health:
            self.health = now
            for changed in self._watchers:
                changed(now)


_WHOLE = ("stop",)
"""Endings of answers that are complete; an answer that ran into a limit is not."""


def _estimate(ask: Ask, completion: int) -> Usage:
    texts = (ask.rules, ask.context, ask.prefix, ask.suffix, *(turn.text for turn in ask.turns))
    return Usage(sum(map(_tokens, texts)), completion)


@lru_cache(maxsize=64)
def _tokens(text: str) -> int:
    # Rules and schema stay the same while somebody types.
    return tokens.estimate(text)


def _health_after(fault: ModelError) -> Health:
    return Health("error" if isinstance(fault, ModelRefused) else "warning", str(fault))


def _host(base_url: str) -> str:
    """Where an endpoint is, without what may be secret in its address."""
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        return f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        return ""
