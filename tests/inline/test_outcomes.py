"""What became of ghost texts, told from edits as editors make them."""

from __future__ import annotations

import pytest

from sureql.gate.model import Level, Outcome, Verdict
from sureql.inline.model import Item
from sureql.inline.outcomes import Tracker
from sureql.text.document import Replaced
from sureql.text.span import Span

URI = "file:///q.sql"
TEXT = "SELECT * FROM artist "


def item(insert: str, typed: str = "", text: str = TEXT) -> Item:
    end = len(text)
    verdict = Verdict(Outcome.ACCEPTED, insert, Level.RESOLVED, "")
    return Item(insert, Span(end - len(typed), end), "model", verdict)


class Editor:
    """Types, accepts and deletes as an editor does: one change per call."""

    def __init__(self, text: str = TEXT) -> None:
        self.text = text
        self.tracker = Tracker()
        self.now = 0.0

    def offer(self, *inserts: str, typed: str = "") -> list[str]:
        items = [item(insert, typed, self.text) for insert in inserts]
        offers = self.tracker.offered(URI, items, self.now)
        return [offer.name for offer in offers]

    def write(self, added: str, at: int | None = None, removed: int = 0) -> list[str]:
        start = len(self.text) - removed if at is None else at
        self.text = self.text[:start] + added + self.text[start + removed :]
        change = Replaced(start, start + removed, start + len(added))
        self.now += 1
        found = self.tracker.edited(URI, self.text, [change], self.now)
        return [one.what for one in found]


def test_a_text_that_comes_at_once_was_accepted() -> None:
    editor = Editor()
    [name] = editor.offer("JOIN album ON 1 = 1")
    assert [one.what for one in editor.tracker.told_shown(name)] == ["shown"]
    assert editor.tracker.told_shown(name) == []
    assert editor.write("JOIN album ON 1 = 1") == ["accepted"]
    assert editor.write(" ") == []


def test_accepting_replaces_the_word_that_was_half_typed() -> None:
    editor = Editor(TEXT + "JO")
    editor.offer("JOIN album", typed="JO")
    assert editor.write("JOIN album", removed=2) == ["accepted"]


def test_typing_along_and_accepting_the_rest() -> None:
    editor = Editor()
    [name] = editor.offer("JOIN album")
    for letter in "JOI":
        assert editor.write(letter) == []
    assert editor.offer("JOIN album", typed="JOI") == [name]
    assert editor.write("N album") == ["accepted"]


def test_what_was_typed_to_the_end_was_not_accepted() -> None:
    editor = Editor()
    editor.offer("ab")
    assert [editor.write(letter) for letter in "ab"] == [[], ["typed"]]


def test_words_accepted_one_by_one() -> None:
    editor = Editor()
    [name] = editor.offer("JOIN album ON x")
    assert editor.write("JOIN ") == ["partially accepted"]
    assert editor.offer("JOIN album ON x", typed="JOIN ") == [name]
    assert editor.write("album ") == ["partially accepted"]
    assert editor.write("ON x") == ["accepted"]


def test_a_part_that_the_editor_tells_counts_once() -> None:
    editor = Editor()
    [name] = editor.offer("JOIN album")
    assert [one.what for one in editor.tracker.told_part(name, 5)] == ["partially accepted"]
    assert editor.write("JOIN ") == []


def test_another_way_is_a_dismissal_only_of_what_was_shown() -> None:
    editor = Editor()
    editor.offer("JOIN album")
    assert editor.write("W") == []
    [name] = editor.offer("WHERE x = 1", typed="W")
    editor.tracker.told_shown(name)
    assert editor.write("I") == ["dismissed"]
    assert editor.write("JOIN album") == []


def test_the_other_items_of_a_list_were_not_refused() -> None:
    editor = Editor()
    for name in editor.offer("JOIN album", "WHERE x = 1", "JOIN track"):
        editor.tracker.told_shown(name)
    assert editor.write("JOIN album") == ["accepted"]


def test_an_edit_elsewhere_ends_what_was_offered() -> None:
    editor = Editor()
    [name] = editor.offer("JOIN album")
    editor.tracker.told_shown(name)
    assert editor.write("-- x\n", at=0) == ["dismissed"]


def test_an_editor_that_says_nothing_is_taken_to_have_shown_what_had_the_time() -> None:
    editor = Editor()
    editor.offer("JOIN album")
    editor.text += "x"
    change = [Replaced(len(editor.text) - 1, len(editor.text) - 1, len(editor.text))]
    found = editor.tracker.edited(URI, editor.text, change, 0.5, told=False)
    assert [one.what for one in found] == ["shown", "dismissed"]


@pytest.mark.parametrize(
    ("later", "least", "most"),
    [
        (lambda text: "-- new first line\n" * 20 + text, 0.99, 1.0),
        (lambda text: text.replace("album ON", "album AS a ON"), 0.7, 0.99),
        (lambda text: TEXT, 0.0, 0.55),
        (lambda text: "", 0.0, 0.0),
    ],
)
def test_what_is_left_after_a_while(later: object, least: float, most: float) -> None:
    editor = Editor()
    editor.offer("JOIN album ON album.artist_id = artist.artist_id")
    editor.write("JOIN album ON album.artist_id = artist.artist_id")
    text = later(editor.text)  # type: ignore[operator]
    if text.endswith(editor.text) and text != editor.text:
        editor.write(text.removesuffix(editor.text), at=0)
    assert editor.tracker.due(URI, text, editor.now + 20) == []
    [(accepted, seconds, share)] = editor.tracker.due(URI, text, editor.now + 31)
    assert (accepted.text, seconds) == ("JOIN album ON album.artist_id = artist.artist_id", 30)
    assert least <= share <= most
    assert [one[1] for one in editor.tracker.due(URI, text, editor.now + 700)] == [120, 600]
    assert editor.tracker.due(URI, text, editor.now + 900) == []


def test_closing_a_document_dismisses_what_was_shown() -> None:
    editor = Editor()
    [name] = editor.offer("JOIN album")
    editor.tracker.told_shown(name)
    assert [one.what for one in editor.tracker.dismissed(URI)] == ["dismissed"]
