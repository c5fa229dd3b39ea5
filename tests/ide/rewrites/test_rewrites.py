"""Rewrites over fixtures: `tests/fixtures/ide/rewrites/<rewrite>.sql` has the cases of one.

Each step that a rewrite finds is an expectation: `--- expect: proved <title>` or, if it is not
certain, `--- expect: assumed <title>`. Its text is the rewritten statement; a first line
`-- Relies on: …` is its precondition. `--- expect: advice <title>` is for what callers must follow.
A case without expectations yields nothing.
"""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from support import cases, fixture, schemas
from support.fixture import Case, Expectation
from sureql.ide import rewrites
from sureql.ide.diagnostics import context
from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise.rewrite import Rewrite
from sureql.syntax import dialects, script
from sureql.text.edits import apply_edits

NAMES = sorted(one.name for one in pkgutil.iter_modules(rewrites.__path__))


def context_of(case: Case, text: str | None = None) -> Context:
    """The case's statement, or `text` in its place, with the case's schema."""
    dialect = dialects.get(case.dialect)
    schema = schemas.catalog(case.options["schema"], case.dialect)
    (statement,) = script.of(case.source.text if text is None else text, dialect).statements
    return context.of(statement, schema, dialect, "")


def steps_of(case: Case) -> list[Expectation]:
    """What the rewrite that a fixture is named after finds."""
    rewrite: Rewrite = importlib.import_module(f"{rewrites.__name__}.{case.path.stem}").REWRITE
    seen = context_of(case)
    assert seen.tree is not None, "the statement does not parse"
    found = []
    for step in rewrite.find(seen):
        kind = "advice" if rewrite.caller else "proved" if step.proved else "assumed"
        text = apply_edits(seen.text, step.edits).strip("\n")
        relies = f"-- Relies on: {step.precondition}\n" if step.precondition else ""
        found.append(Expectation(kind, step.title, relies + text))
    return found


@cases.parametrize("ide/rewrites")
def test_rewrite(case: Case) -> None:
    found = steps_of(case)
    if cases.updating:
        fixture.expect(case, found)
        return
    assert found == list(case.expectations), f"{case.path}:{case.line}"


@cases.parametrize("ide/rewrites")
def test_what_is_not_proved_says_what_it_relies_on(case: Case) -> None:
    for one in case.expectations:
        assert one.kind == "proved" or one.body.startswith("-- Relies on: "), one.body


@cases.parametrize("ide/rewrites")
def test_a_rewritten_statement_means_something(case: Case) -> None:
    before = context_of(case).analysis
    for one in case.expectations:
        after = context_of(case, one.body).analysis
        assert after.parsed
        assert len(after.problems) + len(after.structure) <= len(before.problems), one.body
        assert [field.name for field in after.output] == [field.name for field in before.output]


@pytest.mark.parametrize("name", NAMES)
def test_a_rewrite_has_cases_with_steps_and_cases_without(name: str) -> None:
    found = cases.load(f"ide/rewrites/{name}.sql")
    assert len([case for case in found if case.expectations]) >= 3
    assert len([case for case in found if not case.expectations]) >= 4
