"""Run a test once for every case of the fixtures in a folder, and compare with what it expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import fixture
from support.fixture import Case

FIXTURES = Path(__file__).parent.parent / "fixtures"

updating = False
"""Set by `pytest --update-fixtures`: `check` then rewrites instead of comparing."""


def load(folder: str) -> list[Case]:
    """Every case in `tests/fixtures/<folder>`, a folder (with its sub-folders) or one file."""
    root = FIXTURES / folder
    paths = [root] if root.is_file() else sorted(root.rglob("*.sql"))
    if not paths:
        raise FileNotFoundError(f"no fixtures in {root}")
    return [case for path in paths for case in fixture.load(path)]


def parametrize(folder: str) -> pytest.MarkDecorator:
    """`@cases.parametrize("ide/hover")` gives the test an argument `case`."""
    found = [pytest.param(case, id=f"{case.path.stem}: {case.title}") for case in load(folder)]
    return pytest.mark.parametrize("case", found)


def check(case: Case, kind: str, actual: str, detail: str | None = None) -> None:
    """Assert that the expectation `kind` (and `detail`) of `case` is `actual`, or update it."""
    found = [one for one in case.all(kind) if detail is None or one.detail == detail]
    assert found, f"{case.path.name}: `{case.title}` has no `--- expect: {kind} {detail or ''}`"
    if updating:
        fixture.rewrite(case, kind, actual, detail)
        return
    assert actual.strip("\n") == found[0].body, f"{case.path}:{case.line}"
