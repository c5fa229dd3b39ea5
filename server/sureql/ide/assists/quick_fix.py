"""Quick fixes: the fixes of the diagnostics at a place."""

from __future__ import annotations

from sureql.ide.diagnostics import runner
from sureql.ide.model import Diagnostic, Fix
from sureql.semantics.snapshot import Snapshot
from sureql.text.span import Span


def at(snapshot: Snapshot, span: Span) -> tuple[tuple[Diagnostic, Fix], ...]:
    """Each fix, with its diagnostic, of the diagnostics that touch `span`."""
    return tuple(
        (diagnostic, fix)
        for statement in snapshot.script.statements
        if statement.start <= span.end and span.start <= statement.end
        for diagnostic in runner.statement(snapshot, statement)
        if diagnostic.span.start <= span.end and span.start <= diagnostic.span.end
        for fix in diagnostic.fixes
    )
