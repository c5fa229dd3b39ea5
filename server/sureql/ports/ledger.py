"""What is remembered, on this machine only, about requests to models and about ghost texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sureql.ports.provider import Usage


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. `at` is in seconds since 1970; `first` (to the first piece) and `total` are in
    milliseconds. `cost` is None where no price is set. `outcome`: answered, cached, cancelled,
    withheld, or the error's class. `sent` is the text as it left, after redaction."""

    at: float
    host: str
    model: str
    task: str
    usage: Usage
    cost: float | None
    first: float
    total: float
    outcome: str
    detail: str = ""
    sent: str = ""
    redacted: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens in and out, and money where prices are set."""

    tokens: int = 0
    cost: float = 0.0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a ghost text. `what`: offered, shown, accepted, partially accepted, dismissed,
    retained (with `seconds` since acceptance and the share that is left). `prompt` and `text` are
    redacted; `text` is what was inserted. `latency` is in milliseconds."""

    at: float
    item: str
    what: str
    source: str
    verdict: str
    text: str
    prompt: str = ""
    latency: float = 0.0
    characters: int = 0
    seconds: int = 0
    share: float = 1.0


class Ledger(Protocol):
    """Never raises: what cannot be written is left out and said in the log."""

    def record(self, entry: Entry) -> None: ...

    def spent(self, since: float) -> Spent:
        """By all processes of this user since a time."""

    def entries(self, most: int = 100) -> Sequence[Entry]:
        """The newest first."""

    def happened(self, event: Event) -> None: ...

    def events(self, since: float = 0.0) -> Sequence[Event]:
        """The oldest first."""


class Answers(Protocol):
    """Answers of models kept across restarts. Never raises."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, answer: str) -> None: ...
