"""Checks statements of a document, with or without an engine, and reports as it goes."""

from __future__ import annotations

import time

from sureql.ide.diagnostics import runner
from sureql.ide.model import Diagnostic, shifted
from sureql.workers import documents, kept_engines
from sureql.workers.context import Context
from sureql.workers.requests import Checked
from sureql.workers.requests import CheckStatements as Request

__all__ = ["Request", "run"]

REPORT_EVERY = 0.1


def run(request: Request, context: Context) -> tuple[int, ...]:
    """Report `Checked` parts; the indexes that are left because something more urgent waits.

    Raises JudgeError if the engine has to be started and cannot be.
    """
    judges = kept_engines.judges_of(request.engine)
    snapshot = documents.snapshot(request.document)
    statements = snapshot.script.statements
    order = [index for index in request.statements if index < len(statements)]
    ready: list[tuple[int, tuple[Diagnostic, ...]]] = []
    types: list[tuple[int, tuple[tuple[int, str], ...]]] = []
    reported = time.monotonic()
    done = 0
    for index in order:
        if context.cancelled() or (done and context.overtaken()):
            break
        statement = statements[index]
        found = runner.unfiltered(snapshot, statement, judges, request.wanted)
        ready.append((index, tuple(shifted(item, -statement.start) for item in found)))
        if judges and (inferred := runner.types(snapshot, statement, judges, request.wanted)):
            types.append((index, tuple((at - statement.start, text) for at, text in inferred)))
        done += 1
        if request.singly or time.monotonic() - reported > REPORT_EVERY:
            context.report(Checked(tuple(ready), tuple(types)))
            ready, types, reported = [], [], time.monotonic()
    context.report(Checked(tuple(ready), tuple(types)))
    return tuple(order[done:])
