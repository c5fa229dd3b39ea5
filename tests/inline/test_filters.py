"""Each text filter trims, passes or drops as it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sureql.inline import filters
from sureql.inline.filters import (
    dismissed,
    echo,
    fences,
    join,
    line_ends,
    next_line,
    overlap,
    pipeline,
    preamble,
    prose,
    quotes,
    repetition,
    sentinels,
    short,
    similar,
    thinking,
    trim,
    undo,
)
from sureql.inline.filters.around import Around


def said(typed: str, before: str) -> Around:
    """The surroundings of what a model wrote behind `typed`."""
    return Around(typed, before, "", raw=True)


CASES: list[Any] = [
    (line_ends.apply, "name = 'x' AND \ufffd = 1", said("", "WHERE "), "name = 'x' AND "),
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
MODEL_CASES: list[Any] = [
    # line_ends
    (line_ends.apply, "a\r\nb", said("", "SELECT "), "a\nb"),
    (line_ends.apply, "a\rb", said("", "SELECT "), "a\nb"),
    (line_ends.apply, "a\x00b\x1b[0m", said("", "SELECT "), "ab[0m"),
    (line_ends.apply, "\ufeffname", said("", "SELECT "), "name"),
    (line_ends.apply, "a\tb", said("", "SELECT "), "a\tb"),
    (line_ends.apply, "naïve 名", said("", "SELECT "), "naïve 名"),
    # thinking
    (thinking.apply, "<think>hm</think>name", said("", "SELECT "), "name"),
    (thinking.apply, "<think>\nlong\n</think>\n\nname", said("", "SELECT "), "\n\nname"),
    (thinking.apply, "<Thinking>a</Thinking>name", said("", "SELECT "), "name"),
    (thinking.apply, "name <think>more", said("", "SELECT "), "name "),
    (thinking.apply, "so it must be</think>name", said("", "SELECT "), "name"),
    (thinking.apply, "<think>never ends", said("", "SELECT "), None),
    (thinking.apply, "a < b", said("", "WHERE "), "a < b"),
    (thinking.apply, "<think>x</think>", Around("", "SELECT ", ""), "<think>x</think>"),
    # fences
    (fences.apply, "```sql\nname\n```", said("", "SELECT "), "name"),
    (fences.apply, "```\nname\n```", said("", "SELECT "), "name"),
    (fences.apply, "```sql\nname", said("", "SELECT "), "name"),
    (fences.apply, "~~~sql\nname\n~~~", said("", "SELECT "), "name"),
    (fences.apply, "Here:\n```sql\nname\n```\nIt names.", said("", "SELECT "), "name"),
    (fences.apply, "```postgresql\na,\nb\n```", said("", "SELECT "), "a,\nb"),
    (fences.apply, "```sql\na\n```\n```sql\nb\n```", said("", "SELECT "), "a"),
    (fences.apply, "name\n```", said("", "SELECT "), "name\n"),
    (fences.apply, "`name FROM t`", said("", "SELECT "), "name FROM t"),
    (fences.apply, "`name`", said("", "SELECT "), "`name`"),
    (fences.apply, "`a`.`b`", said("", "SELECT "), "`a`.`b`"),
    (fences.apply, "```", said("", "SELECT "), None),
    # preamble
    (preamble.apply, "Sure! Here it is:\nname", said("", "SELECT "), "name"),
    (preamble.apply, "Here is the query:\nname", said("", "SELECT "), "name"),
    (preamble.apply, "Here's the completed SQL: name", said("", "SELECT "), "name"),
    (preamble.apply, "SQL: name", said("", "SELECT "), "name"),
    (preamble.apply, "Answer:\nname", said("", "SELECT "), "name"),
    (preamble.apply, "Certainly.\nHere is the rest:\nname", said("", "SELECT "), "name"),
    (preamble.apply, "The missing part is:\nname", said("", "SELECT "), "name"),
    (preamble.apply, "name\n\nThis selects the name", said("", "SELECT "), "name"),
    (preamble.apply, "name\n\nNote: it may be null", said("", "SELECT "), "name"),
    (preamble.apply, "name\n\nFROM artist", said("", "SELECT "), "name\n\nFROM artist"),
    (preamble.apply, "result_id", said("", "SELECT "), "result_id"),
    (preamble.apply, "Of course", said("", "SELECT "), None),
    # quotes
    (quotes.apply, '"name FROM artist"', said("", "SELECT "), "name FROM artist"),
    (quotes.apply, "'name FROM artist'", said("", "SELECT "), "name FROM artist"),
    (quotes.apply, "\u201cname FROM artist\u201d", said("", "SELECT "), "name FROM artist"),
    (quotes.apply, '"name"', said("", "SELECT "), '"name"'),
    (quotes.apply, "'Led Zeppelin'", said("", "name = "), "'Led Zeppelin'"),
    (quotes.apply, '"a" = "b"', said("", "WHERE "), '"a" = "b"'),
    (quotes.apply, '"name FROM artist"', Around("", "SELECT ", ""), '"name FROM artist"'),
    # sentinels
    (sentinels.apply, "name<|endoftext|>more", said("", "SELECT "), "name"),
    (sentinels.apply, "name<|fim_middle|>", said("", "SELECT "), "name"),
    (sentinels.apply, "<|im_start|>name", said("", "SELECT "), "name"),
    (sentinels.apply, "name <EOT>", said("", "SELECT "), "name "),
    (sentinels.apply, "name</s>", said("", "SELECT "), "name"),
    (sentinels.apply, "name<fim_suffix>x", said("", "SELECT "), "name"),
    (sentinels.apply, "name<file_sep>b.sql", said("", "SELECT "), "name"),
    (sentinels.apply, "name<\uff5cfim\u2581end\uff5c>", said("", "SELECT "), "name"),
    (sentinels.apply, "name [SUFFIX] x", said("", "SELECT "), "name "),
    (sentinels.apply, "<COMPLETION>name</COMPLETION>", said("", "SELECT "), "name"),
    (sentinels.apply, "<sql>name</sql>", said("", "SELECT "), "name"),
    (sentinels.apply, "<|endoftext|>", said("", "SELECT "), None),
    (sentinels.apply, "a < b AND c > d", said("", "WHERE "), "a < b AND c > d"),
    (sentinels.apply, "tags <@ '{a}'", said("", "WHERE "), "tags <@ '{a}'"),
    # echo
    (echo.apply, "SELECT name", said("", "SELECT "), "name"),
    (echo.apply, "select name", said("", "SELECT "), "name"),
    (echo.apply, "SELECT  *\nFROM artist", said("", "SELECT * FROM "), "artist"),
    (echo.apply, "FROM artist", said("", "SELECT * FROM "), "artist"),
    (echo.apply, "a = 1", said("", "WHERE a = "), "1"),
    (echo.apply, "SELECT nam, b", said("nam", "SELECT "), ", b"),
    (echo.apply, "SELECT name", said("na", "SELECT "), "me"),
    (echo.apply, "a.id = b.id", said("", "ON a.id = "), "b.id"),
    (echo.apply, "name", said("", "SELECT "), "name"),
    (echo.apply, "me", said("na", "SELECT "), "me"),
    (echo.apply, "SELECT ", said("", "SELECT "), None),
    (echo.apply, "total", said("", "SELECT subtotal, "), "total"),
    (echo.apply, "SELECT a", Around("", "SELECT ", ""), "SELECT a"),
    # prose
    (prose.apply, "I'm sorry, but I cannot do that", said("", "SELECT "), None),
    (prose.apply, "Sorry, there is no table", said("", "SELECT "), None),
    (prose.apply, "The query is complete.", said("", "SELECT "), None),
    (prose.apply, "No completion needed", said("", "SELECT "), None),
    (prose.apply, "-- The query returns all names", said("", "SELECT "), None),
    (prose.apply, "You can use a join here", said("", "SELECT "), None),
    (prose.apply, "(no completion)", said("", "SELECT "), None),
    (prose.apply, "Based on the schema", said("", "SELECT "), None),
    (prose.apply, "Voici la requête", said("", "SELECT "), None),
    (prose.apply, "以下是查询", said("", "SELECT "), None),
    (prose.apply, "name\nThis returns the name of the artist", said("", "SELECT "), "name"),
    (prose.apply, "a column that is of the type text and not null", said("", "SELECT "), None),
    (prose.apply, "name, country", said("", "SELECT "), "name, country"),
    (
        prose.apply,
        "WHERE a IS NOT NULL AND b IN (1, 2)",
        said("", ""),
        "WHERE a IS NOT NULL AND b IN (1, 2)",
    ),
    (
        prose.apply,
        "name FROM artist WHERE country = 'FR'",
        said("", "SELECT "),
        "name FROM artist WHERE country = 'FR'",
    ),
    (prose.apply, "note_id", said("", "SELECT "), "note_id"),
    (prose.apply, "this.id", said("", "SELECT "), "this.id"),
    # join
    (join.apply, "me", said("na", "SELECT "), "name"),
    (join.apply, "name", said("na", "SELECT "), "name"),
    (join.apply, "NAME", said("na", "SELECT "), "naME"),
    (join.apply, " FROM artist", said("name", "SELECT "), "name FROM artist"),
    (join.apply, "FROM artist", said("name", "SELECT "), "name FROM artist"),
    (join.apply, ", b", said("name", "SELECT "), "name, b"),
    (join.apply, "OM artist", said("FR", "SELECT * "), "FROM artist"),
    (join.apply, " name", said("", "SELECT "), "name"),
    (join.apply, "\nname", said("", "SELECT "), "name"),
    (join.apply, "FROM artist", said("", "SELECT count(*)"), " FROM artist"),
    (join.apply, ", b", said("", "SELECT count(*)"), ", b"),
    (join.apply, "b", said("", "SELECT a,"), "b"),
    (join.apply, "AND b = 1", said("", "WHERE a = 'x'"), " AND b = 1"),
    (join.apply, "name", Around("na", "SELECT ", ""), "name"),
    # similar
    (
        similar.apply,
        "FROM artist a JOIN album b",
        Around("", "SELECT 1 ", "\nFROM artist AS a\nJOIN album b"),
        None,
    ),
    (similar.apply, "FROM artist", Around("", "SELECT 1 ", "\nFROM artist"), "FROM artist"),
    (
        similar.apply,
        "a.name, b.title, b.year",
        Around("", "SELECT ", " FROM artist a"),
        "a.name, b.title, b.year",
    ),
    (
        similar.apply,
        "WHERE a = 1 AND b = 2",
        Around("", "FROM t ", ";\nWHERE a = 1 AND b = 2"),
        "WHERE a = 1 AND b = 2",
    ),
    # dismissed
    (dismissed.apply, "name ", Around("", "SELECT ", "", dismissed=frozenset(["name"])), None),
    (
        dismissed.apply,
        "name, b",
        Around("", "SELECT ", "", dismissed=frozenset(["name"])),
        "name, b",
    ),
    # next_line, repetition
    (
        next_line.apply,
        "FROM the_artist_table WHERE x",
        Around("", "SELECT 1 ", "\nFROM the_artist_tabl WHERE x"),
        None,
    ),
    (next_line.apply, "FROM artist", Around("", "SELECT 1 ", "\nFROM album"), "FROM artist"),
    (next_line.apply, "a\nb", Around("", "SELECT ", "\nc"), "a\nb"),
    (repetition.apply, "a " * 12, Around("", "SELECT ", ""), None),
    (
        repetition.apply,
        "a, b, c, d, e, f, g, h, i, j, k, l",
        Around("", "SELECT ", ""),
        "a, b, c, d, e, f, g, h, i, j, k, l",
    ),
    (
        repetition.apply,
        "\n".join(f"column_name_{n}," for n in range(6)),
        Around("", "SELECT ", ""),
        None,
    ),
    (
        repetition.apply,
        "\n".join(("first_name,", "last_name,", "birthday,", "country,", "email")),
        Around("", "SELECT ", ""),
        "\n".join(("first_name,", "last_name,", "birthday,", "country,", "email")),
    ),
]
CASES += MODEL_CASES


# What a model wrote, the document with the cursor, and what is left of it after all filters.
WHOLE: list[Any] = [
    ("```sql\nSELECT name, country\n```", "SELECT name, <|> FROM artist", "country"),
    ("<think>well</think>```sql\ncountry\n```", "SELECT name, <|> FROM artist", "country"),
    ("Sure! Here it is:\n\n```sql\ncountry\n```\n\nThis works.", "SELECT <|>", "country"),
    ("country FROM artist", "SELECT <|> FROM artist", "country"),
    ("me", "SELECT na<|>", "name"),
    ("name FROM artist", "SELECT na<|> FROM artist", "name"),
    ("SELECT name", "SELECT na<|>", "name"),
    ("country)", "SELECT lower(<|>)", "country"),
    ("country<|endoftext|>", "SELECT <|>", "country"),
    ("I would need more context.", "SELECT <|>", None),
    ("", "SELECT <|>", None),
    ("```", "SELECT <|>", None),
    ("\r\n  country\r\n", "SELECT <|>", "country"),
    ("FROM artist", "SELECT name<|>", "name FROM artist"),
    ("n", "SELECT <|>", None),
    ("country country country country", "SELECT <|>", None),
]


def test_there_are_enough_cases() -> None:
    assert len(CASES) + len(WHOLE) >= 150


@pytest.mark.parametrize(("answer", "document", "expected"), WHOLE)
def test_what_is_left_of_an_answer(answer: str, document: str, expected: str | None) -> None:
    before, after = document.split("<|>")
    word = re.search(r"\w*$", before)
    typed = word[0] if word else ""
    stem = before[: len(before) - len(typed)]
    found = pipeline.run(answer, Around(typed, stem, after, raw=True))
    assert (found and found.rstrip()) == expected


@pytest.mark.parametrize(("apply", "insert", "around", "expected"), CASES)
def test_what_a_filter_has_passed_it_passes_again(
    apply: Callable[[str, Around], str | None], insert: str, around: Around, expected: str | None
) -> None:
    if expected is not None and apply in pipeline.FILTERS:
        assert apply(expected, around) == expected


@pytest.mark.parametrize(("apply", "insert", "around", "expected"), CASES)
def test_filter(
    apply: Callable[[str, Around], str | None], insert: str, around: Around, expected: str | None
) -> None:
    assert apply(insert, around) == expected


def test_every_filter_is_in_the_pipeline_and_tested() -> None:
    folder = Path(filters.__file__).parent
    names = {path.stem for path in folder.glob("*.py")} - {"__init__", "around", "pipeline"}
    assert {
        apply.__module__.rsplit(".", 1)[-1] for apply in (*pipeline.ANSWER, *pipeline.FILTERS)
    } == names
    assert {case[0].__module__.rsplit(".", 1)[-1] for case in CASES} == names
