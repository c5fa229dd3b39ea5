"""Fix all: the safe fixes of a document, applied until nothing changes."""

from __future__ import annotations

from dataclasses import replace

from sureql.ide.diagnostics import runner, selection
from sureql.ide.diagnostics.runner import Judges
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import script
from sureql.text.edits import TextEdit, apply_edits

_MOST_ROUNDS = 10
"""Fixes that bring each other back would never come to rest."""


def fixed(
    snapshot: Snapshot, judges: Judges | None = None, wanted: Selection = selection.DEFAULT
) -> str:
    """The document's text after all safe fixes."""
    for _ in range(_MOST_ROUNDS):
        edits = _without_overlap(runner.document(snapshot, judges, wanted))
        if not edits:
            break
        text = apply_edits(snapshot.text, edits)
        snapshot = replace(snapshot, script=script.of(text, snapshot.script.dialect))
    return snapshot.text


def of_code(
    snapshot: Snapshot,
    code: str,
    judges: Judges | None = None,
    wanted: Selection = selection.DEFAULT,
) -> str:
    """The document's text after all safe fixes of one code."""
    if not wanted.wants(code):
        return snapshot.text
    return fixed(snapshot, judges, replace(wanted, only=frozenset((code,))))


def _without_overlap(found: tuple[Diagnostic, ...]) -> list[TextEdit]:
    edits: list[TextEdit] = []
    for diagnostic in found:
        safe = next((fix for fix in diagnostic.fixes if fix.applicability == "safe"), None)
        taken = any(
            mine.span.overlaps(other.span) or mine.span == other.span
            for mine in (safe.edits if safe else ())
            for other in edits
        )
        if safe and not taken:
            edits += safe.edits
    return edits
