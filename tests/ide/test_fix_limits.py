"""How many fixes are made at once: a statement may have hundreds of problems."""

from __future__ import annotations

import pytest

from support import schemas
from sureql.ide.diagnostics import runner
from sureql.ide.diagnostics.mending import checked
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.text.span import Span

MANY = 100


def snapshot(text: str) -> Snapshot:
    parsed = script.of(text, dialects.get("postgres"))
    return Snapshot("", "", 1, parsed, schemas.catalog("music"))


def nulls(many: int) -> str:
    one = "company = NULL AND customer_id = "
    return "SELECT 1 FROM customer WHERE " + " OR ".join(f"({one}{i})" for i in range(many)) + ";"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of the problems whose fixes are checked."""
    seen: list[str] = []
    real = checked.kept

    def kept(context, code, *rest):  # type: ignore[no-untyped-def]
        seen.append(code)
        return real(context, code, *rest)

    monkeypatch.setattr(checked, "kept", kept)
    return seen


def test_the_first_of_many_findings_have_fixes(counted: list[str]) -> None:
    text = nulls(MANY)
    found = [one for one in runner.document(snapshot(text)) if one.code == "equals-null"]
    assert len(found) == MANY
    limit = checked.limit(len(text))
    assert [bool(one.fixes) for one in found] == [index < limit for index in range(MANY)]
    assert len(counted) == limit < MANY


def test_all_of_a_few_findings_have_fixes() -> None:
    found = [one for one in runner.document(snapshot(nulls(12))) if one.code == "equals-null"]
    assert len(found) == 12
    assert all(one.fixes for one in found)


def test_at_a_place_only_what_touches_it_gets_fixes(counted: list[str]) -> None:
    text = "SELECT 2;\n" + nulls(MANY)
    seen = snapshot(text)
    at = text.rindex("= NULL")
    fixes = runner.fixes_at(seen, seen.script.at(at), Span(at, at))
    ((code, span),) = fixes
    assert (code, span.of(text)) == ("equals-null", "= NULL")
    assert span.start == at
    ((fix,),) = fixes.values()
    assert [edit.span for edit in fix.edits] == [span]
    assert counted == ["equals-null"]


def test_names_have_fixes_at_a_place_too(counted: list[str]) -> None:
    text = "SELECT compny, " + ", ".join(f"compny{i}" for i in range(60)) + " FROM customer;"
    seen = snapshot(text)
    fixes = runner.fixes_at(seen, seen.script.statements[0], Span(7, 7))
    assert [(code, span.of(text)) for code, span in fixes] == [("unknown-column", "compny")]
    assert counted == ["unknown-column"]
