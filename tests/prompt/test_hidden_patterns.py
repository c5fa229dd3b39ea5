"""Patterns of hidden tables, which any workspace may bring."""

from __future__ import annotations

import time

import pytest

from support import schemas
from sureql.prompt import hidden


@pytest.mark.parametrize(
    ("pattern", "text", "named"),
    [
        ("hr.*", "SELECT * FROM hr.salaries", True),
        ("hr.*", 'SELECT * FROM "hr" . "salaries"', True),
        ("hr.*", "SELECT * FROM shr.salaries", False),
        ("pay*", "FROM payments", True),
        ("*pay", "FROM payments", False),
        ("*_pay_*", "FROM a_pay_b", True),
        ("a*b*c", "FROM aXbYbZc", True),
        ("a*b*c", "FROM aXbYbZ", False),
        ("*a*b", "FROM bab", True),
        ("**", "FROM anything", True),
    ],
)
def test_what_a_pattern_finds(pattern: str, text: str, named: bool) -> None:
    found = hidden.of((pattern,), schemas.catalog("music", "postgres"))
    assert found.named_in(text) is named


def test_no_pattern_takes_long() -> None:
    schema = schemas.catalog("music", "postgres")
    begun = time.process_time()
    for pattern in ("*a" * 12 + "b", "*" * 40 + "b", "a*" * 20 + ".b*"):
        assert not hidden.of((pattern,), schema).named_in("a" * 200 + " " + "aa " * 200)
    assert time.process_time() - begun < 2
