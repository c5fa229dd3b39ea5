"""What optimising a statement yields, and what it may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sureql.equivalence.model import OpenExecutor, Verdict
from sureql.ports.plan import IndexIdea, Plan, Planner, Timing
from sureql.text.edits import TextEdit


@dataclass(frozen=True, slots=True)
class Cost:
    """What the engine thinks of both texts; `basis` as in `Plan`. Timings only where asked for."""

    before: Plan
    after: Plan
    before_time: Timing | None = None
    after_time: Timing | None = None

    @property
    def factor(self) -> float | None:
        """How many times cheaper it got, None if no number is known."""
        before, after = self.before.cost, self.after.cost
        return before / after if before is not None and after else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A whole rewritten statement that may be offered, or advice (`caller` is not '').

    `rewrites` are the names of its steps in order ('model' for a model's). `edits` turn the
    statement as written into `sql`. `preconditions` are the sentences it relies on. `gain` is the
    expected speed-up by what was measured for such rewrites on this engine, used for ordering only
    where there is no cost.
    """

    rewrites: tuple[str, ...]
    title: str
    sql: str
    edits: tuple[TextEdit, ...]
    verdict: Verdict
    preconditions: tuple[str, ...] = ()
    proved: bool = False
    cost: Cost | None = None
    gain: float = 1.0
    caller: str = ""


@dataclass(frozen=True, slots=True)
class IndexAdvice:
    """An index that is worth making, as `ddl` in the statement's dialect.

    `reasons` say what its columns are used for, `remarks` what it costs. `before` and `after` are
    the plans without and with it (and those offered before it). `bytes` is its size, None if that
    is not known.
    """

    index: IndexIdea
    title: str
    ddl: str
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    before: Plan
    after: Plan
    bytes: int | None = None

    @property
    def factor(self) -> float | None:
        """How many times cheaper the statement gets, None if no number is known."""
        before, after = self.before.cost, self.after.cost
        return before / after if before is not None and after else None


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Means:
    """`executor` runs generated databases (None: only proved rewrites are offered). `planner` tells
    costs (None: none are told). `seconds` is for everything, `cancelled` is asked often, `found` is
    told each candidate as soon as it is checked, `progress` a few words and a share of 0 to 1.
    `to_be_run`: the caller runs each candidate before anybody sees it, so that those are given as
    well that were measured to gain elsewhere and whose plan does not show it: plans rest on guesses.
    `refuted` is told what a witness shows to be wrong: nobody sees it, but it is a fault of ours.
    """

    executor: OpenExecutor | None = None
    planner: Planner | None = None
    seconds: float = 10.0
    most: int = 3
    to_be_run: bool = False
    cancelled: Callable[[], bool] = _never
    found: Callable[[Candidate], object] = field(default=id)
    refuted: Callable[[Candidate], object] = field(default=id)
    progress: Callable[[str, float], object] = field(default=lambda _text, _share: None)
