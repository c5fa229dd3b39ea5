"""What events and requests add up to."""

from __future__ import annotations

from typing import Any

import pytest

from sureql.assistant import statistics
from sureql.ports.ledger import Entry, Event
from sureql.ports.provider import Usage


def event(item: str, what: str, source: str = "model", **more: Any) -> Event:
    known: dict[str, Any] = {"text": "", **more}
    return Event(1_700_000_000.0, item, what, source, "accepted judged", **known)


def entry(outcome: str, prompt: int = 100, first: float = 50.0, cost: float | None = None) -> Entry:
    return Entry(0.0, "host", "model", "continue", Usage(prompt, 10), cost, first, 90.0, outcome)


def test_rates_count_items_and_not_events() -> None:
    events = [
        *(event(name, "offered", latency=10.0 * number) for number, name in enumerate("abcde", 1)),
        *(event(name, "shown") for name in "abcd"),
        event("a", "partially accepted", characters=5),
        event("a", "accepted", characters=20),
        event("b", "partially accepted", characters=7),
        event("b", "partially accepted", characters=9),
        event("c", "dismissed"),
        event("e", "accepted", characters=3),
        event("a", "retained", seconds=30, share=0.9),
        event("e", "retained", seconds=30, share=0.2),
        event("a", "retained", seconds=120, share=0.8),
        event("x", "offered", source="engine"),
    ]
    found = statistics.summary(events, [])
    engine, model = found.sources
    assert (engine.name, engine.shown, engine.acceptance) == ("engine", 0, None)
    # `e` was accepted without a word from the editor that it was shown.
    assert (model.offered, model.shown, model.accepted, model.partially) == (5, 5, 2, 1)
    assert model.acceptance == pytest.approx(3 / 5)
    assert model.characters == 20 + 9 + 3
    assert model.retained == ((30, 0.5), (120, 1.0))
    assert (model.p50, model.p95) == (30.0, 50.0)
    assert found.verdicts == (("accepted judged", 6),)
    assert [count for _, count in found.days] == [32]


def test_requests() -> None:
    entries = [
        entry("answered", cost=0.25),
        entry("answered", first=150.0, cost=0.5),
        entry("cached", prompt=0),
        entry("cancelled"),
        entry("ModelBusy", prompt=0),
        entry("withheld", prompt=0),
    ]
    found = statistics.summary([], entries).requests
    assert (found.sent, found.cached, found.failed, found.cancelled) == (4, 1, 1, 1)
    assert found.hit_rate == pytest.approx(1 / 5)
    assert (found.tokens_in, found.tokens_out, found.cost) == (300, 40, 0.75)
    assert (found.first_p50, found.first_p95) == (150.0, 150.0)


def test_nothing_happened() -> None:
    found = statistics.summary([], [])
    assert (found.sources, found.days, found.requests.hit_rate) == ((), (), None)
    assert found.requests.cost is None


def test_training_data_is_what_was_kept() -> None:
    events = [
        event("a", "accepted", text="JOIN b ON 1 = 1", prompt="SELECT * FROM a "),
        event("a", "retained", seconds=30, share=1.0),
        event("a", "retained", seconds=600, share=0.1),
        event("b", "accepted", text="WHERE x", prompt="SELECT * FROM a "),
        event("b", "retained", seconds=30, share=0.8),
        event("c", "accepted", text="WHERE x", prompt="SELECT * FROM a "),
        event("c", "retained", seconds=30, share=1.0),
        event("f", "accepted", text="WHERE not_looked_at_yet", prompt="SELECT * FROM a "),
        event("d", "accepted", text=" ", prompt="SELECT * FROM a "),
        event("e", "shown", text="WHERE y", prompt="SELECT "),
    ]
    [example] = statistics.finetuning(events, "Rules.")
    assert example["messages"] == [
        {"role": "system", "content": "Rules."},
        {"role": "user", "content": "SELECT * FROM a "},
        {"role": "assistant", "content": "WHERE x"},
    ]
