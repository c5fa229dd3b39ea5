"""Ghost text in documents: what is shown at the cursor, and where nothing is."""

from __future__ import annotations

import pytest

from support import cases, schemas
from support.fixture import MARKER, Case
from sureql.gate.model import Outcome
from sureql.history import tally
from sureql.history.model import NOTHING, History
from sureql.inline.cache import Cache
from sureql.inline.complete import complete
from sureql.inline.model import Item, Request
from sureql.oracle import judges
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script


def request(case: Case) -> Request:
    rules = dialects.get(case.dialect)
    schema = schemas.catalog(case.options.get("schema", "music"), case.dialect)
    source = case.source
    snapshot = Snapshot("test:///main.sql", "", 1, script.of(source.text, rules), schema)
    return Request(
        snapshot,
        source.cursor,
        _past(case),
        invoked=case.options.get("trigger") == "invoked",
        judge=judges.for_catalog(schema),
    )


def _past(case: Case) -> History:
    texts = [found.text for name, found in case.files.items() if name.startswith("past")]
    if not texts:
        return NOTHING
    rules = dialects.get(case.dialect)
    schema = schemas.catalog(case.options.get("schema", "music"), case.dialect)
    statements = [one.text for text in texts for one in script.of(text, rules).statements]
    return tally.build(statements, schema, rules)


def shown(text: str, item: Item) -> str:
    before, after = text[: item.replace.start], text[item.replace.end :]
    return f"{before}{MARKER}{item.insert}{MARKER}{after}"


@cases.parametrize("inline")
def test_ghost_text(case: Case) -> None:
    asked = request(case)
    items = complete(asked, Cache())
    text = case.source.text
    for item in items:
        assert item.verdict.outcome is not Outcome.DROPPED
        typed = item.replace.of(text)
        assert item.insert.startswith(typed)
        assert item.replace.end == asked.offset
    if case.expected("none") is not None:
        assert items == ()
        return
    for number, expectation in enumerate(case.all("ghost")):
        actual = shown(text, items[number]) if number < len(items) else ""
        cases.check(case, "ghost", actual, expectation.detail)


def test_there_are_enough_situations() -> None:
    assert len(cases.load("inline")) >= 100


@pytest.mark.parametrize("case", cases.load("inline")[::9], ids=lambda case: case.title)
def test_the_same_question_gets_the_same_answer(case: Case) -> None:
    cache = Cache()
    first = complete(request(case), cache)
    again = complete(request(case), cache)
    assert [item.insert for item in again] == [item.insert for item in first]
