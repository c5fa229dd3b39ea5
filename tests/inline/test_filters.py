"""Each text filter trims, passes or drops as it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sureql.inline import filters
from sureql.inline.filters import next_line, overlap, pipeline, repetition, short, trim, undo
from sureql.inline.filters.around import Around

CASES = [
    (trim.apply, "  \n ", Around("", "SELECT ", ""), None),
    (trim.apply, "a  \nb", Around("", "SELECT ", ""), "a\nb"),
    (trim.apply, "FROM ", Around("", "SELECT 1 ", ""), "FROM "),
    (trim.apply, "FROM ", Around("", "SELECT 1 ", " WHERE"), "FROM"),
    (trim.apply, "FROM ", Around("", "SELECT 1 ", "\nSELECT 2"), "FROM "),
    (trim.apply, " FROM", Around("", "SELECT 1 ", ""), "FROM"),
    (trim.apply, " FROM", Around("", "SELECT 1", ""), " FROM"),
    (trim.apply, "a\r\nb", Around("", " ", ""), "a\nb"),
    (overlap.apply, "total FROM orders", Around("", "SELECT ", " FROM orders"), "total"),
    (overlap.apply, "total from Orders", Around("", "SELECT ", " FROM orders;"), "total"),
    (overlap.apply, "name", Around("", "SELECT ", " FROM names"), "name"),
    (overlap.apply, "total FROM", Around("", "SELECT ", " FROMAGE"), "total FROM"),
    (overlap.apply, "count(*)", Around("", "lower(", ")"), "count(*)"),
    (overlap.apply, "name)", Around("", "lower(", ")"), "name"),
    (overlap.apply, "FROM orders", Around("", "SELECT 1 ", " FROM orders"), None),
    (next_line.apply, "FROM orders", Around("", "SELECT 1\n", "\nFROM  Orders;"), None),
    (next_line.apply, "a,\nb", Around("", "SELECT ", "\nb,\nc"), "a,"),
    (next_line.apply, "a,\nd", Around("", "SELECT ", "\nb,\nc"), "a,\nd"),
    (repetition.apply, "x = 1 AND x = 1 AND x = 1 AND", Around("", "WHERE ", ""), None),
    (repetition.apply, "abc, abc, abc", Around("", "SELECT ", ""), None),
    (repetition.apply, "a = 1 AND b = 1", Around("", "WHERE ", ""), "a = 1 AND b = 1"),
    (repetition.apply, "WHERE ", Around("", "SELECT 1 FROM t WHERE ", ""), None),
    (undo.apply, "customer", Around("", "FROM ", "", removed="customer"), None),
    (undo.apply, "customer c", Around("", "FROM ", "", removed="customer"), None),
    (undo.apply, "customer", Around("cu", "FROM ", "", removed="stomer"), None),
    (undo.apply, "invoice", Around("", "FROM ", "", removed="customer"), "invoice"),
    (short.apply, "na", Around("n", "SELECT ", ""), None),
    (short.apply, "name", Around("na", "SELECT ", ""), "name"),
    (short.apply, "track", Around("trac", "FROM ", ""), "track"),
    (short.apply, "= ", Around("", "x ", ""), None),
]


@pytest.mark.parametrize(("apply", "insert", "around", "expected"), CASES)
def test_filter(
    apply: Callable[[str, Around], str | None], insert: str, around: Around, expected: str | None
) -> None:
    assert apply(insert, around) == expected


def test_every_filter_is_in_the_pipeline_and_tested() -> None:
    folder = Path(filters.__file__).parent
    names = {path.stem for path in folder.glob("*.py")} - {"__init__", "around", "pipeline"}
    assert {apply.__module__.rsplit(".", 1)[-1] for apply in pipeline.FILTERS} == names
    assert {case[0].__module__.rsplit(".", 1)[-1] for case in CASES} == names
