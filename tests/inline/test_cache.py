"""The cache answers typing as suggested at once, and forgets in time."""

from __future__ import annotations

from dataclasses import replace

from sureql.gate.model import Level, Outcome, Verdict
from sureql.inline.cache import LOOK_BACK, MOST_ENTRIES, SECONDS, Cache, Kept, Key

VERDICT = Verdict(Outcome.ACCEPTED, "customer", Level.PREFIX, "")
KEY = Key("file:///a.sql", "v1", "", False)
PREFIX = "SELECT * FROM cu"
KEPT = (Kept("customer", 2, "engine", VERDICT),)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_same_text_gets_the_same_answer() -> None:
    cache = Cache()
    cache.store(KEY, PREFIX, KEPT)
    assert cache.exact(KEY, PREFIX) == KEPT
    cache.store(KEY, "SELECT 1 ", ())
    assert cache.exact(KEY, "SELECT 1 ") == ()
    assert cache.exact(KEY, "SELECT 2 ") is None


def test_typing_as_suggested_goes_on() -> None:
    cache = Cache()
    cache.store(KEY, PREFIX, KEPT)
    (rest,) = cache.typed_into(KEY, PREFIX + "sto")
    assert (rest.insert, rest.covered) == ("customer", 5)


def test_typing_over_a_line_end_leaves_one_line_to_replace() -> None:
    cache = Cache()
    cache.store(KEY, "FROM a", (Kept("a\nJOIN b", 1, "engine", VERDICT),))
    (rest,) = cache.typed_into(KEY, "FROM a\nJO")
    assert (rest.insert, rest.covered) == ("JOIN b", 2)


def test_typing_something_else_does_not() -> None:
    cache = Cache()
    cache.store(KEY, PREFIX, KEPT)
    assert cache.typed_into(KEY, PREFIX + "x") == ()
    assert cache.typed_into(KEY, PREFIX + "stomer") == ()
    assert cache.typed_into(KEY, PREFIX[:-1]) == ()


def test_another_document_schema_or_rest_is_another_question() -> None:
    cache = Cache()
    cache.store(KEY, PREFIX, KEPT)
    for other in (
        replace(KEY, uri="file:///b.sql"),
        replace(KEY, version="v2"),
        replace(KEY, suffix=" WHERE"),
        replace(KEY, invoked=True),
    ):
        assert cache.exact(other, PREFIX) is None
        assert cache.typed_into(other, PREFIX + "s") == ()


def test_old_answers_are_forgotten() -> None:
    clock = Clock()
    cache = Cache(clock)
    cache.store(KEY, PREFIX, KEPT)
    clock.now = SECONDS
    assert cache.exact(KEY, PREFIX) == KEPT
    clock.now = SECONDS + 1
    assert cache.exact(KEY, PREFIX) is None
    assert cache.typed_into(KEY, PREFIX + "s") == ()


def test_the_least_used_is_forgotten_first() -> None:
    cache = Cache()
    for number in range(MOST_ENTRIES):
        cache.store(KEY, f"SELECT {number}", KEPT)
    assert cache.exact(KEY, "SELECT 0") == KEPT
    cache.store(KEY, "one more", KEPT)
    assert cache.exact(KEY, "SELECT 0") == KEPT
    assert cache.exact(KEY, "SELECT 1") is None


def test_looks_back_only_so_far() -> None:
    cache = Cache()
    long = Kept("x" * (LOOK_BACK + 50), 0, "engine", VERDICT)
    cache.store(KEY, "a", (long,))
    assert cache.typed_into(KEY, "a" + "x" * LOOK_BACK)
    assert cache.typed_into(KEY, "a" + "x" * (LOOK_BACK + 1)) == ()


def test_verdicts_are_counted() -> None:
    cache = Cache()
    cache.count(VERDICT)
    cache.count(Verdict(Outcome.DROPPED, "", None, "`x` is not known"))
    assert cache.counts == {"accepted": 1, "prefix": 1, "dropped": 1}
