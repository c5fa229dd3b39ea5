"""The fixture loader reads what the documentation of its format promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import fixture
from support.fixture import FixtureError

EXAMPLE = """\
--- dialect: sqlite
--- schema: music

--- case: annotated
SELECT titel<|> FROM album
--     ^^^^^ error[unknown-column] No such column.
SELCT 1
--<^^ error[syntax-error] Not a keyword.

--- expect: fix Change to `title`
SELECT title FROM album
SELCT 1

--- expect: none

--- case: two files
--- trigger: invoked
--- file: a.sql
SELECT <|>x<|>
--- file: b.sql
"""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    path = tmp_path / "example.sql"
    path.write_text(EXAMPLE)
    return path


def test_reads_text_markers_and_annotations(example: Path) -> None:
    first, second = fixture.load(example)
    source = first.source
    assert source.text == "SELECT titel FROM album\nSELCT 1"
    assert source.cursor == len("SELECT titel")
    assert [source.text[a.start : a.end] for a in source.annotations] == ["titel", "SELCT"]
    assert source.annotations[0].label == "error[unknown-column] No such column."
    assert first.dialect == "sqlite"
    assert first.expected("fix") == "SELECT title FROM album\nSELCT 1"
    assert first.all("fix")[0].detail == "Change to `title`"
    assert first.expected("none") == ""
    assert first.expected("ghost") is None
    assert second.options["trigger"] == "invoked"
    assert second.source.span == (7, 8)
    assert second.files["b.sql"].text == ""


@pytest.mark.parametrize(
    "text",
    [
        "--- case: a\n--- colour: red\n",
        "--- case: a\n--- Expect ghost\n",
        "--- case: a\n--- case: a\n",
        "--- expect: ghost\nx\n",
        "SELECT 1\n--- case: a\n",
        "--- dialect: sqlite\nSELECT 1\n--- case: a\n",
        "--- case: a\nx\n--- trigger: invoked\ny\n",
        "--- case: a\nx\n--   ^^^ beyond the line\n",
    ],
)
def test_refuses_a_malformed_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.sql"
    path.write_text(text)
    with pytest.raises(FixtureError, match=r"bad\.sql:\d+"):
        fixture.load(path)


def test_rewrites_only_the_body_of_an_expectation(example: Path) -> None:
    first, _ = fixture.load(example)
    fixture.rewrite(first, "fix", "SELECT name\nFROM artist", "Change to `title`")
    fixture.rewrite(first, "none", "something")
    first, second = fixture.load(example)
    assert first.expected("fix") == "SELECT name\nFROM artist"
    assert first.expected("none") == "something"
    before, after = EXAMPLE.split("\n"), example.read_text().split("\n")
    assert [line for line in before if line.startswith("--- ")] == [
        line for line in after if line.startswith("--- ")
    ]
    assert (
        after[: before.index("--- expect: fix Change to `title`")]
        == before[: before.index("--- expect: fix Change to `title`")]
    )
    assert second.source.span == (7, 8)
