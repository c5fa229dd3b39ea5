"""The pages of codes: complete, fresh in `docs/rules`, and true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import sureql
from ide.test_diagnostics import snapshot
from support import cases
from sureql.ide.diagnostics import pages, rulebook, runner
from sureql.ide.diagnostics.selection import Selection

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "rules"
_SCHEMAS = {"postgres": "music", "sqlite": "music_sqlite", "duckdb": "shop"}
_LABEL = re.compile(r"\b(?:error|warning|information|hint)\[([a-z-]+)\]")
_CODE_AT = {"Problem": 1, "Diagnostic": 1, "pattern": 1, "report": 1}
_ENGINES_OWN = {
    *(
        "ambiguous-function",
        "built-sql",
        "generated-column",
        "no-unique-key",
        "read-only",
        "refused",
    ),
    *(
        "unknown-collation",
        "unknown-parameter",
        "unknown-schema",
        "unused-ignore",
        "old-lambda",
    ),
}
"""Only an engine (or what stands around the statement) finds these."""


def _found(code: str, sql: str, dialect: str) -> set[str]:
    wanted = Selection(on=frozenset((code,)))
    schema = "dbt/shop" if "{{ ref(" in sql else _SCHEMAS[dialect]
    seen = runner.document(snapshot(sql, dialect, schema), wanted=wanted)
    return {one.code for one in seen}


def _dialect(page: pages.Page) -> str:
    return next((one for one in page.dialects if one in _SCHEMAS), "postgres")


@pytest.mark.parametrize("code", pages.all_pages())
def test_a_page_has_every_section(code: str) -> None:
    page = pages.all_pages()[code]
    assert tuple(page.sections) == pages.SECTIONS
    assert all(page.sections.values())
    assert page.title.endswith(".")
    assert page.fix in ("", "safe", "unsafe")
    assert page.severity in ("error", "warning", "information", "hint")
    text = pages.page(code)
    assert text is not None
    assert text.startswith(f"# {code}\n")


@pytest.mark.parametrize("code", sorted(set(pages.all_pages()) - _ENGINES_OWN))
def test_the_example_is_found_and_what_to_use_instead_is_clean(code: str) -> None:
    page = pages.all_pages()[code]
    dialect = _dialect(page)
    assert code in _found(code, page.sections["Example"], dialect)
    better = _found(code, page.sections["Use instead"], dialect)
    assert code not in better
    assert "syntax-error" not in better


@pytest.mark.parametrize("code", rulebook.all_rules())
def test_a_rule_says_how_far_its_fixes_go(code: str) -> None:
    only = Selection(only=frozenset((code,)))
    offered = {
        fix.applicability
        for case in cases.load(f"ide/rules/{code.replace('-', '_')}.sql")
        for one in runner.document(
            snapshot(case.source.text, case.dialect, case.options["schema"]), wanted=only
        )
        for fix in one.fixes
    }
    best = "safe" if "safe" in offered else next(iter(offered), "")
    assert rulebook.all_rules()[code].fix == best


def test_every_code_has_a_page() -> None:
    emitted = set(rulebook.all_rules()) | _in_fixtures() | _in_source()
    assert len(emitted) > 60
    assert emitted <= set(pages.all_pages())


def _in_fixtures() -> set[str]:
    paths = [*(cases.FIXTURES / "diagnostics").rglob("*.sql"), *cases.FIXTURES.glob("ide/*/*.sql")]
    return {code for path in paths for code in _LABEL.findall(path.read_text(encoding="utf-8"))}


def _in_source() -> set[str]:
    found: set[str] = set()
    for folder in ("semantics", "syntax", "ide"):
        for path in (Path(sureql.__file__).parent / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    found |= _code_of(node)
    return found


def _code_of(call: ast.Call) -> set[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = _CODE_AT.get(name, 99)
    given = call.args[place : place + 1]
    given += [one.value for one in call.keywords if one.arg == "code" and name in _CODE_AT]
    return {
        one.value
        for argument in given
        for one in ast.walk(argument)
        if isinstance(one, ast.Constant)
        and isinstance(one.value, str)
        and re.fullmatch(r"[a-z]+(-[a-z]+)*", one.value)
    }


def test_the_pages_in_docs_are_fresh() -> None:
    fresh = {f"{code}.md": pages.page(code) or "" for code in pages.all_pages()}
    fresh["README.md"] = pages.index()
    if cases.updating:
        DOCS.mkdir(parents=True, exist_ok=True)
        for path in DOCS.glob("*.md"):
            if path.name not in fresh:
                path.unlink()
        for name, text in fresh.items():
            (DOCS / name).write_text(text, encoding="utf-8")
    kept = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    assert kept == fresh, "run `pytest --update-fixtures tests/ide/test_pages.py`"


def test_an_unknown_code_has_no_page() -> None:
    assert pages.page("no-such-code") is None
