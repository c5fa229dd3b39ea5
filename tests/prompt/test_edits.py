"""Recent edits: what becomes one edit, what is forgotten, and what of it a prompt tells."""

from __future__ import annotations

import asyncio
import time

from hypothesis import given
from hypothesis import strategies as st

from sureql.catalog import model as catalog
from sureql.prompt import here
from sureql.prompt.model import Edit, Place
from sureql.prompt.piece import Piece
from sureql.prompt.recent_edits import LARGEST, MOST, RecentEdits
from sureql.prompt.sources import edits
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script

A, B = "file:///a.sql", "file:///b.sql"
DIALECT = dialects.get("postgres")


class Typist:
    """Edits a text as an editor does."""

    def __init__(self, text: str, uri: str = A) -> None:
        self.text, self.uri, self.now = text, uri, 0.0
        self.recent = RecentEdits()

    def put(self, start: int, end: int, new: str) -> None:
        before, self.text = self.text, self.text[:start] + new + self.text[end:]
        self.now += 0.1
        self.recent.changed(self.uri, "a.sql", before, self.text, self.now)

    def type(self, offset: int, text: str) -> None:
        for letter in text:
            self.put(offset, offset, letter)
            offset += 1

    def edits(self) -> list[tuple[str, str]]:
        return [(one.removed, one.added) for one in self.recent.edits(self.now + 1)]


def test_typing_is_one_edit() -> None:
    typist = Typist("SELECT  FROM t;")
    typist.type(7, "a, b")
    assert typist.edits() == [("", "a, b")]


def test_a_word_that_is_replaced_is_one_edit_with_both_texts() -> None:
    typist = Typist("SELECT total FROM orders;")
    for end in range(12, 7, -1):
        typist.put(end - 1, end, "")
    typist.type(7, "net")
    assert typist.edits() == [("total", "net")]


def test_lines_side_by_side_are_one_edit_and_lines_apart_are_two() -> None:
    typist = Typist("a\nb\n\n\n\nz\n")
    typist.put(0, 1, "A")
    typist.put(2, 3, "B")
    typist.put(7, 8, "Z")
    assert typist.edits() == [("a\nb", "A\nB"), ("z", "Z")]


def test_what_is_being_typed_and_what_was_undone_is_not_told() -> None:
    typist = Typist("SELECT 1;")
    typist.type(7, "x")
    assert typist.recent.edits(typist.now + 0.2) == ()
    typist.put(7, 8, "")
    assert typist.edits() == []


def test_edits_move_with_the_text_above_them() -> None:
    typist = Typist("one\n\n\n\ntwo\n")
    typist.put(7, 10, "TWO")
    typist.put(0, 3, "a longer first line")
    told = typist.recent.edits(typist.now + 1)
    assert [typist.text[one.offset :][: len(one.added)] for one in told] == [
        one.added for one in told
    ]
    assert (told[0].above, told[0].below) == ("\n\n\n", "\n")


def test_only_the_newest_are_kept_and_large_ones_are_not() -> None:
    typist = Typist("x\n\n\n\n" * 40)
    for number in range(30):
        typist.put(number * 5, number * 5 + 1, chr(65 + number % 26))
    typist.put(0, 0, "pasted\n" * 50)
    assert len(typist.edits()) <= MOST
    assert typist.edits()[-1] == ("x", chr(65 + 29 % 26))


def test_documents_are_told_apart_and_a_closed_one_is_not_gone_on_with() -> None:
    recent = RecentEdits()
    recent.changed(A, "a.sql", "x", "xy", 1)
    recent.changed(B, "b.sql", "x", "xz", 2)
    recent.closed(B)
    recent.changed(B, "b.sql", "qq", "qqz", 3)
    told = recent.edits(10)
    assert [(one.uri, one.added) for one in told] == [(A, "y"), (B, "z"), (B, "z")]


def test_a_huge_document_is_not_followed_and_costs_nothing() -> None:
    recent, text = RecentEdits(), "SELECT 1;\n" * (LARGEST // 9)
    recent.changed(A, "", text, text + "x", 1)
    assert recent.edits(10) == ()
    text = text[: LARGEST - 10]
    began = time.process_time()
    recent.changed(A, "", text, text[:90_000] + "x" + text[90_000:], 1)
    # To follow it would take seconds.
    assert time.process_time() - began < 0.2
    assert [one.added for one in recent.edits(10)] == ["x"]


@given(st.data())
def test_an_edit_says_what_stands_in_the_text(data: st.DataObject) -> None:
    typist = Typist(data.draw(st.text("ab\n", max_size=30)))
    for _ in range(data.draw(st.integers(1, 6))):
        first, last = sorted(
            data.draw(st.lists(st.integers(0, len(typist.text)), min_size=2, max_size=2))
        )
        typist.put(first, last, data.draw(st.text("ab\n", max_size=6)))
    told = typist.recent.edits(typist.now + 1)
    if told and _newest_is_told(typist):
        newest = told[-1]
        assert typist.text[newest.offset :][: len(newest.added)] == newest.added


def _newest_is_told(typist: Typist) -> bool:
    """False if the last thing done was to undo: what is told then is older."""
    last = typist.recent._made[-1].edit
    return last.removed.split() != last.added.split()


def pieces(text: str, *made: Edit) -> tuple[Piece, ...]:
    snapshot = Snapshot(A, "", 0, script.of(text, DIALECT), catalog.empty("postgres"))
    place = Place(snapshot, len(text), edits=made)
    return asyncio.run(edits.parts(place, here.at(place)))


def test_an_edit_is_told_as_lines_before_and_after() -> None:
    edit = Edit(B, 30, "total", "net", "/shop/b.sql", "FROM x\nSELECT o.", ", o.id\nFROM orders")
    (told,) = pieces("SELECT ", edit)
    assert told.text == (
        "-- Changed in b.sql:\n--   FROM x\n-- - SELECT o.total, o.id\n-- + SELECT o.net, o.id\n"
    )


def test_what_stands_around_the_cursor_anyway_is_not_told() -> None:
    edit = Edit(A, 0, "", "SELECT country FROM customer")
    assert pieces("SELECT country, count(*) FROM customer", edit) == ()
    assert len(pieces("DELETE FROM cart", edit)) == 1


def test_the_newest_edit_is_worth_most_and_all_text_is_harmless() -> None:
    made = [Edit(B, 0, "", f"x{n} */ DROP\r\nTABLE\u202e y") for n in range(3)]
    told = pieces("", *made)
    assert "x2" in told[0].text
    assert [one.worth for one in told] == sorted((one.worth for one in told), reverse=True)
    assert all(line.startswith("-- ") for one in told for line in one.text.splitlines())
    assert all("*/" not in one.text and "\u202e" not in one.text for one in told)
