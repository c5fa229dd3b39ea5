"""What `sureql check` says about the cases, run as a user runs it, and whether that is right."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors.cases import case
from evals.errors.cases.case import Case
from sureql.text.span import Span

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`missed` are faults nothing was said about, `extra` what was said elsewhere: errors for broken
    statements, errors and warnings for whole ones. `mended` is the text with the preferred fixes
    applied, '' if there is none."""

    case: Case
    found: tuple[Found, ...]
    missed: int
    extra: tuple[Found, ...]
    mended: str

    @property
    def right(self) -> bool:
        return not self.missed and not self.extra


def outcomes(cases: Sequence[Case], folder: Path, options: Sequence[str]) -> list[Outcome]:
    """Each case in a file of its own, all checked by one command with `options`."""
    for number, one in enumerate(cases):
        (folder / f"{_name(number)}.sql").write_text(one.text, encoding="utf-8")
    dialect = cases[0].dialect
    found = said(folder, dialect, options)
    by_file: dict[str, list[Found]] = {}
    for one in found:
        by_file.setdefault(Path(one["path"]).name, []).append(one)
    return [
        _outcome(one, by_file.get(f"{_name(number)}.sql", [])) for number, one in enumerate(cases)
    ]


def said(path: Path, dialect: str, options: Sequence[str]) -> list[Found]:
    """The diagnostics of a file or folder."""
    command = [sys.executable, "-m", "sureql", "check", str(path), "--dialect", dialect]
    command += ["--schema", str(case.schema(dialect)), "--format", "json", "--no-cache", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=path.parent)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return list(json.loads(done.stdout))


def _name(number: int) -> str:
    # Numbers alone would make migrations of them, which the schema may have in it already.
    return f"statement_{number}_"


def _outcome(one: Case, found: list[Found]) -> Outcome:
    errors = [each for each in found if each["severity"] == "error"]
    if one.kind == "valid":
        loud = [each for each in found if each["severity"] in ("error", "warning")]
        return Outcome(one, tuple(found), 0, tuple(loud), "")
    if one.kind == "antipattern":
        spoken = [each for each in found if each["code"] in one.expects]
        missed = 0 if any(_hits(one, each) for each in spoken) else 1
        return Outcome(one, tuple(found), missed, tuple(errors), "")
    hit = sum(
        any(_on(_span(one.text, each), mark, one.text) for each in errors) for mark in one.marks
    )
    extra = tuple(each for each in errors if not _hits(one, each))
    missed = max(0, one.faults - hit)
    return Outcome(one, tuple(found), missed, extra, _mended(one.text, errors))


def _hits(one: Case, found: Found) -> bool:
    return any(_on(_span(one.text, found), mark, one.text) for mark in one.marks)


def _on(span: Span, mark: Span, text: str) -> bool:
    missing = not mark.of(text).strip()
    return span.overlaps(mark) or (missing and span.start <= mark.end and mark.start <= span.end)


def _span(text: str, found: Found) -> Span:
    return Span(
        _offset(text, found["line"], found["column"]),
        _offset(text, found["endLine"], found["endColumn"]),
    )


def _offset(text: str, line: int, column: int) -> int:
    return sum(len(one) for one in text.splitlines(keepends=True)[: line - 1]) + column - 1


def _mended(text: str, errors: list[Found]) -> str:
    edits: list[tuple[int, int, str]] = []
    for one in errors:
        preferred = [fix for fix in one["fixes"] if fix["preferred"]]
        for edit in preferred[0]["edits"] if preferred else ():
            span = _span(text, edit)
            edits.append((span.start, span.end, edit["newText"]))
    changed = text
    for start, end, new in sorted(set(edits), reverse=True):
        changed = changed[:start] + new + changed[end:]
    return changed if edits else ""
