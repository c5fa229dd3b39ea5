"""The pipeline around the engine: caching, popup, deletion, limits, speed."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

from support import cases, schemas
from sureql.gate.model import Level
from sureql.history.model import NOTHING
from sureql.inline import complete as pipeline
from sureql.inline.cache import Cache
from sureql.inline.complete import complete
from sureql.inline.engine import planners
from sureql.inline.model import Item, Request
from sureql.oracle import judges
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.text.span import Span


def request(text: str, dialect: str = "postgres", schema: str = "music") -> Request:
    offset = text.index("<|>")
    rules = dialects.get(dialect)
    catalog = schemas.catalog(schema, dialect)
    found = script.of(text.replace("<|>", ""), rules)
    snapshot = Snapshot("test:///a.sql", "", 1, found, catalog)
    return Request(snapshot, offset, NOTHING, judge=judges.for_catalog(catalog))


def inserts(items: tuple[Item, ...]) -> list[str]:
    return [item.insert for item in items]


def test_automatic_shows_one_and_invoked_up_to_three() -> None:
    asked = request("SELECT c.<|> FROM customer c")
    assert len(complete(asked, Cache())) <= 1
    assert len(complete(replace(asked, invoked=True), Cache())) == 3


def test_typing_as_suggested_keeps_the_suggestion() -> None:
    cache = Cache()
    (first,) = complete(request("SELECT * FROM cust<|>"), cache)
    asked = cache.counts.total()
    (second,) = complete(request("SELECT * FROM custom<|>"), cache)
    assert inserts((first, second)) == ["customer", "customer"]
    assert second.source == "cache"
    assert cache.counts.total() == asked
    assert second.replace == Span(14, 20)


def test_a_cached_answer_is_filtered_again() -> None:
    cache = Cache()
    assert inserts(complete(request("SELECT * FROM cust<|>"), cache)) == ["customer"]
    # That line stands below by now.
    below = "SELECT * FROM custom<|>\ncustomer"
    assert "customer" not in inserts(complete(request(below), cache))


def test_silence_after_a_deletion_unless_invoked() -> None:
    asked = replace(request("SELECT * FROM cust<|>"), deleted=True)
    assert complete(asked, Cache()) == ()
    assert complete(replace(asked, invoked=True), Cache())


def test_what_was_just_removed_does_not_come_back() -> None:
    asked = replace(request("SELECT * FROM cust<|>"), removed="omer")
    assert complete(asked, Cache()) == ()


def test_goes_on_from_the_selected_popup_item_only() -> None:
    asked = request("SELECT * FROM cust<|>")
    same = replace(asked, selected=(Span(14, 18), "customer"))
    other = replace(asked, selected=(Span(14, 18), "customer_spend"))
    assert inserts(complete(same, Cache())) == ["customer"]
    assert complete(other, Cache()) == ()


def test_items_say_how_they_were_checked() -> None:
    (item,) = complete(request("SELECT * FROM cust<|>", "sqlite", "music_sqlite"), Cache())
    assert item.verdict.level is Level.JUDGED
    (item,) = complete(request("SELECT * FROM cust<|>"), Cache())
    assert item.verdict.level is Level.RESOLVED


def test_a_huge_statement_gets_nothing_at_once() -> None:
    text = "SELECT " + ", ".join(f"column_{n}" for n in range(5000)) + " FROM cust<|>"
    start = time.process_time()
    assert complete(request(text), Cache()) == ()
    assert time.process_time() - start < 0.5


def test_never_more_checks_than_allowed() -> None:
    for case in cases.load("inline")[::5]:
        text = case.source.text
        marked = text[: case.source.cursor] + "<|>" + text[case.source.cursor :]
        cache = Cache()
        complete(replace(request(marked, case.dialect), invoked=True), cache)
        outcomes = ("accepted", "repaired", "cut", "dropped")
        assert sum(cache.counts[name] for name in outcomes) <= pipeline.MOST_CHECKS


def test_answers_within_its_time() -> None:
    times = []
    for case in cases.load("inline"):
        text = case.source.text
        asked = request(
            text[: case.source.cursor] + "<|>" + text[case.source.cursor :], case.dialect
        )
        start = time.process_time()
        complete(asked, Cache())
        times.append(time.process_time() - start)
    # A warm request takes a few milliseconds; the bound leaves room for a busy machine.
    assert statistics.median(times) < 0.030


def test_every_planner_is_listed() -> None:
    assert len({planner.__module__ for planner in planners.PLANNERS}) == len(planners.PLANNERS)
