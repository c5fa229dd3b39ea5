"""Quick fixes at a place, and all safe fixes of a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ide.test_diagnostics import of_case, snapshot
from support import cases
from support.fixture import Case
from sureql.ide.assists import expand_star, fix_all, quick_fix
from sureql.ide.diagnostics import problems, runner
from sureql.ide.model import Diagnostic
from sureql.syntax.script import Statement
from sureql.text.edits import apply_edits
from sureql.text.span import Span


@cases.parametrize("ide/assists/quick_fix.sql")
def test_quick_fix(case: Case) -> None:
    markers = case.source.markers
    found = quick_fix.at(of_case(case), Span(markers[0], markers[-1]))
    lines = [
        f"{fix.title} ({fix.applicability}): {apply_edits(case.source.text, fix.edits)}"
        for _, fix in found
    ]
    cases.check(case, "fixes", "\n".join(lines) or "nothing")


@cases.parametrize("ide/assists/fix_all.sql")
def test_fix_all(case: Case) -> None:
    cases.check(case, "text", fix_all.fixed(of_case(case)))


@cases.parametrize("ide/assists/expand_star.sql")
def test_expand_star(case: Case) -> None:
    before = of_case(case)
    found = expand_star.at(before, case.source.cursor)
    cases.check(case, "text", apply_edits(before.text, found.edits) if found else "nothing")


def test_fix_all_leaves_what_only_one_code_may_change() -> None:
    text = "SELECT titel FROM album;\nSELECT name,, country FROM artist;"
    only = fix_all.fixed(snapshot(text), code="unknown-column")
    assert only == "SELECT title FROM album;\nSELECT name,, country FROM artist;"
    assert fix_all.fixed(snapshot(text), code="unknown-table") == text


def test_fix_all_knows_what_the_file_itself_defines_once_that_is_right() -> None:
    text = (
        "CREATE TEMP TABLE mine (amount int,, country text);\n"
        "SELECT amoutn, contry FROM mine;\n"
        "SELECT country FROM mine;\n"
    )
    fixed = fix_all.fixed(snapshot(text))
    assert fixed == text.replace(",,", ",").replace("amoutn", "amount").replace("contry", "country")
    assert fix_all.fixed(snapshot(fixed)) == fixed


def test_fix_all_comes_to_the_end_of_a_long_chain_of_definitions() -> None:
    text = "".join(
        f"CREATE TEMP TABLE mine{n} (amount{n} int,, country text);\n"
        f"SELECT amuont{n} FROM mine{n};\n"
        for n in range(60)
    )
    expected = text.replace(",,", ",").replace("amuont", "amount")
    assert fix_all.fixed(snapshot(text)) == expected


@cases.parametrize("ide/fixes")
def test_what_is_safe_is_the_same_whatever_was_checked_before(case: Case) -> None:
    _check_safe(case)


@cases.parametrize("ide/rules")
def test_what_rules_fix_safely_is_the_same_whatever_was_checked_before(case: Case) -> None:
    _check_safe(case)


def _check_safe(case: Case) -> None:
    # What is known of a file is not what is known of another one.
    before = replace(of_case(case), path="/never_checked.sql")
    for part in before.script.statements:
        found = runner.safe(before, part)
        whole = runner.statement(before, part)
        assert [(one.code, one.span, one.safe_fix) for one in found] == [
            (one.code, one.span, one.safe_fix) for one in whole if one.safe_fix
        ]


def test_fix_all_looks_again_only_at_what_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"SELECT name FROM artist WHERE artist_id = {n};\n" for n in range(300))
    broken = snapshot(text + "SELECT  titel  FROM album;\nSELECT  name,, country FROM artist;")
    runner.document(broken)
    looked: list[str] = []
    found = problems.found

    def counted(part: Statement, *rest: Any, **more: Any) -> tuple[Diagnostic, ...]:
        looked.append(part.text)
        return found(part, *rest, **more)

    monkeypatch.setattr(problems, "found", counted)
    fix_all.fixed(broken)
    assert looked == ["SELECT  title  FROM album", "SELECT  name, country FROM artist"]
