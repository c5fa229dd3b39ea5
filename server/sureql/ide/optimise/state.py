"""One form of a statement that the search has come to, and the steps that led there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise import composed
from sureql.ide.optimise.rewrite import Step
from sureql.ports.plan import Node, Plan
from sureql.syntax import lexer
from sureql.text.edits import TextEdit

LEAST = 1.05
"""What gets so many times faster at least is offered: less is within what planners and clocks miss."""

UNMEASURED = 1.25
"""What no rewrite on the way was measured to gain must be so many times cheaper by its plan."""
MEASURED = 2.0
"""What was measured to gain so much counts where the plan changes and its cost does not."""
_NO_DEARER = 0.97
_MOST_WORTH = 5.0
"""How far what was measured elsewhere counts beside a plan of the statement itself."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """`step` of the rewrite `name` made it of the state `before`; the statement as written has none.

    `depth` counts runs of one rewrite as one. `gain` is the product of what the rewrites on the way
    are worth on this engine. `plan` is None if there is no planner.
    """

    context: Context
    before: State | None = None
    name: str = ""
    step: Step | None = None
    depth: int = 0
    gain: float = 1.0
    plan: Plan | None = None
    enabling: bool = False

    @property
    def text(self) -> str:
        return self.context.text

    @property
    def cost(self) -> float | None:
        return self.plan.cost if self.plan is not None else None

    @property
    def root(self) -> State:
        return self if self.before is None else self.before.root

    def way(self) -> tuple[State, ...]:
        """The states after each step, first to last; () for the statement as written."""
        if self.before is None:
            return ()
        return (*self.before.way(), self)

    def steps(self) -> Iterator[tuple[str, Step]]:
        for state in self.way():
            if state.step is not None:
                yield state.name, state.step

    @property
    def proved(self) -> bool:
        """True if the catalog guarantees what each of the steps relies on."""
        return all(step.proved for _, step in self.steps())

    @property
    def factor(self) -> float:
        """How many times faster it is thought to be: by the plans if they say, else as measured."""
        first, last = self.root.cost, self.cost
        if first is None or last is None:
            return self.gain
        return max(first, 1e-9) / max(last, 1e-9)

    @property
    def score(self) -> float:
        """For choosing between forms: plans rest on guesses, so what was measured counts as well."""
        planned = self.root.cost is not None and self.cost is not None
        return self.factor * min(self.gain, _MOST_WORTH) if planned else self.gain

    @property
    def worthwhile(self) -> bool:
        """True if it is thought to be faster. An engine that tells how many rows it handles does not
        tell what they cost: there the rewrites must have been measured to be worth it as well."""
        plan = self.root.plan
        counted = plan is not None and plan.unit.startswith("rows")
        # What only makes others possible has gained nothing yet.
        changes = any(not one.enabling for one in self.way())
        if changes and self.gain >= MEASURED and _NO_DEARER <= self.factor < LEAST:
            return planned_otherwise(self, self.root)
        if self.gain >= LEAST:
            return self.factor >= LEAST
        return self.factor >= UNMEASURED and not counted

    def edits(self) -> tuple[TextEdit, ...]:
        """What makes this of the statement as written."""
        return composed.edits(self.root.text, [step.edits for _, step in self.steps()])


def planned_otherwise(first: State, second: State) -> bool:
    """True if the engine would do other things for one than for the other."""
    plans = first.plan, second.plan
    return None not in plans and len({_shape(plan.root) for plan in plans if plan}) > 1


def rank(state: State) -> tuple[float, int]:
    """Sorts the most promising first, of equal ones that with fewer steps."""
    return -state.score, len(state.way())


def key(context: Context) -> str:
    """The same for statements that differ in nothing but layout and comments."""
    return " ".join(token.text for token in lexer.code(context.text, context.dialect))


def _shape(node: Node) -> str:
    below = ", ".join(map(_shape, node.children))
    return f"{node.operation} {node.relation} {node.index} ({below})"
