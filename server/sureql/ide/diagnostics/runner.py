"""The diagnostics of a statement or a document: problems, rules, suppressions.

What is cached holds offsets of the statement, so an edit elsewhere in the file costs nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import checked, context, problems, rulebook, selection, suppressions
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic, shifted
from sureql.ports.judge import Judge
from sureql.semantics.snapshot import Snapshot
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement

LONGEST = 100_000
"""Longer statements are data, not queries: they are not parsed."""

_MOST_CACHED = 4_000
_Key = tuple[str, str, str, str, Selection]
_CACHE: OrderedDict[_Key, tuple[Diagnostic, ...]] = OrderedDict()

Judges = Callable[[catalog.Catalog], Judge | None]
"""The engine that answers for a catalog, None if there is none."""


def statement(
    snapshot: Snapshot,
    statement: Statement,
    judges: Judges | None = None,
    wanted: Selection = selection.DEFAULT,
) -> tuple[Diagnostic, ...]:
    """The diagnostics of one statement of `snapshot`; spans are offsets in the document.

    With `judges` the engine has the last word about errors.
    """
    return tuple(
        one
        for one in unfiltered(snapshot, statement, judges, wanted)
        if not suppressions.allows(snapshot.script, one.span.start, one.code)
    )


def document(
    snapshot: Snapshot, judges: Judges | None = None, wanted: Selection = selection.DEFAULT
) -> tuple[Diagnostic, ...]:
    """All statements: for the worker and the command line, never on the main loop."""
    found = (
        one
        for part in snapshot.script.statements
        for one in unfiltered(snapshot, part, judges, wanted)
    )
    return suppressions.applied(snapshot.script, found, wanted)


def unfiltered(
    snapshot: Snapshot,
    statement: Statement,
    judges: Judges | None = None,
    wanted: Selection = selection.DEFAULT,
) -> tuple[Diagnostic, ...]:
    """As `statement`, with what the user wants ignored."""
    schema = snapshot.catalog_at(statement)
    found = _cached(statement, schema, snapshot.script.dialect, snapshot.path, wanted)
    return tuple(shifted(diagnostic, statement.start) for diagnostic in found)


def _cached(
    part: Statement, schema: catalog.Catalog, dialect: Dialect, path: str, wanted: Selection
) -> tuple[Diagnostic, ...]:
    if len(part.text) > LONGEST:
        return ()
    if not schema.version:
        return _diagnose(part, schema, dialect, path, wanted)
    key = (part.text, dialect.name, schema.version, path, wanted)
    found = _CACHE.get(key)
    if found is None:
        found = _CACHE[key] = _diagnose(part, schema, dialect, path, wanted)
        while len(_CACHE) > _MOST_CACHED:
            _CACHE.popitem(last=False)
    else:
        _CACHE.move_to_end(key)
    return found


def _diagnose(
    part: Statement, schema: catalog.Catalog, dialect: Dialect, path: str, wanted: Selection
) -> tuple[Diagnostic, ...]:
    found = list(problems.found(part, schema, dialect))
    # A text that does not parse is mended first; then rules have something to say.
    if not any(one.code == "syntax-error" for one in found):
        seen = context.of(part, schema, dialect, path)
        found += checked.findings(seen, rulebook.found(seen, wanted), wanted)
    return tuple(one for one in found if wanted.wants(one.code))
