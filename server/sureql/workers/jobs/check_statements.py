"""Checks statements of a document, with or without an engine, and reports as it goes."""

from __future__ import annotations

import re
import time

from sureql.ide.diagnostics import runner
from sureql.ide.diagnostics.runner import Judges
from sureql.ide.model import Diagnostic, shifted
from sureql.ports.judge import Ruling
from sureql.semantics.snapshot import Snapshot
from sureql.syntax.script import Statement
from sureql.workers import documents, kept_engines
from sureql.workers.context import Context
from sureql.workers.requests import Checked
from sureql.workers.requests import CheckStatements as Request

__all__ = ["Request", "run"]

REPORT_EVERY = 0.1
_NUMBERED = re.compile(r"\$(\d{1,4})")


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
        if judges and (inferred := _types(snapshot, statement, judges)):
            types.append((index, inferred))
        done += 1
        if request.singly or time.monotonic() - reported > REPORT_EVERY:
            context.report(Checked(tuple(ready), tuple(types)))
            ready, types, reported = [], [], time.monotonic()
    context.report(Checked(tuple(ready), tuple(types)))
    return tuple(order[done:])


def _types(snapshot: Snapshot, statement: Statement, judges: Judges) -> tuple[tuple[int, str], ...]:
    """The types that the engine infers for parameters: offset behind each, and text."""
    if "$" not in statement.text or len(statement.text) > runner.LONGEST:
        return ()
    numbered = [(hole, _NUMBERED.fullmatch(hole.of(statement.text))) for hole in statement.holes]
    judge = judges(snapshot.catalog_at(statement))
    if judge is None or not numbered or not all(match for _, match in numbered):
        return ()
    judgement = judge.judge(statement.text)
    if judgement.ruling is not Ruling.ACCEPTED:
        return ()
    return tuple(
        (hole.end, judgement.parameters[int(match[1]) - 1])
        for hole, match in numbered
        if match and 0 < int(match[1]) <= len(judgement.parameters)
    )
