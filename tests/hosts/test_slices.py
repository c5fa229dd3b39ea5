"""A file is read a little at a time, and an edit never reads much: what is left is read when it is due."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hosts.test_incremental import PROGRAMS, edited
from hosts.test_languages import knows
from sureql.hosts import embedding, finding, reading

MEMBER = """
    List<Row> report{number}(Connection connection) throws SQLException {{
        Set<String> seen = new HashSet<>();
        ResultSet rows = connection.prepareStatement("SELECT a{number} FROM t").executeQuery();
        return collect(rows, {number});
    }}
"""
MEMBERS = 400
JAVA = f"class Reports {{\n{''.join(MEMBER.format(number=one) for one in range(MEMBERS))}}}\n"
LIST = "".join(f'    ("n{one}", text("SELECT a{one} FROM t")),\n' for one in range(800))
PYTHON = f"queries = [\n{LIST}]\n"


@pytest.mark.parametrize("size", [1, 60, 400])
@pytest.mark.parametrize("file", PROGRAMS, ids=lambda one: one.name)
def test_parts_find_what_the_whole_finds(
    file,  # type: ignore[no-untyped-def]
    size: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = file.read_text(encoding="utf-8")
    monkeypatch.setattr(reading, "_PART", len(text))
    whole = reading.of(text, file.stem, knows)
    monkeypatch.setattr(reading, "_PART", size)
    assert reading.of(text, file.stem, knows).embedding == whole.embedding


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The bytes in which SQL was looked for, of each time."""
    sizes: list[int] = []
    found = finding.found

    def counting(*args) -> object:  # type: ignore[no-untyped-def]
        sizes.append(args[-1] - args[-2])
        return found(*args)

    monkeypatch.setattr(finding, "found", counting)
    yield sizes


@pytest.mark.parametrize("wrong", ['"', "{", "}", "(", "/*", '"""'])
@pytest.mark.parametrize("at", ["List<Row> report0", "seen", "return"])
def test_an_error_beside_the_first_member_does_not_make_edits_slow(
    at: str, wrong: str, read: list[int]
) -> None:
    one = reading.of(JAVA, "java", knows)
    assert len(one.embedding.regions) == MEMBERS
    read.clear()
    place = JAVA.index(at)
    for typed in (wrong, *"abc"):
        one = edited(one, place, place, typed)
        place += len(typed)
    first = place - len(wrong) - 3
    one = edited(one, first, place, "")
    assert all(size <= 20_000 for size in read)
    assert one.embedding.host == JAVA
    # What the edits left open is due now, and is found.
    assert one.settled or one.due
    new = reading.of(JAVA, "java", knows)
    assert one.settled_by(new).embedding == new.embedding


def test_words_are_followed_in_sql_that_is_not_read_at_once(read: list[int]) -> None:
    one = reading.of(PYTHON, "python", knows)
    assert len(one.embedding.regions) == 800
    read.clear()
    place = PYTHON.index("a700")
    one = edited(one, place, place, "b, ")
    assert not read
    assert one.due
    assert one.embedding == reading.of(one.embedding.host, "python", knows).embedding
    one = edited(one, place, place + 3, "")
    assert one.embedding == reading.of(PYTHON, "python", knows).embedding
    # What may end the text is not followed: nothing is said about it until it is read.
    one = edited(one, place, place, '"')
    assert len(one.embedding.regions) == 799
    assert all("a700 FROM" not in region.text for region in one.embedding.regions)


def test_code_around_long_data_is_not_read_at_once_either(read: list[int]) -> None:
    one = reading.of(PYTHON, "python", knows)
    before = one.embedding
    read.clear()
    place = PYTHON.index("n700")
    one = edited(one, place, place, "x")
    assert not read
    assert one.embedding.text == before.text
    assert one.embedding == reading.of(one.embedding.host, "python", knows).embedding


def test_a_file_that_was_opened_with_an_error_is_read_again_when_it_is_mended() -> None:
    broken = JAVA.replace("HashSet<>()", 'HashSet<>("', 1)
    one = reading.of(broken, "java", knows)
    assert not one.settled
    place = broken.index('HashSet<>("') + len('HashSet<>("')
    one = edited(one, place - 1, place, ")")
    assert one.embedding.host == JAVA
    new = reading.of(JAVA, "java", knows)
    assert one.due or one.embedding == new.embedding


@pytest.mark.parametrize("member", [0, 1, 200, MEMBERS - 1])
def test_an_error_elsewhere_is_no_reason_to_read_all_after_each_edit(member: int) -> None:
    name = f"report{member}("
    broken = JAVA.replace(name, f"= = 3 ) {name}")
    one = reading.of(broken, "java", knows)
    assert not one.settled
    assert not one.due
    for other in (50, 300):
        place = broken.index("seen", broken.index(f"report{other}("))
        typed = edited(one, place, place, "x")
        assert not typed.due
        assert len(typed.embedding.regions) == len(one.embedding.regions)
    place = broken.index("= = 3 )")
    assert edited(one, place, place + len("= = 3 ) "), "").due


def test_a_file_that_was_given_up_is_not_read_at_each_edit(read: list[int]) -> None:
    text = "db.query('SELECT 1');\n" * 500
    given_up = reading.Reading(embedding.of("javascript", text, ()), knows)
    one = edited(given_up, 0, 0, "x")
    assert not read
    assert one.due
    assert not one.embedding.regions
