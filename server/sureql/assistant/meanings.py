"""What texts mean, as vectors of an embeddings model, asked on the same terms as any model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from sureql.assistant import budget
from sureql.assistant.budget import Meter
from sureql.assistant.cleaning import cleaned
from sureql.assistant.terms import Terms
from sureql.ports.errors import ModelError, ModelWithheld
from sureql.ports.ledger import Entry, Ledger
from sureql.ports.provider import Ask, Provider, Task, Usage
from sureql.privacy import hiding, redaction
from sureql.prompt import tokens

TASK = "embed"
LONGEST = 2_000
"""Characters of a text that are told; such models know no long ones."""
PAUSE = 60.0
"""Seconds for which an endpoint that has failed is left in peace."""


class Meanings:
    """One embeddings model on the user's terms."""

    def __init__(
        self,
        provider: Provider,
        terms: Terms,
        ledger: Ledger,
        meter: Meter,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.provider = provider
        self._terms = terms
        self._ledger = ledger
        self._meter = meter
        self._clock = clock
        self._rest_until = 0.0
        url = provider.endpoint.base_url
        self._local = hiding.is_on_this_machine(url)
        self._host = urlsplit(url).netloc.rpartition("@")[2]

    @property
    def model(self) -> str:
        """What vectors are kept under: those of one model say nothing about those of another."""
        return f"{self._host} {self.provider.endpoint.model}"

    async def of(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text; [] for a text that must not be sent. Raises ModelError."""
        self._permit()
        if self._terms.redact and not redaction.is_warm():
            # Takes long once, which must not stop typing.
            await asyncio.to_thread(redaction.warm_up)
        clean = [self._cleaned(text) for text in texts]
        sent = [text for text, _ in clean if text]
        if not sent:
            return [[] for _ in texts]
        need = Usage(sum(map(tokens.estimate, sent)), 0)
        budget.check(self._terms, self._meter, self._ledger, need, self._clock(), free=self._local)
        began, outcome, detail = time.perf_counter(), "cancelled", ""
        found: list[list[float]] = []
        try:
            found = await self.provider.embed(sent)
            outcome = "answered"
        except ModelError as fault:
            outcome, detail = type(fault).__name__, str(fault)
            self._rest_until = self._clock() + PAUSE
            raise
        finally:
            price = budget.cost(need, self._terms.prices)
            self._meter.tokens += need.prompt
            self._meter.cost += price or 0.0
            total = (time.perf_counter() - began) * 1000
            self._ledger.record(
                Entry(
                    at=self._clock(),
                    host=self._host,
                    model=self.provider.endpoint.model,
                    task=TASK,
                    usage=need,
                    cost=price,
                    first=total,
                    total=total,
                    outcome=outcome,
                    detail=detail,
                    sent="\n\n".join(sent) if self._terms.log else "",
                    redacted=sum(count for _, count in clean),
                )
            )
        vectors = iter(found)
        return [next(vectors) if text else [] for text, _ in clean]

    async def close(self) -> None:
        """Let go of all connections."""
        await self.provider.close()

    def _permit(self) -> None:
        """Raises ModelWithheld if nothing may be sent now."""
        if self._terms.local_only and not self._local:
            raise ModelWithheld(
                f"Nothing was sent: `privacy.local_only` is on, and {self._host} is not this machine."
            )
        if self._terms.offline:
            raise ModelWithheld("Nothing was sent: `privacy.offline` is on.")
        if self._clock() < self._rest_until:
            raise ModelWithheld(f"{self._host} has failed a moment ago and is left in peace.")

    def _cleaned(self, text: str) -> tuple[str, int]:
        try:
            clean = cleaned(Ask(Task.CONTINUE, rules="", prefix=text), self._terms)
        except ModelWithheld:
            return "", 0
        # Cut only now: half a secret is not known for one.
        return clean.ask.prefix[:LONGEST], clean.redacted
