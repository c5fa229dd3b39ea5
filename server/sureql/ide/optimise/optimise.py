"""One to three faster forms of a query, each as soon as there is evidence for it.

First a short search, and the most promising form is checked, so that somebody who waits sees
something soon. Then the search goes on, and what it finds that is better or simpler is checked in
its turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sureql.equivalence.model import Kind, Verdict
from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise import admission, apply, clock, proposals, rulebook, search
from sureql.ide.optimise.clock import Clock
from sureql.ide.optimise.evidence import Evidence
from sureql.ide.optimise.model import Candidate, Cost, Means
from sureql.ide.optimise.rewrite import Step
from sureql.ide.optimise.state import LEAST, MEASURED, State, planned_otherwise, rank

MOST_ADVICE = 2
FIRST_LOOK = 0.4
"""Seconds of search before the first form is checked."""
_FIRST_CHECK = 0.9
"""Seconds for each comparison of the first form, and later on for the others."""
_LATER_CHECK = 2.0
_SEARCH_SHARE = 0.4
"""This share of the time is for the search, the rest for evidence."""
_COMPARING = "Comparing the results of both forms on small databases"
_BEST = 2
_SIMPLER = 0.8
"""A form with fewer steps is worth showing beside a better one if it gains this share of it."""


def optimise(context: Context, means: Means) -> tuple[Candidate, ...]:
    """The candidates, best first, then advice that changes what the program has to send. Nothing is
    offered without evidence; () also if the statement is not one that can be optimised."""
    if admission.refusal(context) or means.seconds <= 0:
        return ()
    watch = clock.of(means.seconds, means.cancelled)
    plan = search.planned(means.planner, context.text) if means.planner is not None else None
    # An engine that has no number for the statement has none for its other forms.
    planner = means.planner if plan is not None and plan.cost is not None else None
    look = watch.part(means.seconds * _SEARCH_SHARE)
    seeker = search.Search(rulebook.REWRITES, planner, look, means.to_be_run)
    evidence = Evidence(means.executor, watch)
    run = _Run(means, watch, evidence)
    means.progress("Looking for faster forms", 0.0)
    states = seeker.states(State(context, plan=plan))
    run.gather(states, watch.part(min(FIRST_LOOK, means.seconds * _SEARCH_SHARE)))
    run.check(_FIRST_CHECK, 1)
    run.gather(states, look)
    run.check(_LATER_CHECK, means.most)
    means.progress("Done", 1.0)
    best = sorted(run.offered, key=lambda one: rank(one[0]))
    advice = [] if watch.cancelled() else list(islice(_advice(context), MOST_ADVICE))
    for one in advice:
        means.found(one)
    return (*(candidate for _, candidate in best), *advice)


def check_proposal(context: Context, sql: str, means: Means) -> Candidate | Verdict:
    """What somebody else, such as a model, proposes in place of the statement: a candidate if it
    stands the same checks as ours, else the verdict that says why not."""
    after = proposals.admitted(context, sql)
    if isinstance(after, str):
        return Verdict(Kind.INCONCLUSIVE, reason=after)
    cost = None
    if means.planner is not None:
        before = search.planned(means.planner, context.text)
        plan = search.planned(means.planner, after.text) if before is not None else None
        if before is not None and plan is None:
            return Verdict(Kind.INCONCLUSIVE, reason="The engine refuses it.")
        cost = Cost(before, plan) if before is not None and plan is not None else None
        if cost is not None and cost.factor is not None and cost.factor < LEAST:
            return Verdict(Kind.INCONCLUSIVE, reason="The engine expects no gain from it.")
    watch = clock.of(means.seconds, means.cancelled)
    means.progress(_COMPARING, 0.4)
    verdict = Evidence(means.executor, watch).between(context, after, means.seconds)
    if not verdict.same:
        return verdict
    edits = proposals.edits(context, after.text)
    proved = verdict.kind is Kind.PROVED
    return Candidate(("model",), proposals.TITLE, after.text, edits, verdict, (), proved, cost)


@dataclass(slots=True)
class _Run:
    """What was found so far for one statement, and what of it is offered."""

    means: Means
    watch: Clock
    evidence: Evidence
    promising: list[State] = field(default_factory=list)
    offered: list[tuple[State, Candidate]] = field(default_factory=list)
    refused: set[tuple[str, float]] = field(default_factory=set)

    def gather(self, states: Iterator[State], until: Clock) -> None:
        """Take forms from the search until the time for it is over."""
        for state in states:
            if state.worthwhile or (self.means.to_be_run and state.gain >= LEAST):
                self.promising.append(state)
            if until.over():
                return

    def check(self, seconds: float, wanted: int) -> None:
        """Offer the best forms that stand the comparison, until there are `wanted` of them."""
        tried = 0
        while len(self.offered) < wanted and not self.watch.over():
            state = self._next(seconds)
            if state is None:
                return
            tried += 1
            done = min(0.95, 0.4 + 0.1 * tried)
            self.means.progress(_COMPARING, done)
            verdict = self.evidence.of(state, seconds)
            self.refused.add((state.text, seconds))
            candidate = _candidate(state, verdict)
            if verdict.same:
                self.offered.append((state, candidate))
                self.means.found(candidate)
            elif verdict.kind is Kind.DIFFERENT:
                self.refused |= {(state.text, limit) for limit in (_FIRST_CHECK, _LATER_CHECK)}
                self.means.refuted(candidate)

    def _next(self, seconds: float) -> State | None:
        """The form to look at now: one with a step that nobody could confirm comes last."""
        doubtful = self.evidence.doubtful
        fresh = sorted(
            (one for one in self.promising if (one.text, seconds) not in self.refused),
            key=lambda one: (bool(_taken(one) & doubtful), rank(one)),
        )
        offered = [state for state, _ in self.offered]
        if self.means.to_be_run:
            return self._next_to_run(fresh, offered)
        for state in fresh:
            if not _is_padded(state, [*fresh, *offered]) and not _is_like_one(state, offered):
                return state
        return None

    def _next_to_run(self, fresh: list[State], offered: list[State]) -> State | None:
        """The same where each form will be run: two that look best, then those on which more was
        done, whatever their plans are thought to cost."""
        if len(offered) >= _BEST:
            fresh = sorted(fresh, key=lambda one: (-one.gain, rank(one)))
        for state in fresh:
            if all(planned_otherwise(state, one) or _taken(one) - _taken(state) for one in offered):
                return state
        return None


def _taken(state: State) -> frozenset[tuple[str, str]]:
    return frozenset((name, step.title) for name, step in state.steps())


def _is_padded(state: State, others: Iterable[State]) -> bool:
    """True if leaving out some of its steps would gain as much: the plan stays what it is, or gets
    dearer without any measurement that speaks for it."""
    own = _taken(state)
    return any(
        own > _taken(one)
        and not _was_measured(state, one)
        and state.factor < one.factor * LEAST
        and (state.factor > one.factor / LEAST or state.score < one.score)
        for one in others
    )


def _was_measured(state: State, less: State) -> bool:
    """True if the further steps change the plan, and each of them was measured to gain much."""
    names = {name for name, _ in _taken(state) - _taken(less)}
    engine = state.context.dialect.name
    gains = all(rulebook.worth(rulebook.REWRITES[name], engine) >= MEASURED for name in names)
    return gains and state.score > less.score and planned_otherwise(state, less)


def _is_like_one(state: State, others: Iterable[State]) -> bool:
    """True if one of the others has the same steps, or more of them and gains far more."""
    own = _taken(state)
    return any(
        own == _taken(one) or (own < _taken(one) and state.score < one.score * _SIMPLER)
        for one in others
    )


def _candidate(state: State, verdict: Verdict) -> Candidate:
    steps = list(state.steps())
    before, after = state.root.plan, state.plan
    return Candidate(
        rewrites=tuple(dict.fromkeys(name for name, _ in steps)),
        title=_title([step for _, step in steps]),
        sql=state.text,
        edits=state.edits(),
        verdict=verdict,
        preconditions=tuple(
            dict.fromkeys(step.precondition for _, step in steps if step.precondition)
        ),
        proved=state.proved or verdict.kind is Kind.PROVED,
        cost=Cost(before, after) if before is not None and after is not None else None,
        gain=state.gain,
    )


def _title(steps: list[Step]) -> str:
    titles = list(dict.fromkeys(step.title for step in steps))
    return "; then ".join([titles[0], *(title[:1].lower() + title[1:] for title in titles[1:])])


def _advice(context: Context) -> Iterator[Candidate]:
    """What would be faster if the program that sends the query were changed as well."""
    for name, rewrite in rulebook.REWRITES.items():
        if not rewrite.caller or rulebook.worth(rewrite, context.dialect.name) < 1.0:
            continue
        step = next(iter(rewrite.find(context)), None)
        after = apply.applied(context, step.edits) if step is not None else None
        if step is None or after is None:
            continue
        verdict = Verdict(
            Kind.INCONCLUSIVE, reason=f"It returns other rows by design. {rewrite.caller}"
        )
        yield Candidate(
            (name,),
            step.title,
            after.text,
            tuple(sorted(step.edits)),
            verdict,
            (step.precondition,) if step.precondition else (),
            gain=rulebook.worth(rewrite, context.dialect.name),
            caller=rewrite.caller,
        )
