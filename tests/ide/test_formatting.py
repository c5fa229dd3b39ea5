"""Formatting with the real sqruff, and with programs that do what no formatter may do."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from support import cases
from support.fixture import Case
from sureql.ide import formatting, style
from sureql.linters import tool
from sureql.syntax import dialects, script
from sureql.text.edits import apply_edits
from sureql.text.span import Span


def sqruff(dialect: str) -> tool.Tool:
    found = tool.chosen("sqruff", Path("/nowhere"), Path("/nowhere/query.sql"), dialect)
    assert found is not None
    return found


@cases.parametrize("formatting")
def test_formatting(case: Case) -> None:
    parsed = script.of(case.source.text, dialects.get(case.dialect))
    program = partial(tool.formatted, sqruff(case.dialect))
    chosen = Span(*case.source.span) if case.source.markers else None
    formatted = apply_edits(parsed.text, formatting.edits(parsed, program, chosen))
    cases.check(case, "text", formatted)
    again = script.of(formatted, parsed.dialect)
    if chosen is None:
        assert apply_edits(formatted, formatting.edits(again, program)) == formatted


TWO = "select a -- why\nfrom t where b = 'x';\n\nselect 2;\n"


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        (lambda text: text.replace("-- why", ""), "a comment is gone"),
        (lambda text: text.replace("'x'", "'X'"), "a string has changed"),
        (lambda text: text.replace(" where b = 'x'", ""), "a condition is gone"),
        (lambda text: text.replace("select a", 'select "A"'), "a name has changed"),
    ],
)
def test_a_statement_that_would_say_something_else_stays(wrong: object, kept: str) -> None:
    parsed = script.of(TWO, dialects.get("postgres"))

    def program(text: str) -> str:
        return str(wrong(text)).replace("select 2", "SELECT 2")  # type: ignore[operator]

    expected = TWO.replace("select 2", "SELECT 2")
    assert apply_edits(TWO, formatting.edits(parsed, program)) == expected, kept


def test_a_program_that_loses_a_statement_changes_nothing() -> None:
    parsed = script.of(TWO, dialects.get("postgres"))
    assert formatting.edits(parsed, lambda text: text.split(";")[0]) == ()


def test_what_is_settled_is_not_shown_again() -> None:
    parsed = script.of(TWO, dialects.get("postgres"))
    seen: list[str] = []

    def program(text: str) -> str:
        seen.append(text)
        return text

    assert formatting.edits(parsed, program, settled={parsed.statements[0].text}) == ()
    assert "where b" not in seen[0]
    assert "select 2" in seen[0]


def test_line_ends_stay() -> None:
    parsed = script.of("select  1;\r\nselect  2;\r\n", dialects.get("postgres"))
    found = formatting.edits(parsed, partial(tool.formatted, sqruff("postgres")))
    assert apply_edits(parsed.text, found) == "select 1;\r\nselect 2;\r\n"


def test_remarks_have_their_places_and_templates_are_left_alone() -> None:
    text = "SELECT a,b FROM {{ ref('x') }} ;\n\nSELECT a,, b FRM t;\nSELECT 'é',b FROM t;\n"
    parsed = script.of(text, dialects.get("postgres"))
    seen = style.shown(parsed)
    assert len(seen.text) == len(text)
    found = style.diagnostics(parsed, seen, tool.remarks(sqruff("postgres"), seen.text), "sqruff")
    spacing = [one for one in found if one.code == "LT01" and "comma" not in one.message.lower()]
    assert {(one.span.of(text), one.span.start) for one in spacing} >= {
        ("b", 9),
        ("b", text.index("b FROM t")),
    }
    assert all(one.source == "sqruff" and one.severity == "hint" for one in found)
    bad = parsed.statements[1].span
    assert not any(bad.covers(one.span) for one in found)
