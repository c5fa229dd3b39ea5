"""What users say is to be left alone."""

from __future__ import annotations

import pytest

from ide.test_diagnostics import snapshot
from sureql.ide.diagnostics import runner, suppressions
from sureql.ide.diagnostics.selection import Selection
from sureql.text.edits import apply_edits

BAD = "SELECT titel FROM album;"


def codes(text: str, wanted: Selection | None = None) -> list[str]:
    found = runner.document(snapshot(text), wanted=wanted or Selection())
    return [one.code for one in found if one.severity == "error" or one.code.startswith("unused-i")]


@pytest.mark.parametrize(
    "text",
    [
        f"{BAD} -- sureql: ignore[unknown-column]",
        f"{BAD} --sureql:ignore[ unknown-table , unknown-column ]".replace("unknown-table ,", ""),
        f"-- sureql: ignore[unknown-column] the view has it\n{BAD}",
        f"/* sureql: ignore[unknown-column] */\n{BAD}",
        f"-- sureql: ignore[unknown-column]\n-- a note\n\n{BAD}",
        "-- sureql: ignore[unknown-column]\nSELECT name,\n  titel\nFROM artist;",
        "SELECT name,\n  -- sureql: ignore[unknown-column]\n  titel\nFROM artist;",
        f"-- sureql: ignore-file[unknown-column]\nSELECT 1;\r\n{BAD}",
        f"SELECT 1;\r\n{BAD} -- sureql: ignore[unknown-column]\r\n",
    ],
)
def test_what_is_ignored_is_silent(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"-- sureql: ignore[unknown-column]\nSELECT 1;\n{BAD}",
        f"-- sureql: ignore[unknown-table]\n{BAD}",
        f"SELECT 1; -- sureql: ignore[unknown-column]\n{BAD}",
        "SELECT name, -- sureql: ignore[unknown-column]\n  titel\nFROM artist;",
        f"-- sureql: ignore-file[unknown-table]\n{BAD}",
    ],
)
def test_what_ignores_nothing_is_reported_and_hides_nothing(text: str) -> None:
    assert sorted(codes(text)) == ["unknown-column", "unused-ignore"]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("-- sureql: ignore[unknown-column]\nSELECT 1;\n", "SELECT 1;\n"),
        ("SELECT 1; -- sureql: ignore[unknown-column]\n", "SELECT 1;\n"),
        (
            f"-- sureql: ignore[unknown-table, unknown-column]\n{BAD}",
            f"-- sureql: ignore[unknown-column]\n{BAD}",
        ),
        (
            f"-- sureql: ignore[unknown-column, unknown-table]\n{BAD}",
            f"-- sureql: ignore[unknown-column]\n{BAD}",
        ),
        ("SELECT 1; /* sureql: ignore[x-y] */ SELECT 2;", "SELECT 1; SELECT 2;"),
    ],
)
def test_an_unused_ignore_is_removed(text: str, after: str) -> None:
    (found,) = (one for one in runner.document(snapshot(text)) if one.code == suppressions.UNUSED)
    assert found.severity == "hint"
    (fix,) = found.fixes
    assert apply_edits(text, fix.edits) == after


def test_a_code_that_was_not_looked_for_is_not_called_unused() -> None:
    text = "SELECT 1; -- sureql: ignore[unknown-column, LT01]"
    assert codes(text, Selection(off=frozenset(("unknown-column",)))) == []
    assert codes(text, Selection(off=frozenset(("unused-ignore",)))) == []


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT 1;\n{BAD}\n",
        "SELECT name,\r\n\ttitel\r\nFROM artist;",
        f"-- sureql: ignore[unknown-table]\n{BAD}",
        BAD,
    ],
)
def test_written_suppressions_work(text: str) -> None:
    seen = snapshot(text)
    offset = text.index("titel")
    for edit in (
        suppressions.ignore_here(seen.script, offset, "unknown-column"),
        suppressions.ignore_in_file(seen.script, "unknown-column"),
    ):
        assert "unknown-column" not in codes(apply_edits(text, [edit]))


def test_an_ignore_inside_a_string_says_nothing() -> None:
    text = f"SELECT '-- sureql: ignore[unknown-column]' AS note;\n{BAD}"
    assert "unknown-column" in codes(text)
