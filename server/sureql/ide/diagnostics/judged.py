"""Our problems of a statement and an engine's opinion of it, merged: the engine has the last word.

An engine stops at its first error. So what it found is repaired virtually and the engine is asked
again, until it accepts the text. What is reported stands at its place in the text as written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import problems
from sureql.ide.diagnostics.engine_messages import duckdb, postgres, sqlite
from sureql.ide.diagnostics.engine_messages.reading import Reading
from sureql.ide.diagnostics.verdicts import (
    asked,
    grammar,
    matching,
    patched,
    placing,
    repairs,
    suggestions,
    units,
)
from sureql.ide.diagnostics.verdicts.asked import Asked
from sureql.ide.diagnostics.verdicts.patched import Patched
from sureql.ide.diagnostics.verdicts.placing import Place
from sureql.ide.diagnostics.verdicts.repairs import Repair
from sureql.ide.diagnostics.verdicts.units import Text
from sureql.ide.model import Diagnostic, Fix
from sureql.ports.judge import Judge, Judgement, Ruling
from sureql.syntax import templates
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.text.edits import TextEdit
from sureql.text.span import Span

MOST_ROUNDS = 10
MOST_ASKED = 150
LONGEST = 0.25
"""Seconds after which no further repair is tried."""

_READERS: dict[str, Callable[[Judgement], Reading]] = {
    "postgres": postgres.read,
    "duckdb": duckdb.read,
    "sqlite": sqlite.read,
}
# These are wrong because of what stands beside them as well, so a repair beside them may be to blame.
_BY_NEIGHBOURS = frozenset(
    (
        "type-mismatch",
        "unknown-function",
        "ambiguous-function",
        "wrong-arguments",
        "subquery-columns",
        "set-operation-arity",
        "position-out-of-range",
        "distinct-order",
        "refused",
        "unknown-value",
    )
)
_NEAR = 60  # Characters: some ten words.
_SETS = ("UNION", "INTERSECT", "EXCEPT")
_OF_NAMES = frozenset(("unknown-column", "unknown-alias", "ambiguous-column"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """`found` in offsets of the statement. `settled` is False if the engine had no answer at some
    point, so that asking again may bring another result. `judgement` is the first one."""

    found: tuple[Diagnostic, ...]
    settled: bool = True
    judgement: Judgement | None = None


def merged(
    statement: Statement,
    ours: tuple[Diagnostic, ...],
    judge: Judge,
    schema: catalog.Catalog,
    dialect: Dialect,
) -> Outcome:
    """`ours` (syntax and names) as the engine sees them, and what only the engine sees."""
    read = _READERS.get(judge.dialect)
    asks, first = _asked(statement, ours, dialect, judge.dialect)
    if asks is None or read is None:
        return Outcome(ours)
    outside = [one for one in ours if one is first or not asks.holds(one.span)]
    run = _Run(statement, asks, judge, schema, dialect, read, asks.patched)
    run.mended = first is not None
    run.pending = [one for one in ours if one not in outside]
    judgement = run.through()
    found = (*outside, *run.kept(), *run.found)
    ordered = tuple(sorted(found, key=lambda one: (one.span, one.code)))
    return Outcome(ordered, not run.unanswered, judgement)


def _asked(
    statement: Statement, ours: tuple[Diagnostic, ...], dialect: Dialect, engine: str
) -> tuple[Asked | None, Diagnostic | None]:
    """What to ask, and the misspelt first word that had to be corrected for it."""
    asks = asked.of(statement, dialect, engine)
    if asks is not None:
        return asks, None
    for one in ours:
        start = one.span.of(statement.text)
        if one.code == "syntax-error" and one.fixes and statement.text.lstrip().startswith(start):
            return asked.corrected(statement, one.fixes[0].edits, dialect, engine), one
    return None, None


@dataclass(frozen=True, slots=True)
class _Cause:
    """A refusal: what it says, where, and the expression around that (offsets of the asked text)."""

    reading: Reading
    judgement: Judgement
    text: Text
    place: Place | None
    near: Span | None


@dataclass(slots=True)
class _Run:
    """One statement before the engine."""

    statement: Statement
    asks: Asked
    judge: Judge
    schema: catalog.Catalog
    dialect: Dialect
    read: Callable[[Judgement], Reading]
    patched: Patched
    pending: list[Diagnostic] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    of_engine: Diagnostic | None = None  # The last one that only the engine sees.
    # Places of the original that no longer hold what was meant, and sources without columns.
    blurred: list[Span] = field(default_factory=list)
    guessed: list[Span] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    ungrouped: bool = False
    mended: bool = False
    accepted: bool = False
    unanswered: bool = False
    asked: int = 0
    until: float = 0.0

    def through(self) -> Judgement:
        """Asks and repairs until the engine accepts the text or nothing helps."""
        self.until = time.monotonic() + LONGEST
        answer = first = self._ask(self.patched)
        for _ in range(MOST_ROUNDS):
            if answer.ruling is not Ruling.REFUSED:
                break
            following = self._step(self._cause(answer, self.patched))
            if following is None:
                break
            answer = following
        self.accepted = answer.ruling is Ruling.ACCEPTED
        self.unanswered |= answer.ruling is Ruling.UNJUDGED
        return first

    def kept(self) -> Iterator[Diagnostic]:
        """Our own problems that the engine did not speak of, unless it refuted them."""
        for one in self.pending:
            hidden = any(span.overlaps(one.span) for span in self.blurred)
            if one.severity != "error" or not self.accepted or hidden:
                yield one

    def _ask(self, text: Patched) -> Judgement:
        self.asked += 1
        return self.judge.judge(self.asks.sent(text.text))

    def _tired(self) -> bool:
        return self.asked >= MOST_ASKED or time.monotonic() > self.until

    def _cause(self, judgement: Judgement, text: Patched) -> _Cause:
        reading = self.read(judgement)
        found = units.of(text.text, self.dialect)
        offset = judgement.offset
        if offset is not None:
            offset = min(max(offset, 0) + self.asks.head, len(text.text) - self.asks.tail)
        place = placing.place(reading, offset, found)
        near = None
        if place is not None and (schema := self._schema_of(reading, place, found)) is not None:
            place = schema
            message = f"No schema `{schema.span.of(text.text)}`."
            reading = Reading("unknown-schema", message, schema.span.of(text.text))
        if place is not None:
            first, last = units.item(found, place.index)
            near = found.span(min(first, place.index), max(last, place.index))
        return _Cause(reading, judgement, found, place, near)

    def _schema_of(self, reading: Reading, place: Place, found: Text) -> Place | None:
        return placing.of_schema(reading, place, found, self.schema.schemas)

    def _step(self, cause: _Cause) -> Judgement | None:
        """Reports the cause unless a repair of ours is to blame; the answer after its repair."""
        if not cause.reading.syntax and not self.mended:
            # The engine got beyond the grammar.
            self.pending = [
                one for one in self.pending if one.code != "syntax-error" or self._means(one, cause)
            ]
        known = None if self._is_ours(cause) else self._reported(cause)
        if cause.place is None and known is None:
            return None
        best: tuple[int, Repair, Patched, Judgement] | None = None
        for repair in self._repairs(cause, known):
            if self._tired():
                break
            trial = self.patched.changed(
                TextEdit(self.patched.back(edit.span), edit.new_text) for edit in repair.edits
            )
            if trial is None:
                continue
            answer = self._ask(trial)
            if answer.ruling is Ruling.UNJUDGED:
                self.unanswered = True
                continue
            if answer.ruling is Ruling.REFUSED and self._follows(cause, answer, trial, repair):
                continue
            rank = self._rank(cause, answer, trial)
            if best is None or rank > best[0]:
                best = rank, repair, trial, answer
            if not cause.reading.syntax or repair.sure or answer.ruling is Ruling.ACCEPTED:
                break
        if best is None:
            return None
        _, repair, trial, answer = best
        self._adopt(cause, repair, trial, known)
        return answer

    def _rank(self, cause: _Cause, answer: Judgement, trial: Patched) -> int:
        """How far a repair of the grammar brings the engine."""
        if answer.ruling is Ruling.ACCEPTED:
            return len(trial.text) + 2
        after = self._cause(answer, trial)
        if not after.reading.syntax:
            return len(trial.text) + 1
        return trial.back(after.place.span).start if after.place is not None else 0

    def _is_ours(self, cause: _Cause) -> bool:
        """True if the engine stumbles over one of our repairs, or over how parameters are written."""
        if cause.reading.parameters:
            return True
        if cause.place is None:
            return False
        origin = self.patched.back(cause.place.span)
        if any(one.overlaps(origin) or one == origin for one in self.asks.parameters):
            return cause.reading.syntax or cause.reading.code == "refused"
        if any(one.overlaps(origin) or one == origin for one in self.blurred):
            return True
        if cause.reading.syntax and any(_is_near(one, origin) for one in self.guessed):
            return True
        if any(one.span == origin for one in self.found):
            return True
        if cause.reading.code in _BY_NEIGHBOURS and cause.near is not None:
            near = self.patched.back(cause.near)
            if any(one.overlaps(near) for one in self.blurred):
                return True
            if self.lost and self._names_lost(cause):
                return True
            if cause.reading.message.startswith(_SETS) and self.blurred:
                return True
        if cause.reading.code == "not-grouped" and self.ungrouped:
            return True
        return bool(self.lost) and cause.reading.code in _OF_NAMES and self._is_lost(cause)

    def _names_lost(self, cause: _Cause) -> bool:
        """True if a column of a source that stands in for another is in the expression."""
        if cause.near is None:
            return False
        return any(
            cause.text.is_name(index)
            and (
                cause.text.upper(index + 1) not in ("(", ".")
                or self.dialect.normalize(cause.text.tokens[index].text).lower() in self.lost
            )
            and cause.text.upper(index - 1) not in (".", "::")
            for index in cause.text.inside(cause.near)
        )

    def _is_lost(self, cause: _Cause) -> bool:
        if cause.place is None:
            return False
        first, last = units.name(cause.text, cause.place.index)
        if first == last or "" in self.lost:
            return True
        return self.dialect.normalize(cause.text.tokens[first].text).lower() in self.lost

    def _reported(self, cause: _Cause) -> Diagnostic:
        """The diagnostic of a cause: our own if we know it, else one of the engine's."""
        span = None if cause.place is None else self.patched.back(cause.place.span)
        near = None if cause.near is None else self.patched.back(cause.near)
        mine = self._same(cause.reading, span, near, self.pending)
        if mine is None and self.patched.edits != self.asks.patched.edits:
            mine = self._same(cause.reading, span, near, self._behind())
        if mine is not None:
            self.pending = [one for one in self.pending if one.span != mine.span]
            severity = self._severity(cause.reading)
            made = replace(mine, severity=severity)
        else:
            made = self.of_engine = self._of_engine(cause)
            if made.code == "unknown-schema":
                # A table is not also missing in a schema that is not there.
                self.pending = [one for one in self.pending if one.span.start != made.span.end + 1]
        self.found.append(made)
        return made

    def _means(self, one: Diagnostic, cause: _Cause) -> bool:
        span = None if cause.place is None else self.patched.back(cause.place.span)
        return span is not None and span.overlaps(one.span)

    def _same(
        self, reading: Reading, span: Span | None, near: Span | None, ours: list[Diagnostic]
    ) -> Diagnostic | None:
        text = self.statement.text
        return matching.same(reading, span, near, ours, text, self.dialect)

    def _behind(self) -> list[Diagnostic]:
        """What we find in the text as it is repaired, at its place in the original."""
        masked, holes = templates.mask(self.patched.text, self.dialect)
        part = replace(self.statement, text=self.patched.text, masked=masked, holes=holes)
        return [
            moved
            for one in problems.found(part, self.schema, self.dialect)
            if not (self.lost and one.code in _OF_NAMES)
            and (moved := _moved(one, self.patched)) is not None
        ]

    def _severity(self, reading: Reading) -> str:
        return "warning" if self.asks.stored and not reading.syntax else "error"

    def _of_engine(self, cause: _Cause) -> Diagnostic:
        reading, place = cause.reading, cause.place
        if place is None:
            token = cause.text.tokens[cause.text.at(self.asks.head)]
            span = self.patched.back(token.span)
        else:
            span = self.patched.back(place.span)
        if not len(span):
            span = _widened(span, self.statement.text)
        severity = self._severity(reading)
        fixes: tuple[Fix, ...] = ()
        if place is not None and not self.patched.replaced(place.span):
            fixes = suggestions.fixes(
                reading, cause.judgement.hint, place.span, span, cause.text, self.schema
            )
        return Diagnostic(span, reading.code, reading.message, severity, fixes)

    def _repairs(self, cause: _Cause, known: Diagnostic | None) -> Iterator[Repair]:
        if known is not None:
            for edits, sure in repairs.of_fixes(known, self.statement.text):
                if all(self.asks.holds(edit.span) for edit in edits):
                    forth = [
                        TextEdit(self.patched.forth(edit.span), edit.new_text) for edit in edits
                    ]
                    lost = self._qualifier(cause) if known.code == "unknown-table" else ()
                    yield Repair(tuple(forth), sure, () if sure else lost)
        if cause.place is None:
            return
        if cause.reading.parameters:
            yield from self._of_parameters()
        if self._at_parameter(cause):
            yield from self._literals(cause)
        if cause.reading.syntax:
            yield from grammar.repairs(cause.text, cause.place.index)
        else:
            yield from repairs.of(cause.reading, cause.place, cause.text, self.schema)

    def _qualifier(self, cause: _Cause) -> tuple[str, ...]:
        if cause.place is None:
            return ()
        name = self.dialect.normalize(cause.text.tokens[cause.place.index].text)
        return (name.lower(),)

    def _follows(self, cause: _Cause, answer: Judgement, trial: Patched, repair: Repair) -> bool:
        """True if what the engine says after a repair comes from the repair, or is the same."""
        after = self._cause(answer, trial)
        if after.reading.syntax and not cause.reading.syntax:
            return True
        if after.place is None or cause.place is None:
            return answer.message == cause.judgement.message
        here = trial.back(after.place.span)
        before = self.patched.back(cause.place.span)
        if cause.reading.syntax and after.reading.syntax:
            return here.start <= before.start
        if here == before and after.reading.code == cause.reading.code:
            return True
        changed = [self.patched.back(edit.span) for edit in repair.edits]
        if cause.reading.syntax and not repair.sure:
            # A guess about the grammar: what stands beside it may be misread.
            changed = [_with_neighbours(one, self.statement.text) for one in changed]
        if any(one.overlaps(here) or (one.touches(here.start) and not len(one)) for one in changed):
            return not repair.sure
        if repair.sure:
            return False
        if after.reading.code == "not-grouped" and repairs.is_grouping(cause.text, repair):
            return True
        if after.reading.code in _BY_NEIGHBOURS and after.near is not None:
            near = trial.back(after.near)
            return any(one.overlaps(near) for one in changed)
        return False

    def _adopt(
        self, cause: _Cause, repair: Repair, trial: Patched, known: Diagnostic | None
    ) -> None:
        changed = [self.patched.back(edit.span) for edit in repair.edits]
        if not repair.sure:
            self.blurred += changed
            if cause.reading.syntax:
                self.guessed += changed
        self.lost.update(repair.lost)
        self.mended |= cause.reading.syntax
        self.ungrouped |= not repair.sure and repairs.is_grouping(cause.text, repair)
        if known is not None and known is self.of_engine and repair.what:
            span, message, title = repair.what
            origin = [
                TextEdit(self.patched.back(edit.span), edit.new_text) for edit in repair.edits
            ]
            self.found.remove(known)
            fix = Fix(title, tuple(origin), "unsafe", preferred=True)
            self.found.append(
                replace(known, span=self.patched.back(span), message=message, fixes=(fix,))
            )
        self.patched = trial

    def _at_parameter(self, cause: _Cause) -> bool:
        if cause.place is None:
            return False
        before = cause.text.tokens[max(cause.place.index - 1, 0)].span
        spans = [self.patched.back(one) for one in (cause.place.span, before)]
        return any(one == span for one in self.asks.parameters for span in spans)

    def _literals(self, cause: _Cause) -> Iterator[Repair]:
        """Text that a driver may put where the engine takes no parameter."""
        if cause.place is None:
            return
        for index in (cause.place.index, cause.place.index - 1):
            span = cause.text.tokens[index].span
            if index >= 0 and self.patched.back(span) in self.asks.parameters:
                for text in ("NULL", "'1'", "1", "(NULL)"):
                    yield Repair((TextEdit(span, text),))

    def _of_parameters(self) -> Iterator[Repair]:
        """No parameter whose type the engine can't tell."""
        tokens = units.of(self.patched.text, self.dialect).tokens
        found = [one.span for one in tokens if one.text[:1] in "$?:@" and len(one.text) > 1]
        for span in found:
            yield Repair((TextEdit(span, "NULL"),))
        if found:
            yield Repair(tuple(TextEdit(span, "NULL") for span in found))


def _moved(found: Diagnostic, text: Patched) -> Diagnostic | None:
    """`found` in the original's offsets, None if a replacement touches it."""
    fixes = [
        Fix(
            fix.title,
            tuple(TextEdit(text.back(edit.span), edit.new_text) for edit in fix.edits),
            fix.applicability,
            fix.preferred,
        )
        for fix in found.fixes
        if not any(text.replaced(edit.span) for edit in fix.edits)
    ]
    if text.replaced(found.span):
        return None
    related = tuple((text.back(span), note) for span, note in found.related)
    return replace(found, span=text.back(found.span), fixes=tuple(fixes), related=related)


def _is_near(one: Span, other: Span) -> bool:
    """True if a second error of grammar may come from the first."""
    return one.start - _NEAR <= other.start <= one.end + _NEAR


def _with_neighbours(span: Span, text: str) -> Span:
    """`span` and the first characters of what stands before and behind it."""
    start, end = len(text[: span.start].rstrip()), len(text) - len(text[span.end :].lstrip())
    return Span(max(0, start - 1), min(len(text), end + 1))


def _widened(span: Span, text: str) -> Span:
    """A span of at least one character where the text has one."""
    if span.end < len(text):
        return Span(span.start, span.start + 1)
    return Span(max(0, span.start - 1), span.start)


__all__ = ["LONGEST", "MOST_ASKED", "MOST_ROUNDS", "Outcome", "merged", "patched"]
