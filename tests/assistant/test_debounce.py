"""How long a model waits for a pause in typing."""

from __future__ import annotations

import pytest

from sureql.assistant.debounce import LATE, LONGEST, MOST, SHORTEST, USUAL, Debounce


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def typing(debounce: Debounce, clock: Clock, interval: float, count: int = 20) -> None:
    for _ in range(count):
        clock.now += interval
        debounce.typed()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_at_once_for_who_asks(clock: Clock) -> None:
    assert Debounce(clock).delay(invoked=True) == 0.0
    assert Debounce(clock, fixed=0.5).delay(invoked=True) == 0.0


def test_the_usual_pause_at_first(clock: Clock) -> None:
    assert Debounce(clock).delay(invoked=False) == USUAL


def test_follows_the_rhythm_within_bounds(clock: Clock) -> None:
    quick, slow = Debounce(clock), Debounce(clock)
    typing(quick, clock, 0.03)
    typing(slow, clock, 0.9)
    assert quick.delay(False) == SHORTEST
    assert slow.delay(False) == LONGEST
    typing(quick, clock, 0.15, 30)
    assert quick.delay(False) == pytest.approx(0.3)


def test_pauses_are_no_rhythm(clock: Clock) -> None:
    debounce = Debounce(clock)
    typing(debounce, clock, 0.1)
    before = debounce.delay(False)
    typing(debounce, clock, 60.0, 3)
    assert debounce.delay(False) == before


def test_a_slow_model_is_asked_sooner(clock: Clock) -> None:
    debounce = Debounce(clock)
    typing(debounce, clock, 0.2)
    before = debounce.delay(False)
    debounce.answered(0.15)
    assert debounce.delay(False) == pytest.approx(before - 0.15)


def test_little_is_added_where_the_editor_waits_itself(clock: Clock) -> None:
    debounce = Debounce(clock, own=0.2)
    for interval in (0.03, 0.2, 0.9):
        typing(debounce, clock, interval)
        assert 0.0 <= debounce.delay(False) <= LATE


def test_refusals_make_it_wait_and_acceptance_brings_it_back(clock: Clock) -> None:
    debounce = Debounce(clock)
    debounce.refused()
    assert debounce.delay(False) == pytest.approx(1.5 * USUAL)
    debounce.accepted()
    assert debounce.delay(False) == pytest.approx(1.2 * USUAL)
    for _ in range(30):
        debounce.refused()
    assert debounce.delay(False) == MOST
    clock.now += 600
    assert debounce.delay(False) == pytest.approx(USUAL)


def test_a_fixed_pause_is_that(clock: Clock) -> None:
    debounce = Debounce(clock, fixed=0.4)
    typing(debounce, clock, 0.03)
    debounce.refused()
    assert debounce.delay(False) == 0.4
