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
from sureql.ide.assists import fix_all
from sureql.ide.diagnostics import runner
from sureql.ide.model import Diagnostic
from sureql.ports.errors import ConfigurationError
from sureql.text import line_index
from sureql.text.span import Span

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
    told: set[str] = set()
    fixed = 0
    for text in texts:
        parent = text.path.parent
        if parent not in opened:
            opened[parent] = project.of(text.path, options.schema, options.dialect)
            told |= _tell(opened[parent], told)
        place = opened[parent]
        diagnostics = _check(place, text)
        if options.fix or options.diff:
            repaired = _repaired(place, text)
            if options.diff:
                fixed += _show_diff(text, repaired)
                continue
            if repaired.content != text.content:
                text.write(repaired.content)
                before, text = len(diagnostics), repaired
                diagnostics = _check(place, text)
                fixed += max(before - len(diagnostics), 1)
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


def _tell(place: Project, told: set[str]) -> set[str]:
    """Say what is wrong with the configuration, once; what was said."""
    fresh = {problem.message for problem in place.problems} - told
    for message in sorted(fresh):
        sys.stderr.write(f"sureql: {message}\n")
    return fresh


def _check(place: Project, text: Text) -> tuple[Diagnostic, ...]:
    settings = place.options.diagnostics
    found = runner.document(place.snapshot(text)) if settings.enabled else ()
    return tuple(sorted((one for one in found if one.code not in settings.off), key=_by_place))


def _by_place(diagnostic: Diagnostic) -> tuple[int, int]:
    return diagnostic.span.start, diagnostic.span.end


def _repaired(place: Project, text: Text) -> Text:
    content = fix_all.fixed(place.snapshot(text))
    return replace(text, content=content, lines=line_index.of(content))


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
