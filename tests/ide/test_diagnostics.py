"""Diagnostics over fixtures: every one is annotated, and none means silence."""

from __future__ import annotations

import pytest

from support import cases, schemas
from support.fixture import Case
from sureql.ide.diagnostics import rulebook, runner
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.text.edits import apply_edits

# Rules have fixtures of their own, under ide/rules.
PROBLEMS = Selection(off=frozenset(rulebook.all_rules()))


def snapshot(text: str, dialect: str = "postgres", schema: str = "music") -> Snapshot:
    found = script.of(text, dialects.get(dialect))
    return Snapshot("file:///q.sql", "/q.sql", 1, found, schemas.catalog(schema, dialect))


def of_case(case: Case) -> Snapshot:
    return snapshot(case.source.text, case.dialect, case.options["schema"])


@cases.parametrize("diagnostics")
def test_diagnostics(case: Case) -> None:
    found = runner.document(of_case(case), wanted=PROBLEMS)
    expected = sorted((a.start, a.end, a.label) for a in case.source.annotations)
    assert sorted(map(_labelled, found)) == expected


def _labelled(found: Diagnostic) -> tuple[int, int, str]:
    return found.span.start, found.span.end, f"{found.severity}[{found.code}] {found.message}"


@cases.parametrize("diagnostics")
def test_the_preferred_fix_does_what_it_says(case: Case) -> None:
    offered = {
        (fix.title, apply_edits(case.source.text, fix.edits))
        for diagnostic in runner.document(of_case(case), wanted=PROBLEMS)
        for fix in diagnostic.fixes
        if fix.preferred
    }
    expected = {(found.detail, found.body) for found in case.all("fix")}
    assert expected <= offered
    assert bool(expected) == bool(offered)


@cases.parametrize("diagnostics")
def test_a_fix_removes_its_cause_and_brings_nothing_new(case: Case) -> None:
    before = of_case(case)
    found = runner.document(before, wanted=PROBLEMS)
    for diagnostic in found:
        for fix in diagnostic.fixes:
            text = apply_edits(before.text, fix.edits)
            changed = snapshot(text, case.dialect, case.options["schema"])
            after = runner.document(changed, wanted=PROBLEMS)
            known = {(other.code, other.message) for other in found}
            if diagnostic.code == "syntax-error":
                assert all(other.code != "syntax-error" for other in after)
            elif diagnostic.code == "unknown-table":
                # The columns of an unknown table could not be checked before.
                assert all(other.code != "unknown-table" for other in after)
            else:
                assert {(other.code, other.message) for other in after} <= known
                assert len(after) < len(found)


def test_spans_are_the_documents() -> None:
    text = "SELECT 1;\n\n  SELECT titel FROM album;"
    (found,) = runner.document(snapshot(text))
    assert found.span.of(text) == "titel"
    assert found.fixes[0].edits[0].span == found.span


def test_a_huge_statement_is_not_parsed() -> None:
    text = "SELECT " + ", ".join(f"nothing_{n}" for n in range(12_000)) + " FROM album"
    assert len(text) > runner.LONGEST
    assert runner.document(snapshot(text)) == ()


def test_templates_hide_what_they_stand_for() -> None:
    text = (
        "SELECT {{ column }}, a.{{ other }} FROM {{ table }} a WHERE {% if x %} b = 1 {% endif %}"
    )
    assert runner.document(snapshot(text)) == ()


def test_a_template_that_breaks_the_grammar_is_not_an_error() -> None:
    text = "SELECT name FROM artist WHERE {% if x %} name = 'a' {% else %} name = 'b' {% endif %}"
    assert runner.document(snapshot(text)) == ()


def test_what_a_certain_fix_reveals_is_reported_at_once() -> None:
    text = "SELECT titel FORM album WHERE artistid = 1"
    found = runner.document(snapshot(text))
    assert {(one.span.of(text), one.code) for one in found} == {
        ("titel", "unknown-column"),
        ("FORM", "syntax-error"),
        ("artistid", "unknown-column"),
    }
    for one in found:
        assert apply_edits(text, one.fixes[0].edits) != text


def test_names_are_checked_where_only_the_grammar_is_broken() -> None:
    text = "SELECT titel FROM album JOIN artist"
    codes = {one.code for one in runner.document(snapshot(text))}
    assert codes == {"syntax-error", "unknown-column"}


def test_the_table_that_has_the_columns_is_offered_first() -> None:
    text = "WITH albums_of AS (SELECT 1 AS x) SELECT x FROM album_of"
    (found,) = runner.document(snapshot(text), wanted=PROBLEMS)
    assert [fix.title for fix in found.fixes] == ["Change to `albums_of`"]


@pytest.mark.parametrize(
    ("text", "applicability"),
    [
        ("SELECT title FROM albumm", "safe"),
        ("DROP TABLE albumm", "unsafe"),
        ("TRUNCATE albumm", "unsafe"),
        ("DELETE FROM albumm WHERE title = 'x'", "unsafe"),
    ],
)
def test_no_other_table_is_emptied_unasked(text: str, applicability: str) -> None:
    (found,) = runner.document(snapshot(text), wanted=PROBLEMS)
    assert [fix.applicability for fix in found.fixes if fix.preferred] == [applicability]
