"""Quick fixes at a place, and all safe fixes of a file."""

from __future__ import annotations

from ide.test_diagnostics import of_case
from support import cases
from support.fixture import Case
from sureql.ide.assists import fix_all, quick_fix
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
