"""Rules over fixtures. In a rule's own fixture only that rule speaks: others have theirs."""

from __future__ import annotations

import pytest

from ide.test_diagnostics import of_case
from support import cases
from support.fixture import Case
from sureql.ide.diagnostics import rulebook, runner
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic
from sureql.text.edits import apply_edits


def _found(case: Case) -> list[Diagnostic]:
    code = case.path.stem.replace("_", "-")
    only = Selection(only=frozenset((code,)))
    found = runner.document(of_case(case), wanted=only)
    errors = [one for one in runner.document(of_case(case)) if one.severity == "error"]
    return [*found, *errors]


@cases.parametrize("ide/rules")
def test_rule(case: Case) -> None:
    found = _found(case)
    expected = sorted((a.start, a.end, a.label) for a in case.source.annotations)
    assert sorted(map(_labelled, found)) == expected


@cases.parametrize("ide/rules")
def test_the_rules_fixes_do_what_they_say(case: Case) -> None:
    offered = {
        (fix.title, apply_edits(case.source.text, fix.edits).strip("\n"))
        for one in _found(case)
        for fix in one.fixes
    }
    expected = {(one.detail, one.body) for one in case.all("fix")}
    assert expected == offered


@pytest.mark.parametrize("code", rulebook.all_rules())
def test_a_rule_has_cases_that_fail_and_cases_that_pass(code: str) -> None:
    found = cases.load(f"ide/rules/{code.replace('-', '_')}.sql")
    assert any(case.source.annotations for case in found)
    assert any(not case.source.annotations for case in found)


def _labelled(found: Diagnostic) -> tuple[int, int, str]:
    return found.span.start, found.span.end, f"{found.severity}[{found.code}] {found.message}"
