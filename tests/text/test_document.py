"""Incremental sync against the plain reference, in every encoding and with every kind of line end."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sureql.text import document, line_index
from sureql.text.document import Change, Position
from sureql.text.encodings import Encoding
from text import reference

PIECES = st.sampled_from(
    [
        "a",
        "b ",
        "é",
        "漢",
        "😀",
        "e\u0301",
        "👩\u200d🏽",
        "\n",
        "\r\n",
        "\r",
        "\f",
        "\v",
        "\x85",
        "\u2028",
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)
POSITIONS = st.builds(Position, st.integers(0, 12), st.integers(0, 14))
CHANGES = st.one_of(
    st.builds(Change, TEXTS), st.builds(Change, TEXTS, start=POSITIONS, end=POSITIONS)
)
ENCODINGS = st.sampled_from(list(Encoding))


def expected(text: str, change: Change, encoding: Encoding) -> str:
    if change.start is None or change.end is None:
        return change.text
    start, end = sorted(
        reference.offset(text, place, encoding) for place in (change.start, change.end)
    )
    return text[:start] + change.text + text[end:]


@given(TEXTS, st.lists(CHANGES, max_size=6), ENCODINGS)
def test_changes_give_what_the_specification_says(
    text: str, changes: list[Change], encoding: Encoding
) -> None:
    doc = document.of("file:///a.sql", text)
    for version, change in enumerate(changes):
        before, want = doc.text, expected(doc.text, change, encoding)
        doc, (what,) = doc.apply([change], version, encoding)
        assert doc.text == want
        assert doc.version == version
        assert before[: what.start] == want[: what.start]
        assert before[what.old_end :] == want[what.new_end :]
        starts = [doc.lines.start(line) for line in range(len(doc.lines))]
        assert starts == [start for start, _ in reference.lines(want)]


@given(TEXTS, st.lists(CHANGES, max_size=4), ENCODINGS)
def test_one_message_with_several_changes_equals_several_messages(
    text: str, changes: list[Change], encoding: Encoding
) -> None:
    together, _ = document.of("file:///a.sql", text).apply(changes, 9, encoding)
    one_by_one = document.of("file:///a.sql", text)
    for change in changes:
        one_by_one, _ = one_by_one.apply([change], 9, encoding)
    assert together.text == one_by_one.text


@given(TEXTS, POSITIONS, ENCODINGS)
def test_positions_become_offsets(text: str, place: Position, encoding: Encoding) -> None:
    doc = document.of("file:///a.sql", text)
    assert doc.offset_at(place, encoding) == reference.offset(text, place, encoding)


@given(TEXTS, ENCODINGS)
def test_offsets_become_positions_and_come_back(text: str, encoding: Encoding) -> None:
    doc = document.of("file:///a.sql", text)
    for offset in range(len(text) + 1):
        place = doc.position_at(offset, encoding)
        assert place == reference.position(text, offset, encoding)
        inside_line_end = text[offset - 1 : offset + 1] == "\r\n" if offset else False
        assert doc.offset_at(place, encoding) == (offset - 1 if inside_line_end else offset)


@pytest.mark.parametrize(
    ("text", "place", "offset"),
    [
        ("", Position(0, 0), 0),
        ("", Position(7, 7), 0),
        ("abc", Position(0, 99), 3),
        ("abc\nd", Position(0, 4), 3),
        ("abc\r\nd", Position(0, 4), 3),
        ("abc\n", Position(1, 0), 4),
        ("a😀", Position(5, 0), 2),
        ("😀x", Position(0, 1), 0),
        ("😀x", Position(0, 2), 1),
        ("a\fb\vc\x85d\u2028e", Position(0, 9), 9),
        ("abc", Position(-1, 2), 0),
    ],
)
def test_edges(text: str, place: Position, offset: int) -> None:
    assert document.of("file:///a.sql", text).offset_at(place, Encoding.UTF16) == offset


def test_a_range_given_backwards_means_the_same_range() -> None:
    doc, _ = document.of("file:///a.sql", "select 1").apply(
        [Change("x", Position(0, 8), Position(0, 7))], 1, Encoding.UTF16
    )
    assert doc.text == "select x"


def test_half_a_character_can_be_stored_and_keeps_its_length() -> None:
    doc = document.of("file:///a.sql", "a\ud83db")
    doc.text.encode()
    assert doc.position_at(2, Encoding.UTF16) == Position(0, 2)


def test_a_whole_text_is_taken_as_the_smallest_edit() -> None:
    doc = document.of("file:///a.sql", "select a;\nselect b;\nselect c;\n")
    _, (what,) = doc.apply([Change("select a;\nselect bb;\nselect c;\n")], 1, Encoding.UTF16)
    assert (what.old_end - what.start, what.new_end - what.start) == (0, 1)


def test_an_edit_in_a_file_of_10_000_lines_takes_at_most_a_millisecond() -> None:
    text = "select a, b, c from orders o where o.id = 1 -- 😀\n" * 10_000
    doc = document.of("file:///a.sql", text)
    took = []
    for step in range(40):
        place = Position((step * 3571) % 10_000, 20)
        begun = time.process_time()
        doc, _ = doc.apply([Change("x", place, place)], step, Encoding.UTF16)
        took.append(time.process_time() - begun)
    # The fastest of many shows what the code costs, whatever else the machine does.
    assert min(took) < 0.001
    assert len(doc.lines) == len(line_index.of(doc.text))
