"""What an explanation consists of. All texts are plain sentences in Markdown (names in backticks)."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.ide.explain.picture import Picture
from sureql.ports.plan import Plan
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a sentence states, for checking it. `kind`: table, join, filter, group, having,
    order, limit, distinct, window, set, column, parameter, lock. `value` is its normalised form,
    such as `customer.id = orders.customer_id` or `left`."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step in logical order. `kind`: cte, source, join, filter, group, having, window, select,
    distinct, set, order, limit, change, lock, other. `span` is what it speaks of, in the statement.
    `depth` is 0 for the statement itself, more inside CTEs and sub-queries."""

    kind: str
    text: str
    span: Span | None = None
    depth: int = 0
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A result column: its name, its type ('' if unknown), the text it comes from, and the base
    columns (`table.column`) that it is computed from."""

    name: str
    type: str
    expression: str
    lineage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`summary` is one sentence. `grain` says what one row of the result is, '' if that is unknown.
    `traps` are what the rules found. `plan` explains the plan line by line, () without one.
    `picture` is that of the data flow, `plan_picture` that of the plan, None if there is nothing to
    draw. `undo` says for changes what they lock and whether they can be undone."""

    summary: str
    grain: str = ""
    columns: tuple[OutputColumn, ...] = ()
    steps: tuple[Step, ...] = ()
    traps: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    undo: str = ""
    plan: tuple[str, ...] = ()
    picture: Picture | None = None
    plan_picture: Picture | None = None
    markdown: str = ""
    source_plan: Plan | None = None
