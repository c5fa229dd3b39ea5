"""`sureql check`: errors in files, and their safe fixes."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text as Styled

from sureql.cli import CLEAN, FINDINGS, files, project
from sureql.cli.files import Text, UnreadableError
from sureql.cli.project import Project
from sureql.ide.diagnostics import runner
from sureql.ide.model import Diagnostic
from sureql.ports.errors import ConfigurationError
from sureql.text import line_index
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

_ROUNDS = 10
_STYLES = {"error": "bold red", "warning": "bold yellow"}


def run(options: argparse.Namespace) -> int:
    """Check, fix or show what fixing would change."""
    if options.diff and options.format == "json":
        raise ConfigurationError("--diff prints text: leave out --format json.")
    found = list(files.find(options.paths))
    texts = [text for path, named in found if (text := _read(path, named))]
    if not found:
        raise ConfigurationError(f"No .sql files in {', '.join(options.paths)}.")
    opened: dict[Path, Project] = {}
    results: list[tuple[Text, tuple[Diagnostic, ...]]] = []
    fixed = 0
    for text in texts:
        parent = text.path.parent
        if parent not in opened:
            opened[parent] = project.of(text.path, options.schema, options.dialect)
            for problem in opened[parent].problems:
                sys.stderr.write(f"sureql: {problem.message}\n")
        place = opened[parent]
        diagnostics = _check(place, text)
        if options.fix or options.diff:
            repaired, rounds = _repair(place, text, diagnostics)
            if options.diff:
                fixed += _show_diff(text, repaired)
                continue
            if rounds:
                text.write(repaired.content)
                fixed += rounds
                text, diagnostics = repaired, _check(place, repaired)
        results.append((text, diagnostics))
    if options.diff:
        return FINDINGS if fixed else CLEAN
    if options.format == "json":
        sys.stdout.write(json.dumps(_as_json(results), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(results, fixed)
    return FINDINGS if any(diagnostics for _, diagnostics in results) else CLEAN


def _read(path: Path, named: bool) -> Text | None:
    try:
        return files.read(path)
    except UnreadableError as problem:
        if named:
            raise
        sys.stderr.write(f"sureql: left out: {problem}\n")
        return None


def _check(place: Project, text: Text) -> tuple[Diagnostic, ...]:
    settings = place.options.diagnostics
    found = runner.document(place.snapshot(text)) if settings.enabled else ()
    return tuple(sorted((one for one in found if one.code not in settings.off), key=_by_place))


def _by_place(diagnostic: Diagnostic) -> tuple[int, int]:
    return diagnostic.span.start, diagnostic.span.end


def _repair(place: Project, text: Text, found: Sequence[Diagnostic]) -> tuple[Text, int]:
    """The text with safe fixes applied until none is left, and how many there were.

    A round that does not lower the number of problems is taken back, so that it ends.
    """
    applied = 0
    for _ in range(_ROUNDS):
        edits = _safe_edits(found)
        if not edits:
            break
        content = apply_edits(text.content, [edit for fix in edits for edit in fix])
        after = replace(text, content=content, lines=line_index.of(content))
        left = _check(place, after)
        if len(left) >= len(found):
            break
        text, found, applied = after, left, applied + len(edits)
    return text, applied


def _safe_edits(found: Sequence[Diagnostic]) -> list[tuple[TextEdit, ...]]:
    """The edits of the safe fixes that do not touch one another."""
    chosen: list[tuple[TextEdit, ...]] = []
    taken: list[Span] = []
    for diagnostic in found:
        fix = next((fix for fix in diagnostic.fixes if fix.applicability == "safe"), None)
        if fix is None or any(span.overlaps(e.span) for e in fix.edits for span in taken):
            continue
        chosen.append(fix.edits)
        taken += [edit.span for edit in fix.edits]
    return chosen


def _show_diff(before: Text, after: Text) -> bool:
    lines = difflib.unified_diff(
        before.content.splitlines(keepends=True),
        after.content.splitlines(keepends=True),
        str(before.path),
        str(before.path),
    )
    changed = False
    for line in lines:
        changed = True
        sys.stdout.write(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return changed


def _show(results: Sequence[tuple[Text, tuple[Diagnostic, ...]]], fixed: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    counts: Counter[str] = Counter()
    fixable = 0
    for text, diagnostics in results:
        for one in diagnostics:
            counts[one.severity] += 1
            line, column = text.place(one.span.start)
            style = _STYLES.get(one.severity, "cyan")
            console.print(
                Styled.assemble(
                    (f"{text.path}:{line}:{column}: ", "bold"),
                    (one.severity, style),
                    f" {one.message} ",
                    (f"[{one.code}]", "dim"),
                )
            )
            console.print(_excerpt(text, one.span, style))
            for fix in one.fixes[:3]:
                console.print(Styled.assemble(("  fix: ", "green"), fix.title))
            fixable += any(fix.applicability == "safe" for fix in one.fixes)
    checked = f"{len(results)} file{'s' if len(results) != 1 else ''}"
    repaired = f"{fixed} fixed. " if fixed else ""
    if not counts:
        console.print(f"{repaired}No problems in {checked}.")
        return
    kinds = ", ".join(f"{n} {name}{'s' if n > 1 else ''}" for name, n in sorted(counts.items()))
    hint = f" {fixable} can be fixed with --fix." if fixable else ""
    console.print(f"{repaired}{kinds} in {checked}.{hint}")


def _excerpt(text: Text, span: Span, style: str) -> Styled:
    line, column = text.place(span.start)
    start = text.lines.start(line - 1)
    source = text.content[start : text.lines.end(line - 1)].rstrip("\r\n").replace("\t", " ")
    width = max(1, min(span.end, start + len(source)) - span.start)
    # A line of a dump can have any length; the part around the problem is enough.
    first = max(0, column - 61) if len(source) > 120 else 0
    shown = source[first : first + 120]
    marks = " " * (column - 1 - first) + "^" * min(width, 120)
    return Styled.assemble(f"    {shown}\n    ", (marks, style))


def _as_json(results: Sequence[tuple[Text, tuple[Diagnostic, ...]]]) -> list[dict[str, Any]]:
    return [
        {
            "path": str(text.path),
            **range_of(text, one.span),
            "severity": one.severity,
            "code": one.code,
            "message": one.message,
            "source": "sureql",
            "fixes": [
                {
                    "title": fix.title,
                    "applicability": fix.applicability,
                    "edits": [
                        {**range_of(text, edit.span), "newText": edit.new_text}
                        for edit in fix.edits
                    ],
                }
                for fix in one.fixes
            ],
        }
        for text, diagnostics in results
        for one in diagnostics
    ]


def range_of(text: Text, span: Span) -> dict[str, int]:
    """A span as 1-based places; the end is the place after the last character."""
    (line, column), (end_line, end_column) = text.place(span.start), text.place(span.end)
    return {"line": line, "column": column, "endLine": end_line, "endColumn": end_column}
