"""An exchange with a model, on a bench: its answers are known and its time stands still."""

from __future__ import annotations

from pathlib import Path

from support.spoken_provider import SpokenProvider
from sureql.assistant.budget import Meter
from sureql.assistant.exchange import Exchange
from sureql.assistant.health import Health
from sureql.assistant.terms import Terms
from sureql.ports.provider import Ask, Task, Turn
from sureql.storage.answers import KeptAnswers, open_answers
from sureql.storage.ledger import RequestLedger, open_ledger

GHOST = Ask(Task.CONTINUE, "Go on.", "CREATE TABLE a (id int)", "SELECT ", " FROM a")
WISH = Ask(Task.GENERATE, "Write SQL.", turns=(Turn("user", "how many?"),), dialect="postgres")


class Bench:
    """An exchange whose time only passes when somebody sleeps."""

    def __init__(self, folder: Path, provider: SpokenProvider, terms: Terms | None = None) -> None:
        self.now = 1_700_000_000.0
        self.slept: list[float] = []
        self.felt: list[Health] = []
        self.provider = provider
        self.ledger: RequestLedger = open_ledger(folder)
        self.answers: KeptAnswers = open_answers(folder)
        self.exchange = Exchange(
            provider,
            terms or Terms(),
            self.ledger,
            self.answers,
            clock=lambda: self.now,
            sleep=self._sleep,
            random=lambda: 0.5,
            meter=Meter(),
        )
        self.exchange.watch(self.felt.append)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def ask(self, ask: Ask = GHOST, path: str = "") -> str:
        return await self.exchange.answer(ask, path)

    @property
    def outcomes(self) -> list[str]:
        return [entry.outcome for entry in reversed(self.ledger.entries())]
