"""A statement without its errors, as a model proposes it: checked, and as small edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sureql.assistant import extract, generate, permitted, whole
from sureql.assistant.generate import Means
from sureql.assistant.permitted import Reach
from sureql.assistant.whole import Bounds
from sureql.gate import check
from sureql.gate.model import Outcome, Suggestion
from sureql.ide.diagnostics import runner
from sureql.ide.model import Diagnostic
from sureql.ports.provider import Turn
from sureql.prompt import build
from sureql.prompt.model import Place, Problem
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import minimal
from sureql.syntax.script import Statement
from sureql.text.edits import TextEdit, apply_edits, moved
from sureql.text.span import Span

MOST_ROUNDS = 2
SYNTAX = "syntax-error"


@dataclass(frozen=True, slots=True)
class Mended:
    """Edits of the document, or a `message` that says why there are none."""

    edits: tuple[TextEdit, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """What is to be mended: `cause` in `part`, where `known` was wrong before."""

    place: Place
    part: Statement
    cause: Diagnostic
    known: Counter[tuple[str, str]]
    means: Means

    @property
    def snapshot(self) -> Snapshot:
        return self.place.snapshot


async def mended(
    place: Place,
    part: Statement,
    cause: Diagnostic,
    found: Sequence[Diagnostic],
    means: Means,
    path: str = "",
) -> Mended:
    """Take the error `cause` out of the statement `part`; `found` is all that is wrong with it.
    Offsets are the document's.

    Raises ModelError if the model gives no answer.
    """
    text = part.text
    known = Counter(_key(one, text, part.start) for one in found)
    known[_key(cause, text, part.start)] -= 1
    case = _Case(place, part, cause, known, means)
    told = (cause, *(one for one in found if one != cause and one.severity == "error"))
    problems = [Problem(one.span, one.code, one.message) for one in told[:6]]
    prompt = await build.fix(place, part.span, problems, means.limits, means.within, means.count)
    if prompt.withheld:
        return Mended(message=f"{prompt.withheld}.".replace("..", "."))
    ask, dialect = prompt.ask, place.snapshot.script.dialect
    wrong = ""
    for _ in range(MOST_ROUNDS):
        answer = await means.model.answer(ask, path)
        proposed = extract.statements(answer, dialect)
        if proposed.no_data:
            return Mended(message=generate.no_data(proposed.reason))
        candidate = next(iter(proposed.candidates), "")
        edits, faults = await _tried(candidate, case)
        if edits:
            return Mended(moved(edits, part.start))
        wrong = faults[0]
        seen = whole.Checked(candidate, None, faults, _advice(candidate, case))
        said = Turn("assistant", candidate or answer[: generate.LONGEST_WISH])
        ask = replace(ask, turns=(*ask.turns, said, Turn("user", generate.feedback(seen))))
    return Mended(message=f"No fix passed the checks: {generate.lowered(wrong)}")


async def _tried(candidate: str, case: _Case) -> tuple[tuple[TextEdit, ...], tuple[str, ...]]:
    """The edits that `candidate` comes to, or what is wrong with it."""
    dialect = case.snapshot.script.dialect
    sql = extract.without_comments(candidate, dialect).rstrip().rstrip(";").rstrip()
    if not sql:
        return (), ("There is no statement in the answer.",)
    schema = case.snapshot.catalog_at(case.part)
    if wrong := permitted.exceeds(sql, case.part.text, dialect):
        return (), (wrong,)
    if wrong := whole.unmentionable(sql, schema, _bounds(case), case.part.text):
        return (), (wrong,)
    edits = minimal.edits(case.part.text, sql, dialect)
    if not edits:
        return (), ("It is the statement as it was.",)
    after = _after(case, edits)
    if after is None:
        return (), ("It holds more than one statement.",)
    snapshot, part = after
    judges = case.means.judges_of(case.snapshot)
    faults = _new(runner.bare(snapshot, part, judges), part, case, part.start)
    if not faults and case.means.referee is not None:
        faults = _new(await case.means.referee(snapshot, part) or (), part, case, 0)
    if not faults and not +case.known:
        # Nothing was wrong beside the cause: then the gate sees a whole statement, or none.
        schema = snapshot.catalog_at(part)
        proposed = Suggestion(Span(0, 0), part.text, "user")
        verdict = check.check("", proposed, schema, dialect, judges(schema))
        if verdict.outcome is not Outcome.ACCEPTED:
            faults = (f"{verdict.reason[:1].upper()}{verdict.reason[1:]}.",)
    return ((), faults) if faults else (edits, ())


def _after(case: _Case, edits: tuple[TextEdit, ...]) -> tuple[Snapshot, Statement] | None:
    """The document and its statement with `edits`, None if it is no longer one statement."""
    old, start = case.snapshot, case.part.start
    new = apply_edits(case.part.text, edits)
    text = old.text[:start] + new + old.text[case.part.end :]
    parsed = old.script.edited(text, start, case.part.end, start + len(new))
    if len(parsed.statements) != len(old.script.statements):
        return None
    part = parsed.at(start)
    snapshot = Snapshot(old.uri, old.path, old.version, parsed, old.base)
    return (snapshot, part) if part.start == start else None


def _new(found: Sequence[Diagnostic], part: Statement, case: _Case, origin: int) -> tuple[str, ...]:
    """What is wrong that was not before, or still is."""
    left = Counter(case.known)
    wrong = []
    for one in found:
        # While the syntax was broken no rule was asked.
        milder = one.severity != "error" and case.cause.code == SYNTAX
        if one.severity not in ("error", "warning") or milder:
            continue
        key = _key(one, part.text, origin)
        if left[key] > 0:
            left[key] -= 1
        else:
            wrong.append(one.message)
    return tuple(wrong)


def _key(one: Diagnostic, text: str, origin: int) -> tuple[str, str]:
    return one.code, one.span.shift(-origin).of(text).lower()


def _bounds(case: _Case) -> Bounds:
    place = case.place
    return Bounds(place.snapshot, case.part.start, (), Reach.READ, place.hidden)


def _advice(candidate: str, case: _Case) -> tuple[str, ...]:
    schema = case.snapshot.catalog_at(case.part)
    return whole.advice(candidate, schema, _bounds(case))
