"""Each host language by a file of its own, `tests/fixtures/hosts/<language>.<ending>`.

A comment `=> origin callee | SQL` stands somewhere before each place that is SQL and behind the SQL
before it; the SQL is written with one space for each run of white space. What has no such comment is
not SQL. Tables called `album`, `artist` and `track` are known.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from sureql.hosts import grammars, reading
from sureql.hosts.model import Kind, Region

FILES = sorted(
    one
    for one in (Path(__file__).parents[1] / "fixtures" / "hosts").iterdir()
    if one.stem in grammars.names() and one.suffix != ".txt"
)
_EXPECTED = re.compile(r"=> (\w+)(?: ([^|\n]+?))? \| ?(.*?)(?: ?\*/| ?-->|\\n\",)?$", re.MULTILINE)


def knows(text: str) -> bool:
    """Does it parse, and does it name a table of this schema?"""
    try:
        tree = sqlglot.parse_one(re.sub(r"\$\{(\w+)\}", r"\1", text))
    except sqlglot.errors.SqlglotError:
        return False
    return any(one.name in ("album", "artist", "track") for one in tree.find_all(exp.Table))


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_what_is_sql_and_what_is_not(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    # In JSON the comment is a string.
    end = '",' if file.suffix == ".ipynb" else " "
    expected = [
        (one.start(), one[1], one[2] or "", one[3].rstrip(end)) for one in _EXPECTED.finditer(text)
    ]
    found = reading.of(text, file.stem, knows).embedding.regions
    said = [(one.origin.value, one.callee, " ".join(one.text.split())) for one in found]
    assert said == [one[1:] for one in expected]
    places = [one.host.start for one in found]
    for index, (start, *_) in enumerate(expected):
        assert start < places[index]
        assert index == 0 or start > places[index - 1]


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_segments_are_what_stands_in_the_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for region in reading.of(text, file.stem, knows).embedding.regions:
        check_segments(text, region)


def test_every_language_has_a_file_and_a_grammar() -> None:
    assert {one.stem for one in FILES} == set(grammars.names())
    for one in grammars.names():
        needed = "grammar" in grammars.settings(one, grammars.INJECTIONS)
        assert (grammars.of(one) is not None) == needed


def check_segments(text: str, region: Region) -> None:
    position, host = 0, 0
    for one in region.segments:
        assert one.sql.start == position and one.host.start >= host
        position, host = one.sql.end, one.host.end
        if one.kind is Kind.PLAIN:
            assert one.sql.of(region.text) == one.host.shift(region.host.start).of(text)
    assert position == len(region.text)
    assert host <= len(region.host)
