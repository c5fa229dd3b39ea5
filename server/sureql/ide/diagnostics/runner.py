"""Diagnostics of one statement: syntax, then names, then rules; cached per statement and catalog."""

from __future__ import annotations

from sureql.ide.model import Diagnostic
from sureql.semantics.snapshot import Snapshot
from sureql.syntax.script import Statement


def statement(snapshot: Snapshot, statement: Statement) -> tuple[Diagnostic, ...]:
    """Spans are offsets in the document."""
    raise NotImplementedError


def document(snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """All statements: for the worker and the command line, never on the main loop."""
    raise NotImplementedError
