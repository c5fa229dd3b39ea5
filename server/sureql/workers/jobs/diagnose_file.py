"""Checks every statement of a file, nearest to the cursor first, and reports as it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from sureql.ide.diagnostics import runner
from sureql.ide.model import Diagnostic, Fix
from sureql.text.edits import TextEdit
from sureql.workers import documents
from sureql.workers.context import Context

REPORT_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Request:
    """The document to check, and where the cursor is."""

    document: documents.Sent
    cursor: int


@dataclass(frozen=True, slots=True)
class Checked:
    """Diagnostics by the index of their statement, with offsets from its start."""

    diagnostics: tuple[tuple[int, tuple[Diagnostic, ...]], ...]


def run(request: Request, context: Context) -> int:
    """Report `Checked` parts until all statements are done; the number of statements."""
    snapshot = documents.snapshot(request.document)
    statements = snapshot.script.statements
    order = sorted(
        range(len(statements)), key=lambda index: abs(statements[index].start - request.cursor)
    )
    ready: list[tuple[int, tuple[Diagnostic, ...]]] = []
    reported = time.monotonic()
    for index in order:
        if context.cancelled():
            break
        statement = statements[index]
        found = runner.statement(snapshot, statement)
        ready.append((index, tuple(shifted(item, -statement.start) for item in found)))
        if time.monotonic() - reported > REPORT_EVERY:
            context.report(Checked(tuple(ready)))
            ready, reported = [], time.monotonic()
    context.report(Checked(tuple(ready)))
    return len(statements)


def shifted(diagnostic: Diagnostic, by: int) -> Diagnostic:
    """The same diagnostic `by` characters further on."""
    return replace(
        diagnostic,
        span=diagnostic.span.shift(by),
        fixes=tuple(_shifted_fix(fix, by) for fix in diagnostic.fixes),
        related=tuple((span.shift(by), note) for span, note in diagnostic.related),
    )


def _shifted_fix(fix: Fix, by: int) -> Fix:
    return replace(
        fix, edits=tuple(TextEdit(edit.span.shift(by), edit.new_text) for edit in fix.edits)
    )
