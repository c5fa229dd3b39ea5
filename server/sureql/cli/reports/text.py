"""For people: each finding with its line, carets and help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Styled

from sureql.cli.checker import Result
from sureql.cli.files import Text
from sureql.cli.reports.plain import plain
from sureql.ide.model import Diagnostic
from sureql.text.span import Span

MOST = 200
"""Findings of one file that are shown; more than that nobody reads."""
_WIDEST = 120
_STYLES = {"error": "bold red", "warning": "bold yellow"}
_ORDER = ("error", "warning", "information", "hint")


def write(results: Sequence[Result]) -> None:
    """Print all findings and a line that sums them up."""
    console = Console(highlight=False, soft_wrap=True)
    counts: Counter[str] = Counter()
    fixable = 0
    for result in results:
        counts.update(one.severity for one in result.found)
        fixable += sum(_is_safe(one) for one in result.found)
        for one in result.found[:MOST]:
            for line in _lines(result.text, one):
                console.print(line)
            console.print()
        if (more := len(result.found) - MOST) > 0:
            console.print(f"... and {more} more in {plain(str(result.text.path))}\n")
    fixed = sum(result.fixed for result in results)
    console.print(_summary(counts, fixable, fixed, len(results)))


def _lines(text: Text, one: Diagnostic) -> Iterator[Styled]:
    style = _STYLES.get(one.severity, "cyan")
    (line, column), _ = text.between(one.span)
    margin = " " * len(str(line))
    yield Styled.assemble(
        (f"{one.severity}[{one.code}]", style), (f": {plain(one.message)}", "bold")
    )
    yield Styled.assemble(f"{margin}", ("--> ", "blue"), f"{plain(str(text.path))}:{line}:{column}")
    yield Styled(f"{margin} |", "blue")
    shown, marks = _excerpt(text, one.span)
    yield Styled.assemble((f"{line} | ", "blue"), shown)
    yield Styled.assemble((f"{margin} | ", "blue"), (marks, style))
    for span, note in one.related:
        place = ":".join(map(str, text.place(span.start)))
        yield Styled.assemble(
            (f"{margin} = ", "blue"), ("note", "bold"), f": {place}: {plain(note)}"
        )
    if one.declared is not None:
        where, note = one.declared
        shown = plain(f": {where.path}:{where.line + 1}: {note}")
        yield Styled.assemble((f"{margin} = ", "blue"), ("note", "bold"), shown)
    for fix in one.fixes[:3]:
        title = fix.title[:1].lower() + fix.title[1:]
        yield Styled.assemble((f"{margin} = ", "blue"), ("help", "bold"), f": {plain(title)}")


def _excerpt(text: Text, span: Span) -> tuple[str, str]:
    """The line of a place, as wide as fits, and the carets under it."""
    (line, column), (end_line, end) = text.between(span)
    source = text.source_line(line)
    # A line of a dump can have any length; the part around the problem is enough.
    first = max(0, column - 1 - _WIDEST // 2) if len(source) > _WIDEST else 0
    shown = source[first : first + _WIDEST]
    before = shown[: column - 1 - first]
    marked = shown[column - 1 - first : (end - 1 if end_line == line else len(source)) - first]
    marks = " " * cell_len(plain(before)) + "^" * max(1, cell_len(plain(marked)))
    return plain(shown), marks


def _is_safe(one: Diagnostic) -> bool:
    return any(fix.applicability == "safe" for fix in one.fixes)


def _summary(counts: Counter[str], fixable: int, fixed: int, files: int) -> str:
    checked = f"{files} file{'s' if files != 1 else ''}"
    repaired = f"{fixed} fixed. " if fixed else ""
    if not counts:
        return f"{repaired}No problems in {checked}."
    kinds = ", ".join(_counted(counts[name], name) for name in _ORDER if counts[name])
    hint = f" {fixable} can be fixed with --fix." if fixable else ""
    return f"{repaired}{kinds} in {checked}.{hint}"


def _counted(count: int, name: str) -> str:
    plural = "" if count == 1 or name == "information" else "s"
    return f"{count} {name}{plural}"
