"""What speaks for a rewritten statement returning the same rows: a proof, or databases.

A form is offered if each of its steps is proved, or if running it beside the statement as written
shows no difference, for each unproved step and for all of them together. A difference ends it.
Where running them shows nothing, only proofs count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sureql.equivalence import compare
from sureql.equivalence import model as equivalence
from sureql.equivalence.model import Kind, OpenExecutor, Question, Verdict
from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise.clock import Clock
from sureql.ide.optimise.state import State

GUARD = 0.5
"""Seconds of running what is proved already: the proof rests on a rule that we wrote."""

_BY_STEPS = "Each step returns the same rows on every database that the schema allows."


@dataclass(slots=True)
class Evidence:
    """Asks each question once, or again with more time. `tried` is told the number of databases."""

    executor: OpenExecutor | None
    clock: Clock
    tried: Callable[[int], object] = int
    answers: dict[tuple[str, str], tuple[float, Verdict]] = field(default_factory=dict)
    doubtful: set[tuple[str, str]] = field(default_factory=set)
    """Steps (rewrite, title) for which there is no evidence: forms with them are looked at last."""

    def of(self, state: State, seconds: float) -> Verdict:
        """The verdict on all steps together. It is `inconclusive` for what may not be offered."""
        for one in state.way():
            assert one.before is not None and one.step is not None
            if one.step.proved:
                continue
            verdict = self.between(one.before.context, one.context, seconds)
            if not verdict.same:
                self.doubtful.add((one.name, one.step.title))
                return verdict
        allowed = min(seconds, GUARD) if state.proved else seconds
        whole = self.between(state.root.context, state.context, allowed)
        if whole.kind is Kind.DIFFERENT or not state.proved:
            return whole
        # Several proofs make one, whatever the databases could show.
        if whole.kind is Kind.PROVED:
            return whole
        return replace(whole, kind=Kind.PROVED, reason=_BY_STEPS)

    def between(self, first: Context, second: Context, seconds: float) -> Verdict:
        """The verdict on two statements, after at most so many seconds."""
        key = first.text, second.text
        known = self.answers.get(key)
        if known is not None and (known[0] >= seconds or known[1].kind is not Kind.INCONCLUSIVE):
            return known[1]
        allowed = min(seconds, self.clock.left)
        question = Question(
            first.text, second.text, first.schema, first.dialect.name, seconds=allowed
        )
        means = equivalence.Means(self.executor, self.clock.cancelled, self.tried)
        verdict = compare.compare(question, means)
        self.answers[key] = allowed, verdict
        return verdict
