"""What an edit finds is what reading the whole file finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hosts.test_languages import FILES, knows
from sureql.hosts import reading
from sureql.text.document import Replaced

PROGRAMS = [one for one in FILES if one.suffix not in (".md", ".ipynb")]
_PIECES = (
    *" \n(){}[]\"'`;,.x1=+#",
    '"""',
    "return ",
    'cur.execute("SELECT 1 FROM t")\n',
    "SELECT ",
    "sql",
    "é😀",
    "",
)


def edited(before: reading.Reading, start: int, end: int, new: str) -> reading.Reading:
    old = before.embedding.host
    text = old[:start] + new + old[end:]
    return before.edited(text, Replaced(start, end, start + len(new)))


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda one: one.name)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_an_edit_that_can_be_parsed_finds_what_a_whole_reading_finds(
    file,  # type: ignore[no-untyped-def]
    data: st.DataObject,
) -> None:
    one = reading.of(file.read_text(encoding="utf-8"), file.stem, knows)
    for _ in range(3):
        host = one.embedding.host
        start = data.draw(st.integers(0, len(host)))
        end = min(len(host), start + data.draw(st.sampled_from((0, 0, 1, 5, 40))))
        one = edited(one, start, end, data.draw(st.sampled_from(_PIECES)))
        check(one)


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda one: one.name)
def test_a_file_that_is_typed(file) -> None:  # type: ignore[no-untyped-def]
    """From its beginning on, as an editor sends it, in pieces of some length."""
    text = file.read_text(encoding="utf-8")
    one = reading.of("", file.stem, knows)
    for at in range(0, len(text), 23):
        one = edited(one, at, at, text[at : at + 23])
    check(one)


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda one: one.name)
def test_a_file_in_which_each_line_is_deleted_and_typed_again(file) -> None:  # type: ignore[no-untyped-def]
    text = file.read_text(encoding="utf-8")
    whole = one = reading.of(text, file.stem, knows)
    at = 0
    for line in text.splitlines(keepends=True):
        one = edited(one, at, at + len(line), "")
        one = edited(one, at, at, line)
        at += len(line)
        check(one)
    assert one.embedding.host == whole.embedding.host
    assert not one.settled or one.embedding == whole.embedding


def check(one: reading.Reading) -> None:
    """It is whole; and what it says is what a new reading says, as far as the code can be parsed."""
    embedding = one.embedding
    last = -1
    for region in embedding.regions:
        assert last < region.host.start <= region.host.end <= len(embedding.host)
        last = region.host.end
    new = reading.of(embedding.host, embedding.language, knows)
    assert new.read is not None
    if one.settled and not new.read.tree.root_node.has_error:
        assert embedding == new.embedding


def test_code_that_nobody_writes_is_not_read() -> None:
    call = 'db.query("SELECT 1");'
    code = f"{call}\n{'f(x);' * 15_000}\n"
    assert not reading.of(code, "javascript", lambda _: False).embedding.regions
    start = reading.of(f"{call}\n", "javascript", lambda _: False)
    assert len(start.embedding.regions) == 1
    grown = start.edited(code, Replaced(len(call) + 1, len(call) + 1, len(code)))
    assert not grown.embedding.regions
    back = grown.edited(f"{call}\n", Replaced(len(call) + 1, len(code), len(call) + 1))
    assert len(back.embedding.regions) == 1


def test_texts_of_very_many_parts_are_given_up() -> None:
    joined = " +\n".join(['"SELECT "'] * 5_000)
    code = f'q = ({joined})\ncur.execute("SELECT 1")\n'
    regions = reading.of(code, "python", lambda _: False).embedding.regions
    assert [one.text for one in regions] == ["SELECT 1"]
