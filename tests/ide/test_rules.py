"""Rules over fixtures. In a rule's own fixture only that rule speaks: others have theirs."""

from __future__ import annotations

import random

import pytest

from ide.test_diagnostics import of_case
from support import cases, schemas
from support.fixture import Case
from sureql.ide.diagnostics import context, rulebook, runner
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic
from sureql.syntax import dialects, lexer, script
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


_ODD = ("NULL", "'x'", "1.5", "-1", "$1", "*", "(SELECT 1)", "(1, 2)", "'2024-02-30'", "count(*)")


@pytest.mark.parametrize("seed", range(8))
def test_rules_bear_whatever_stands_in_a_statement(seed: int) -> None:
    choice = random.Random(seed)
    known = cases.load("ide/rules")
    parsed = 0
    for _ in range(150):
        case = choice.choice(known)
        dialect = dialects.get(case.dialect)
        schema = schemas.catalog(case.options["schema"], case.dialect)
        text = case.source.text
        for _ in range(2):
            token = choice.choice(lexer.code(text, dialect))
            text = text[: token.start] + choice.choice(_ODD) + text[token.end :]
        for statement in script.of(text, dialect).statements:
            found = context.of(statement, schema, dialect, "")
            parsed += found.tree is not None
            for rule in rulebook.all_rules().values():
                if found.tree is None and not rule.tokens:
                    continue
                for one in rule.check(found):
                    assert 0 <= one.span.start < one.span.end <= len(statement.text)
                    for fix in one.fixes:
                        assert apply_edits(statement.text, fix.edits) != statement.text
    assert parsed > 10


def _labelled(found: Diagnostic) -> tuple[int, int, str]:
    return found.span.start, found.span.end, f"{found.severity}[{found.code}] {found.message}"
