"""The engine's items against the model's, and how far a model is trusted."""

from __future__ import annotations

import math

import pytest

from sureql.assistant import certainty, ranking
from sureql.assistant.ranking import Trust
from sureql.gate.model import Level, Outcome, Verdict
from sureql.inline.cache import Kept
from sureql.ports.ledger import Event
from sureql.syntax import dialects

POSTGRES = dialects.get("postgres")


def kept(insert: str, confidence: float, source: str = "engine") -> Kept:
    verdict = Verdict(Outcome.ACCEPTED, insert, Level.RESOLVED, "")
    return Kept(insert, 0, source, verdict, confidence)


def order(*found: Kept) -> list[str]:
    return [one.insert for one in found]


def test_the_surer_comes_first() -> None:
    engine, model = kept("a = b", 0.5), kept("a = c", 0.6, "model")
    assert order(*ranking.ranked([engine], [model], POSTGRES)) == ["a = c", "a = b"]
    doubted = kept("a = c", 0.3, "model")
    assert order(*ranking.ranked([engine], [doubted], POSTGRES)) == ["a = b", "a = c"]


def test_two_that_say_the_same_are_one_and_surer() -> None:
    others = kept("a = c", 0.7)
    found = ranking.ranked([kept("a = b", 0.5), others], [kept("a=b", 0.6, "model")], POSTGRES)
    assert order(*found) == ["a = b", "a = c"]
    assert found[0].confidence == pytest.approx(0.8)


def test_who_asks_for_several_sees_the_model_s_too() -> None:
    found = [*(kept(name, 0.5) for name in "abc"), kept("d", 0.1, "model"), kept("e", 0.1, "model")]
    assert order(*ranking.best(found, 3)) == ["a", "b", "d"]
    assert order(*ranking.best(found, 1)) == ["a"]
    assert order(*ranking.best(found[:3], 3)) == ["a", "b", "c"]


def test_the_engine_does_not_back_itself() -> None:
    found = ranking.ranked([kept("a = b", 0.5), kept("a = b AND c", 0.4)], [], POSTGRES)
    assert order(*found) == ["a = b", "a = b AND c"]


def test_the_engine_s_own_order_stays() -> None:
    engine = [kept("artist a ON a.id = b.id", 0.5), kept("artist", 0.7)]
    assert order(*ranking.ranked(engine, [], POSTGRES)) == ["artist a ON a.id = b.id", "artist"]
    between = kept("genre", 0.6, "model")
    found = order(*ranking.ranked(engine, [between], POSTGRES))
    assert found == ["genre", "artist a ON a.id = b.id", "artist"]


def test_a_longer_text_is_backed_by_the_beginning_of_another() -> None:
    found = ranking.ranked(
        [kept("artist a", 0.5)], [kept("artist a ON a.id = b.id", 0.5, "model")], POSTGRES
    )
    assert order(*found)[0] == "artist a ON a.id = b.id"
    assert found[0].confidence > 0.7


def test_trust_moves_with_what_users_do() -> None:
    trust = Trust(0.6)
    assert trust.value == pytest.approx(0.6)
    for _ in range(20):
        trust.dismissed()
    assert trust.value < 0.25
    for _ in range(200):
        trust.accepted()
    assert 0.8 < trust.value < 1.0


def test_earlier_sessions_count() -> None:
    def event(what: str, source: str) -> Event:
        return Event(1.0, "a", what, source, "accepted", "")

    kept_in_mind = [event("dismissed", "model")] * 10 + [event("accepted", "engine")] * 10
    assert ranking.trusted(0.6, kept_in_mind).value < 0.3


def test_what_the_gate_had_to_change_is_worth_less() -> None:
    trust = Trust(0.6)
    whole = kept("a", 0.0, "model")
    cut = Kept("a", 0, "model", Verdict(Outcome.CUT, "a", Level.RESOLVED, ""))
    doubtful = Kept("a", 0, "model", Verdict(Outcome.ACCEPTED, "a", Level.NO_WORSE, ""))
    assert ranking.worth(whole, trust) > ranking.worth(cut, trust)
    assert ranking.worth(whole, trust) > ranking.worth(doubtful, trust)


def test_a_text_is_worth_what_the_model_itself_thinks_of_it() -> None:
    one, trust = kept("a", 0.0, "model"), Trust(0.1)
    assert ranking.worth(one, trust, 0.7) == pytest.approx(0.7)
    assert ranking.worth(one, trust, 0.05) == pytest.approx(0.05)
    for _ in range(10):
        trust.dismissed()
    assert ranking.worth(one, trust, 0.7) < 0.65
    for _ in range(20):
        trust.accepted()
    assert 0.8 < ranking.worth(one, trust, 0.7) < 1.0
    assert 0.0 <= ranking.worth(one, trust, 0.0) < ranking.worth(one, trust, 1.0) <= 1.0


def test_only_what_is_new_counts_for_how_probable_a_text_was() -> None:
    tokens = [(" cust", -9.0), ("omer", -0.5), (" WHERE", -0.5), (" x", -7.0)]
    half_typed = Kept("customer WHERE", 4, "model", kept("", 0.0).verdict)
    assert certainty.chance(half_typed, tokens) == pytest.approx(math.exp(-1.0))
    assert certainty.chance(half_typed, []) is None
    # The gate has mended a name: everything that was said counts.
    mended = Kept("customers WHERE", 0, "model", kept("", 0.0).verdict)
    assert certainty.chance(mended, tokens) == pytest.approx(math.exp(-17.0))
