"""Checks every statement of a file, nearest to the cursor first, and reports as it goes."""

from __future__ import annotations

import time

from sureql.ide.diagnostics import runner
from sureql.ide.model import Diagnostic, shifted
from sureql.workers import documents
from sureql.workers.context import Context
from sureql.workers.requests import Checked, DiagnoseFile

REPORT_EVERY = 0.1


def run(request: DiagnoseFile, context: Context) -> int:
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
