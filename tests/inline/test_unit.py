"""Where a model's text is cut. In the fixtures the first mark is where it begins, the second where
its unit is complete; with one mark it is not complete yet."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support import cases, fixture
from sureql.inline import unit
from sureql.syntax import dialects
from sureql.syntax.dialects import Dialect

POSTGRES = dialects.get("postgres")
MYSQL = dialects.get("mysql")
FOLDER = cases.FIXTURES / "units"
CONTINUING = fixture.load(FOLDER / "continuing.sql")
STATEMENTS = fixture.load(FOLDER / "statements.sql")
End = Callable[[str, str, Dialect], "int | None"]


def expected(case: fixture.Case) -> tuple[str, str, int | None]:
    """The text before, the model's text, and the end of its unit."""
    text, markers = case.source.text, case.source.markers
    end = markers[1] - markers[0] if len(markers) == 2 else None
    return text[: markers[0]], text[markers[0] :], end


def shown(text: str, end: int | None) -> str | None:
    return None if end is None else text[:end].rstrip()


@pytest.mark.parametrize("case", CONTINUING, ids=lambda case: case.title)
def test_unit_is_complete_where_the_fixture_says(case: fixture.Case) -> None:
    before, text, end = expected(case)
    found = unit.end(text, before, dialects.get(case.dialect))
    assert shown(text, found) == shown(text, end)


@pytest.mark.parametrize("case", STATEMENTS, ids=lambda case: case.title)
def test_statement_is_complete_where_the_fixture_says(case: fixture.Case) -> None:
    before, text, end = expected(case)
    found = unit.statement_end(text, before, dialects.get(case.dialect))
    assert shown(text, found) == shown(text, end)


def test_there_are_many_fixtures() -> None:
    assert len(CONTINUING) + len(STATEMENTS) >= 80


@pytest.mark.parametrize(
    ("case", "find"),
    [(case, unit.end) for case in CONTINUING] + [(case, unit.statement_end) for case in STATEMENTS],
    ids=lambda value: value.title if isinstance(value, fixture.Case) else value.__name__,
)
def test_what_was_decided_stays_when_more_comes(case: fixture.Case, find: End) -> None:
    before, text, _ = expected(case)
    check_prefixes(text, before, dialects.get(case.dialect), find)


def check_prefixes(text: str, before: str, dialect: Dialect, find: End) -> None:
    whole = find(text, before, dialect)
    for length in range(len(text)):
        part = find(text[:length], before, dialect)
        assert part is None or part == whole, (text[:length], part, whole)


WORDS = """SELECT FROM WHERE AND OR BETWEEN CASE WHEN END JOIN LEFT ON USING ORDER BY LIMIT OFFSET
    ; ( ) , . ' " ` -- /* */ # $$ $q$ ``` name a1 é 42 1e5 = - / * 'it''s' count( DISTINCT UNION VALUES
    INSERT WITH this query returns rows \\ E'\\'' $1 ? VALUES SET"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\n\n"])
BEFORE = st.sampled_from(
    ["", "SELECT ", "SELECT na", "SELECT a FROM t WHERE ", "SELECT a FROM t ", "SELECT count(",
     "SELECT a FROM t WHERE x IN (SELECT y FROM u WHERE ", "SELECT a FROM t WHERE x = 'a", "-- wish",
     "UPDATE t SET ", "INSERT INTO t (", "/* a"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map(" ".join) | st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=300, deadline=None)
@given(
    TEXTS,
    BEFORE,
    st.sampled_from([POSTGRES, MYSQL]),
    st.sampled_from([unit.end, unit.statement_end]),
)
@example("a --1 FROM", "SELECT ", MYSQL, unit.end)
@example("LEFT (x) FROM", "SELECT ", POSTGRES, unit.end)
def test_a_prefix_is_undecided_or_agrees(text: str, before: str, rules: Dialect, find: End) -> None:
    check_prefixes(text, before, rules, find)


@settings(max_examples=200, deadline=None)
@given(TEXTS, BEFORE)
def test_the_end_is_in_the_text(text: str, before: str) -> None:
    for find in (unit.end, unit.statement_end):
        found = find(text, before, POSTGRES)
        assert found is None or 0 <= found <= len(text)


def test_takes_little_time_per_chunk() -> None:
    text = (
        "CASE WHEN a.customer_id IN (1, 2, 3) THEN coalesce(a.first_name, 'nobody') ELSE b.last_name END, "
        * 11
    )
    before = "SELECT "
    assert len(text) > 1000
    assert unit.end(text, before, POSTGRES) is None
    best = min(timed(text, before) for _ in range(20))
    # The aim is 0.3 ms on a quiet machine.
    assert best < 0.0015


def timed(text: str, before: str) -> float:
    started = time.process_time()
    unit.end(text, before, POSTGRES)
    return time.process_time() - started
