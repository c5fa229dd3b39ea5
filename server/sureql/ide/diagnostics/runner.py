"""The diagnostics of a statement or a document: problems, rules, suppressions.

What is cached holds offsets of the statement, so an edit elsewhere in the file costs nothing.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import (
    context,
    inferred,
    judged,
    problems,
    rulebook,
    selection,
    suppressions,
    surroundings,
)
from sureql.ide.diagnostics.mending import checked
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.diagnostics.surroundings import Surroundings
from sureql.ide.model import Diagnostic, Fix, shifted
from sureql.ports.judge import Judge
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import lexer, parse, statement_parts
from sureql.syntax.dialects import Dialect
from sureql.syntax.keywords import BEFORE_OPERAND
from sureql.syntax.script import Statement
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

LONGEST = 100_000
"""Longer statements are data, not queries: they are not parsed."""

_MOST_CACHED = 4_000
_GAPS = re.compile(r"\.\.\.|…|<[A-Za-z][\w -]*>")
"""What stands for something left out: `...`, `<the id>`."""
_ALSO = re.compile(r"\b(?:AND|OR)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Result:
    """`types` are places behind which an engine's inferred type may be shown."""

    found: tuple[Diagnostic, ...] = ()
    types: tuple[tuple[int, str], ...] = ()
    settled: bool = True


_ALL, _SAFE, _BARE = "all", "safe", "bare"
"""Which fixes are made: every one, at least the safe ones, none."""

_Key = tuple[str, str, str, str, Selection, str, Surroundings, str]
_CACHE: OrderedDict[_Key, _Result] = OrderedDict()

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
    found = _result(snapshot, statement, judges, wanted).found
    return tuple(shifted(diagnostic, statement.start) for diagnostic in found)


def bare(
    snapshot: Snapshot,
    statement: Statement,
    judges: Judges | None = None,
    wanted: Selection = selection.DEFAULT,
) -> tuple[Diagnostic, ...]:
    """As `unfiltered`, without fixes: finding and checking those takes longer than all else."""
    found = _result(snapshot, statement, judges, wanted, _BARE).found
    return tuple(replace(shifted(one, statement.start), fixes=()) for one in found)


def safe(
    snapshot: Snapshot,
    part: Statement,
    judges: Judges | None = None,
    wanted: Selection = selection.DEFAULT,
) -> tuple[Diagnostic, ...]:
    """Those of `statement` that have a safe fix. Costs less if the statement was not checked yet:
    most rules and most problems have none."""
    found = _result(snapshot, part, judges, wanted, _SAFE).found
    return tuple(
        shifted(one, part.start)
        for one in found
        if one.safe_fix is not None
        and not suppressions.allows(snapshot.script, one.span.start + part.start, one.code)
    )


def fixes_at(
    snapshot: Snapshot, part: Statement, place: Span, wanted: Selection = selection.DEFAULT
) -> dict[tuple[str, Span], tuple[Fix, ...]]:
    """The fixes of what touches `place` in a statement, by code and span, all in offsets of the
    document. For who waits: those of a whole statement may take seconds, a few take a moment."""
    if len(part.text) > LONGEST:
        return {}
    schema = snapshot.catalog_at(part)
    dialect, path = snapshot.script.dialect, snapshot.path
    near = place.shift(-part.start)
    around = surroundings.of(snapshot.script, part, path)
    found = list(problems.found(part, schema, dialect, path, near=near, around=around))
    if not any(one.code == "syntax-error" for one in found):
        seen = context.of(part, schema, dialect, path, around)
        found += checked.findings(seen, rulebook.found(seen, wanted), wanted, near)
    moved = (shifted(one, part.start) for one in found if one.fixes)
    return {(one.code, one.span): one.fixes for one in moved}


def types(
    snapshot: Snapshot,
    statement: Statement,
    judges: Judges,
    wanted: Selection = selection.DEFAULT,
) -> tuple[tuple[int, str], ...]:
    """The types of a statement's parameters as the engine infers them: an offset in the document
    and the type, such as `integer`. Costs nothing after `statement`."""
    found = _result(snapshot, statement, judges, wanted).types
    return tuple((offset + statement.start, text) for offset, text in found)


def _result(
    snapshot: Snapshot,
    part: Statement,
    judges: Judges | None,
    wanted: Selection,
    mending: str = _ALL,
) -> _Result:
    if len(part.text) > LONGEST:
        return _Result()
    schema = snapshot.catalog_at(part)
    judge = judges(schema) if judges is not None else None
    dialect, path = snapshot.script.dialect, snapshot.path
    around = surroundings.of(snapshot.script, part, path)
    key: _Key = (
        part.text,
        dialect.name,
        schema.version,
        path,
        wanted,
        judge.dialect if judge is not None else "",
        around,
        _ALL,
    )
    known = _known(key)
    if known is None and mending != _ALL:
        key = (*key[:-1], mending)
        known = _known(key)
    if known is not None:
        return known
    made = _diagnose(part, schema, dialect, path, wanted, judge, around, mending)
    # An engine that was too slow or not ready may have an answer the next time.
    if schema.version and made.settled:
        _CACHE[key] = made
        while len(_CACHE) > _MOST_CACHED:
            _CACHE.popitem(last=False)
    return made


def _speaks_another(part: Statement, dialect: Dialect) -> bool:
    """Is it no SQL of this dialect, but of another? A program may speak to more than one database."""
    wrong = parse.parse(part.masked, dialect).problem is not None
    return wrong and parse.valid_elsewhere(part.masked, dialect)


def _is_no_statement(part: Statement, dialect: Dialect, found: tuple[Diagnostic, ...]) -> bool:
    """Is it a piece of one, what a shell has printed, or text with gaps? Pages and programs hold
    such; a misspelt first word is none of these."""
    wrong = [one for one in found if one.code == "syntax-error"]
    tokens = lexer.code(part.masked, dialect)
    if not wrong or not tokens:
        return False
    if any(_is_gap(match, tokens) for match in _GAPS.finditer(part.masked)):
        return True
    first = tokens[0]
    corrected = any(
        edit.span == first.span for one in wrong for fix in one.fixes for edit in fix.edits
    )
    return not statement_parts.begins(first, dialect) and not corrected


def _is_gap(match: re.Match[str], tokens: Sequence[Token]) -> bool:
    """False for what stands in a string, and for two comparisons: `a <b AND c> d`."""
    span = Span(*match.span())
    if any(one.kind is Kind.STRING and one.span.overlaps(span) for one in tokens):
        return False
    before = next((one for one in reversed(tokens) if one.end <= span.start), None)
    if before is None or before.kind is Kind.OPERATOR or before.upper in BEFORE_OPERAND:
        return True
    return before.text in ("(", ",") or not _ALSO.search(match[0])


def _known(key: _Key) -> _Result | None:
    known = _CACHE.get(key)
    if known is not None:
        _CACHE.move_to_end(key)
    return known


def _diagnose(
    part: Statement,
    schema: catalog.Catalog,
    dialect: Dialect,
    path: str,
    wanted: Selection,
    judge: Judge | None,
    around: Surroundings,
    mending: str,
) -> _Result:
    if around.program and _speaks_another(part, dialect):
        return _Result()
    only_safe = mending == _SAFE
    # The engine is asked about the statement as fixed, whatever the fix.
    lean, bare = only_safe and judge is None, mending == _BARE and judge is None
    outcome = judged.Outcome(problems.found(part, schema, dialect, path, lean, bare, around=around))
    shown: tuple[tuple[int, str], ...] = ()
    if judge is not None:
        outcome = judged.merged(part, outcome.found, judge, schema, dialect)
        shown = inferred.hints(part, outcome.judgement, dialect, judge.dialect)
    found = list(outcome.found)
    if around.program and _is_no_statement(part, dialect, outcome.found):
        return _Result()
    # A text that does not parse is mended first; then rules have something to say.
    if not any(one.code == "syntax-error" for one in found):
        seen = context.of(part, schema, dialect, path, around)
        rules = rulebook.found(seen, wanted, only_safe)
        found += rules if mending == _BARE else checked.findings(seen, rules, wanted)
    kept = tuple(one for one in found if wanted.wants(one.code))
    return _Result(kept, shown, outcome.settled)
