"""Fix all: the safe fixes of a document, applied until nothing changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sureql.ide.diagnostics import runner, selection
from sureql.ide.diagnostics.runner import Judges
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic, Fix
from sureql.semantics import ddl
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import script
from sureql.syntax.script import Statement
from sureql.text.edits import TextEdit, apply_edits

_MOST_ROUNDS = 30
"""Fixes that bring each other back would never come to rest."""


def fixed(
    snapshot: Snapshot, judges: Judges | None = None, wanted: Selection = selection.DEFAULT
) -> str:
    """The document's text after all safe fixes.

    Only statements that changed are checked again: what the runner says of the others is cached.
    """
    for _ in range(_MOST_ROUNDS):
        edits = _round(snapshot, judges, wanted)
        if not edits:
            break
        snapshot = _changed(snapshot, edits)
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


def _round(snapshot: Snapshot, judges: Judges | None, wanted: Selection) -> list[TextEdit]:
    """The edits of all statements that don't wait for what happens above them."""
    edits: list[TextEdit] = []
    for statement in snapshot.script.statements:
        found = runner.statement(snapshot, statement, judges, wanted)
        fixes = _without_overlap(found)
        if not fixes:
            continue
        if len(fixes) > 1 and not _agree(snapshot, statement, found, fixes, judges, wanted):
            del fixes[1:]
        edits += [edit for fix in fixes for edit in fix.edits]
        if ddl.may_change(statement.masked, statement.kind):
            # What this statement defines is another thing for those below.
            break
    return edits


def _without_overlap(found: Sequence[Diagnostic]) -> list[Fix]:
    """The first safe fix of each diagnostic, as far as they don't touch the same text."""
    fixes: list[Fix] = []
    for diagnostic in found:
        safe = next((fix for fix in diagnostic.fixes if fix.applicability == "safe"), None)
        if safe is None:
            continue
        taken = (edit.span for fix in fixes for edit in fix.edits)
        mine = [edit.span for edit in safe.edits]
        if not any(one == other or one.overlaps(other) for other in taken for one in mine):
            fixes.append(safe)
    return fixes


def _agree(
    snapshot: Snapshot,
    statement: Statement,
    found: Sequence[Diagnostic],
    fixes: Sequence[Fix],
    judges: Judges | None,
    wanted: Selection,
) -> bool:
    """True if the fixes of a statement, each good by itself, are so together."""
    edits = [edit for fix in fixes for edit in fix.edits]
    text = apply_edits(snapshot.text, edits)
    grown = len(text) - len(snapshot.text)
    again = snapshot.script.edited(text, statement.start, statement.end, statement.end + grown)
    after = replace(snapshot, script=again)
    part = again.at(statement.start)
    left = runner.statement(after, part, judges, wanted)
    known = Counter((one.code, one.message) for one in found)
    return Counter((one.code, one.message) for one in left) <= known and len(left) < len(found)


def _changed(snapshot: Snapshot, edits: Sequence[TextEdit]) -> Snapshot:
    text = apply_edits(snapshot.text, edits)
    return replace(snapshot, script=script.of(text, snapshot.script.dialect))
