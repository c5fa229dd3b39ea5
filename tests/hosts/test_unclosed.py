"""A string of several lines that is still being typed: its SQL is found, and what is code below is not."""

from __future__ import annotations

import pytest

from sureql.hosts import reading
from sureql.text import document

TYPED = '''\
def tracks(connection, genre):
    return connection.execute("""
        SELECT t.name, g.name
        FROM track t
        JOIN gen'''
SQL = "\n        SELECT t.name, g.name\n        FROM track t\n        JOIN gen"


def texts(read: reading.Reading) -> list[str]:
    return [one.text for one in read.embedding.regions]


def nothing(_: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("below", "more"),
    [
        ("", ""),
        ("\n        ", "\n        "),
        ("\n\ndef g():\n    pass\n", ""),
        ("\n    return 3\n", ""),
        ('\n    """)\n', "\n    "),
    ],
)
def test_its_lines_are_sql(below: str, more: str) -> None:
    assert texts(reading.of(TYPED + below, "python", nothing)) == [SQL + more]


def test_it_is_found_key_by_key() -> None:
    read, text = reading.of("", "python", nothing), ""
    for key in TYPED:
        new = text + key
        read, text = read.edited(new, document.difference(text, new)), new
    assert texts(read) == [SQL]


def test_a_blank_line_to_begin_with_is_a_part_of_it() -> None:
    text = 'con.execute("""\n\n    SELECT 1'
    assert texts(reading.of(text, "python", nothing)) == ["\n\n    SELECT 1"]
