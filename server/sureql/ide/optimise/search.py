"""Looks for faster forms of a statement: steps upon steps, the most promising form first.

Where an engine plans, its cost decides; else what the rewrites were measured to be worth does.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from sureql.ide.optimise import apply, rulebook
from sureql.ide.optimise.clock import Clock
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.ide.optimise.state import State, key
from sureql.ports.errors import PlanError
from sureql.ports.plan import Plan, Planner

DEEPEST = 4
MOST_STATES = 120
_MOST_STEPS = 8
"""So many places of one rewrite are tried singly, and so many one after the other."""
_CHEAP_ENOUGH = 0.7
"""A step that was measured to be slower on this engine is gone through only if its plan costs less
than this share: plans are not that exact."""
_AGAIN = 0.25
_HOPE = 0.8
"""What makes other rewrites possible is looked at as if it cost this share."""


@dataclass(slots=True)
class Search:
    """`states` yields each form once it has been found; `planner` None: nothing is planned;
    `to_be_run` as in `Means`."""

    rewrites: Mapping[str, Rewrite]
    planner: Planner | None
    clock: Clock
    to_be_run: bool = False
    seen: set[str] = field(default_factory=set)

    def states(self, root: State) -> Iterator[State]:
        """Every form that was found, `root` left out."""
        self.seen.add(key(root.context))
        waiting = [(0.0, 0, root)]
        found = 0
        while waiting:
            _, _, state = heapq.heappop(waiting)
            for child in self._children(state):
                found += 1
                yield child
                if found >= MOST_STATES:
                    return
                if child.depth < DEEPEST:
                    heapq.heappush(waiting, (_hope(child), found, child))
            if self.clock.over():
                return

    def _children(self, state: State) -> Iterator[State]:
        engine = state.context.dialect.name
        # What is worth most is tried first: the time may not be enough for all.
        ordered = sorted(self.rewrites.items(), key=lambda one: -rulebook.worth(one[1], engine))
        for name, rewrite in ordered:
            if rewrite.caller or not self._is_wanted(rewrite, engine):
                continue
            if self.clock.over():
                return
            steps = tuple(islice(rewrite.find(state.context), _MOST_STEPS))
            for step in steps:
                child = self._after(state, name, rewrite, step, state.depth + 1)
                if child is not None:
                    yield child
                if self.clock.over():
                    return
            if len(steps) > 1:
                yield from self._all_places(state, name, rewrite)

    def _is_wanted(self, rewrite: Rewrite, engine: str) -> bool:
        if rewrite.to_be_run and not self.to_be_run:
            return False
        return rewrite.enabling or self.planner is not None or rulebook.worth(rewrite, engine) > 1.0

    def _all_places(self, state: State, name: str, rewrite: Rewrite) -> Iterator[State]:
        """The form after the rewrite was done wherever it can be, each place after the other."""
        last = state
        for _ in range(_MOST_STEPS):
            for step in islice(rewrite.find(last.context), _MOST_STEPS):
                after = self._changed(last, name, rewrite, step, state.depth + 1)
                if after is not None:
                    break
            else:
                break
            last = after
            if self.clock.over():
                return
        if len(last.way()) > len(state.way()) + 1 and key(last.context) not in self.seen:
            self.seen.add(key(last.context))
            planned = self._planned(last)
            if planned is not None:
                yield planned

    def _after(
        self, state: State, name: str, rewrite: Rewrite, step: Step, depth: int
    ) -> State | None:
        after = self._changed(state, name, rewrite, step, depth)
        if after is None or key(after.context) in self.seen:
            return None
        self.seen.add(key(after.context))
        return self._planned(after)

    def _changed(
        self, state: State, name: str, rewrite: Rewrite, step: Step, depth: int
    ) -> State | None:
        context = apply.applied(state.context, step.edits)
        if context is None:
            return None
        worth = rulebook.worth(rewrite, context.dialect.name)
        # One more place of the same kind brings more, but never as much as the first.
        again = name in (known for known, _ in state.steps())
        gain = state.gain * (max(worth, 1.0) ** _AGAIN if again else worth)
        return State(context, state, name, step, depth, gain, enabling=rewrite.enabling)

    def _planned(self, state: State) -> State | None:
        """With its plan; None if the engine refuses it, or if it is known to be of no use."""
        before = state.before
        assert before is not None
        worth = rulebook.worth(self.rewrites[state.name], state.context.dialect.name)
        if self.planner is None:
            return state if worth >= 1.0 else None
        plan = planned(self.planner, state.text)
        if plan is None:
            return None
        made = State(
            state.context,
            before,
            state.name,
            state.step,
            state.depth,
            state.gain,
            plan,
            state.enabling,
        )
        if worth >= 1.0:
            return made
        first = next((one for one in reversed(before.way()) if one.name != state.name), state.root)
        cheap = made.cost is not None and first.cost is not None
        return made if cheap and made.cost <= first.cost * _CHEAP_ENOUGH else None  # type: ignore[operator]


def planned(planner: Planner, text: str) -> Plan | None:
    """The engine's plan, None if it has none for this text."""
    try:
        return planner.plan(text)
    except PlanError:
        return None


def _hope(state: State) -> float:
    """Small for what is worth looking at next."""
    expected = 1.0 / max(state.factor, 1e-9)
    return expected * (_HOPE if state.enabling else 1.0)
