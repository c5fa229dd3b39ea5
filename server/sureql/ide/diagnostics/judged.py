"""Our problems of a statement and an engine's opinion of it, merged: the engine has the last word.

An engine stops at its first error. So what it found is repaired virtually and the engine is asked
again, until it accepts the text. What is reported stands at its place in the text as written.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.verdicts import (
    asked,
    blame,
    causes,
    grammar,
    matching,
    parameters,
    repairs,
    telling,
)
from sureql.ide.diagnostics.verdicts.asked import Asked
from sureql.ide.diagnostics.verdicts.blame import Repaired
from sureql.ide.diagnostics.verdicts.causes import Cause, Question
from sureql.ide.diagnostics.verdicts.patched import Patched
from sureql.ide.diagnostics.verdicts.repairs import Repair
from sureql.ide.model import Diagnostic, Fix
from sureql.ports.judge import Judge, Judgement, Ruling
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.text.edits import TextEdit

MOST_ROUNDS = 16
MOST_ASKED = 100
LONGEST = 0.15
"""Seconds of work after which no further repair is tried."""

PATIENCE = 0.6
"""Seconds after which none is tried even if they were spent on waiting for the engine."""

# PostgreSQL finds these when it plans, which a judge never lets it do.
_LATER = {"postgres": frozenset({"no-unique-key"})}

# What PostgreSQL's grammar makes operators of.
_OPERATOR = frozenset("+-*/<>=~!@#%^&|`?")

_ACCEPTED, _PARSED = 1_000_000_001, 1_000_000_000  # Further than any place in a text.


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
    asks, first = _asked(statement, ours, dialect, judge.dialect)
    if asks is None or judge.dialect not in causes.READERS:
        return Outcome(ours)
    outside = [one for one in ours if one is first or not asks.holds(one.span)]
    question = Question(asks, judge.dialect, schema, dialect)
    run = _Run(statement, judge, question, asks.patched, Repaired(asks, mended=first is not None))
    run.pending = [one for one in ours if one not in outside]
    judgement = run.through()
    # One place may be complained of twice: by us, or what was corrected to ask at all by the engine.
    told = {(one.span, one.code): one for one in (*run.found, *run.kept(), *outside)}
    ordered = tuple(told[place] for place in sorted(told))
    return Outcome(ordered, not run.unanswered, judgement)


def _asked(
    statement: Statement, ours: tuple[Diagnostic, ...], dialect: Dialect, engine: str
) -> tuple[Asked | None, Diagnostic | None]:
    """What to ask, and the misspelt first word or the open quote that had to be corrected for it."""
    asks = asked.of(statement, dialect, engine)
    tokens = lexer.code(statement.text, dialect)
    if not tokens or (asks is not None and tokens[-1].closed):
        return asks, None
    place = tokens[0 if asks is None else -1].span
    for one in ours:
        if one.code == "syntax-error" and one.fixes and one.span.overlaps(place):
            return asked.corrected(statement, one.fixes[0].edits, dialect, engine), one
    return asks, None


@dataclass(slots=True)
class _Run:
    """One statement before the engine. `pending` are our own problems that it has not yet spoken
    of, `found` those that it has, and its own."""

    statement: Statement
    judge: Judge
    question: Question
    patched: Patched
    repaired: Repaired
    pending: list[Diagnostic] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    accepted: bool = False
    unanswered: bool = False
    asked: int = 0
    worked: float = 0.0
    until: float = 0.0

    def through(self) -> Judgement:
        """Asks and repairs until the engine accepts the text or nothing helps."""
        # A busy machine is no reason to find less, but nobody waits for ever.
        self.worked = time.thread_time() + LONGEST
        self.until = time.monotonic() + PATIENCE
        answer = first = self._ask(self.patched)
        for _ in range(MOST_ROUNDS):
            if not causes.says(answer, self.question.engine) or self._tired():
                break
            following = self._step(causes.of(answer, self.patched, self.question))
            if following is None:
                break
            answer = following
        self.accepted = answer.ruling is Ruling.ACCEPTED
        if not causes.says(answer, self.question.engine):
            self.unanswered |= causes.may_change(answer)
        return first

    def kept(self) -> Iterator[Diagnostic]:
        """Our own problems that the engine did not speak of, unless it refuted them."""
        for one in self.pending:
            hidden = any(span.overlaps(one.span) for span in self.repaired.blurred)
            hidden = hidden and not self.repaired.hides(one.code)
            later = one.code in _LATER.get(self.question.engine, ())
            refutable = one.severity == "error" or one.code == "unknown-function"
            if not refutable or not self.accepted or hidden or later:
                yield one

    def _ask(self, text: Patched) -> Judgement:
        self.asked += 1
        return self.judge.judge(self.question.asks.sent(text.text))

    def _tired(self) -> bool:
        late = time.thread_time() > self.worked or time.monotonic() > self.until
        return late or self.asked >= MOST_ASKED

    def _step(self, cause: Cause) -> Judgement | None:
        """Reports the cause unless a repair of ours is to blame; the answer after its repair."""
        if not cause.reading.syntax and not self.repaired.mended:
            # The engine got beyond the grammar.
            self.pending = [
                one
                for one in self.pending
                if one.code != "syntax-error" or _means(one, cause) or self._is_operator(one)
            ]
        told = any(one.span == cause.origin for one in self.found)
        known = new = None
        if cause.judgement.ruling is Ruling.UNJUDGED and not cause.reading.parameters:
            # The schema may be to blame: what we think of this place stays as it is.
            self.repaired.set_aside(cause, self.patched)
        elif not told and self.repaired.caused(cause):
            if self.repaired.guesses:
                self._drop_within(cause)
        elif not told:
            known = self._ours(cause)
            if known is None:
                known = new = self._of_engine(cause)
            elif cause.place is None or not cause.place.sure:
                cause = causes.at(cause, self.patched.forth(known.span))
            self.found.append(known)
        best = self._best(cause, known)
        if best is None:
            return None
        repair, trial, answer = best
        if new is not None and repair.what is not None:
            self._told_better(new, repair)
        self.repaired.add(cause, repair, self.patched)
        self.patched = trial
        return answer

    def _is_operator(self, one: Diagnostic) -> bool:
        """True for `==`, `=<` and the like where the grammar takes any operator: whether there is
        such a one is only asked when all names are known."""
        written = one.span.of(self.statement.text).strip()
        return (
            self.question.engine == "postgres" and bool(written) and _OPERATOR.issuperset(written)
        )

    def _best(
        self, cause: Cause, known: Diagnostic | None
    ) -> tuple[Repair, Patched, Judgement] | None:
        """The first repair that takes the cause away; of the grammar, the one that helps most."""
        best: tuple[Repair, Patched, Judgement] | None = None
        highest, silent = -1, False
        for repair in self._repairs(cause, known):
            if self._tired():
                break
            trial = self.patched.changed(self._back(repair))
            if trial is None:
                continue
            answer = self._ask(trial)
            rank = _ACCEPTED
            if answer.ruling is not Ruling.ACCEPTED:
                if not causes.says(answer, self.question.engine):
                    silent |= causes.may_change(answer)
                    continue
                after = causes.of(answer, trial, self.question)
                if blame.follows(cause, after, repair, self.patched):
                    if known is not None and blame.unchanged(cause, after):
                        known = self._without(known, repair.fix)
                    continue
                rank = _rank(after)
            if rank > highest:
                best, highest = (repair, trial, answer), rank
            likely = repair.likely and rank >= _PARSED
            if not cause.reading.syntax or repair.sure or likely or rank == _ACCEPTED:
                break
        self.unanswered |= best is None and silent
        return best

    def _without(self, known: Diagnostic, fix: Fix | None) -> Diagnostic:
        """`known` without a fix that does not help, in the engine's eyes."""
        if fix is None or known not in self.found:
            return known
        rest = tuple(one for one in known.fixes if one is not fix)
        index = self.found.index(known)
        self.found[index] = replace(known, fixes=rest)
        return self.found[index]

    def _back(self, repair: Repair) -> list[TextEdit]:
        return [TextEdit(self.patched.back(edit.span), edit.new_text) for edit in repair.edits]

    def _ours(self, cause: Cause) -> Diagnostic | None:
        """Our own problem with the same cause, no longer pending."""
        mine = self._same(cause, self.pending)
        edited = self.patched.edits != self.question.asks.patched.edits
        if mine is None and edited and not self._tired():
            seen = telling.behind(self.statement, self.patched, self.question)
            if self.repaired.lost:
                seen = [one for one in seen if one.code not in blame.OF_NAMES]
            mine = self._same(cause, seen)
        if mine is None:
            return None
        self._drop_within(cause)
        self.pending = [one for one in self.pending if one.span != mine.span]
        return replace(mine, severity=self._severity(cause))

    def _drop_within(self, cause: Cause) -> None:
        """What else we say of the same name has the same cause."""
        place, named = cause.place, cause.named
        if place is None or named is None or self.patched.replaced(place.span):
            return
        if not cause.reading.syntax:
            self.pending = [one for one in self.pending if not named.covers(one.span)]

    def _same(self, cause: Cause, ours: list[Diagnostic]) -> Diagnostic | None:
        return matching.same(
            cause.reading,
            cause.origin,
            cause.around,
            cause.named,
            cause.place is None or cause.place.sure,
            ours,
            self.statement.text,
            self.question.dialect,
        )

    def _of_engine(self, cause: Cause) -> Diagnostic:
        made = telling.of_engine(cause, self.statement, self.patched, self.question)
        if made.code == "unknown-schema":
            # A table is not also missing in a schema that is not there.
            self.pending = [one for one in self.pending if one.span.start != made.span.end + 1]
        return replace(made, severity=self._severity(cause))

    def _severity(self, cause: Cause) -> str:
        return "warning" if self.question.asks.stored and not cause.reading.syntax else "error"

    def _repairs(self, cause: Cause, known: Diagnostic | None) -> Iterator[Repair]:
        if known is not None:
            for fix, sure in repairs.of_fixes(known, self.statement.text):
                if all(self.question.asks.holds(edit.span) for edit in fix.edits):
                    forth = tuple(
                        TextEdit(self.patched.forth(edit.span), edit.new_text) for edit in fix.edits
                    )
                    lost = repairs.lost_by(known.code, cause.place, cause.text)
                    yield Repair(forth, sure, () if sure else lost, fix=fix)
        yield from parameters.repairs(cause, self.patched, self.question.asks)
        if cause.place is None:
            return
        if cause.reading.syntax:
            yield from grammar.repairs(cause.text, cause.place.index)
        else:
            yield from repairs.of(cause.reading, cause.place, cause.text, self.question.schema)

    def _told_better(self, new: Diagnostic, repair: Repair) -> None:
        """A repair of the grammar that helps says better what is wrong than the parser does."""
        if repair.what is None:
            return
        span, message, title = repair.what
        edits = tuple(_spaced(edit, self.statement.text) for edit in self._back(repair))
        fix = Fix(title, edits, "unsafe", preferred=True)
        if new not in self.found:
            return
        self.found.remove(new)
        self.found.append(replace(new, span=self.patched.back(span), message=message, fixes=(fix,)))


def _rank(after: Cause) -> int:
    """How far a repair of the grammar brings the engine."""
    if not after.reading.syntax:
        return _PARSED
    return after.origin.start if after.origin is not None else 0


def _spaced(edit: TextEdit, text: str) -> TextEdit:
    """`edit` without the blanks that stand around its place already."""
    written = edit.new_text
    if edit.span.start == 0 or text[edit.span.start - 1].isspace():
        written = written.lstrip()
    if text[edit.span.end : edit.span.end + 1].isspace():
        written = written.rstrip()
    return TextEdit(edit.span, written)


def _means(one: Diagnostic, cause: Cause) -> bool:
    return cause.origin is not None and cause.origin.overlaps(one.span)
