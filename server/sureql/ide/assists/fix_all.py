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
from sureql.syntax.script import Statement
from sureql.text.edits import TextEdit

_MOST_ROUNDS = 30
"""Fixes that bring each other back would never come to rest."""


def fixed(
    snapshot: Snapshot,
    judges: Judges | None = None,
    wanted: Selection = selection.DEFAULT,
    code: str = "",
) -> str:
    """The document's text after all safe fixes, or those of one `code`."""
    return after(snapshot, judges, wanted, code).text


def after(
    snapshot: Snapshot,
    judges: Judges | None = None,
    wanted: Selection = selection.DEFAULT,
    code: str = "",
) -> Snapshot:
    """The document after all safe fixes, or those of one `code`.

    Only statements that changed are checked again: what the runner says of the others is cached.
    """
    for _ in range(_MOST_ROUNDS):
        changed = _round(snapshot, judges, wanted, code)
        if changed is snapshot:
            break
        snapshot = changed
    return snapshot


def _round(snapshot: Snapshot, judges: Judges | None, wanted: Selection, code: str) -> Snapshot:
    """The document after the fixes of each statement, as they were found; itself if none was."""
    edits: list[TextEdit] = []
    at = 0
    while at < len(snapshot.script.statements):
        statement = snapshot.script.statements[at]
        at += 1
        found = runner.safe(snapshot, statement, judges, wanted)
        fixes = _without_overlap([one for one in found if code in ("", one.code)])
        if not fixes:
            continue
        if len(fixes) > 1 and not _agree(snapshot, statement, fixes, judges, wanted):
            del fixes[1:]
        edits += [edit for fix in fixes for edit in fix.edits]
        if ddl.may_change(statement.masked, statement.kind):
            # What this statement defines is another thing for those below.
            snapshot, edits = _changed(snapshot, edits), []
    return _changed(snapshot, edits) if edits else snapshot


def _without_overlap(found: Sequence[Diagnostic]) -> list[Fix]:
    """The first safe fix of each diagnostic, as far as they don't touch the same text."""
    fixes: list[Fix] = []
    for diagnostic in found:
        safe = diagnostic.safe_fix
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
    fixes: Sequence[Fix],
    judges: Judges | None,
    wanted: Selection,
) -> bool:
    """True if the fixes of a statement, each good by itself, are so together."""
    after = _changed(snapshot, [edit for fix in fixes for edit in fix.edits])
    found = runner.statement(snapshot, statement, judges, wanted)
    left = runner.statement(after, after.script.at(statement.start), judges, wanted)
    known = Counter((one.code, one.message) for one in found)
    return Counter((one.code, one.message) for one in left) <= known and len(left) < len(found)


def _changed(snapshot: Snapshot, edits: Sequence[TextEdit]) -> Snapshot:
    return replace(snapshot, script=snapshot.script.after(edits))
