"""Hover, go to definition and document symbols over fixtures."""

from __future__ import annotations

from pathlib import Path

from ide.test_diagnostics import snapshot
from support import cases
from support.fixture import Case
from sureql.ide import definition, hover, symbols
from sureql.ide.model import Symbol, Target


@cases.parametrize("hover")
def test_hover(case: Case) -> None:
    source = case.source
    found = hover.at(snapshot(source.text, case.dialect, case.options["schema"]), source.cursor)
    # The fences of the code are left out: three dashes or backquotes a fixture may not hold.
    actual = "\n".join(
        line for line in (found.markdown if found else "").split("\n") if line and "```" not in line
    )
    cases.check(case, "hover", actual or "nothing")
    if found is not None:
        assert found.span.touches(source.cursor)


@cases.parametrize("definition")
def test_definition(case: Case) -> None:
    source = case.source
    found = definition.at(
        snapshot(source.text, case.dialect, case.options["schema"]), source.cursor
    )
    cases.check(case, "definition", "\n".join(_place(t, source.text) for t in found) or "nothing")
    assert all(target.origin.touches(source.cursor) for target in found)


def _place(target: Target, text: str) -> str:
    where = "here"
    if target.path is not None:
        where = Path(target.path).name
        text = Path(target.path).read_text(encoding="utf-8")
        assert text.count("\n", 0, target.span.start) == target.line or target.span != target.name
    line = text.count("\n", 0, target.name.start)
    return f"{where}: {text.splitlines()[line].strip()} [{target.name.of(text)}]"


@cases.parametrize("symbols")
def test_symbols(case: Case) -> None:
    text = case.source.text
    found = symbols.of(snapshot(text, case.dialect))
    cases.check(case, "symbols", "\n".join(_lines(found, text)) or "nothing")


def _lines(found: tuple[Symbol, ...], text: str, indent: str = "") -> list[str]:
    out = []
    for symbol in found:
        assert symbol.span.covers(symbol.name)
        out.append(f"{indent}{symbol.kind} {symbol.label} [{symbol.name.of(text)}]")
        out += _lines(symbol.children, text, indent + "  ")
    return out
