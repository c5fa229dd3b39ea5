"""Short notes on a plan, at the places of the text that its expensive steps come from."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ports.plan import Node, Plan
from sureql.text.span import Span

MOST = 4
_WORTH = 0.1
"""A step is noted if it has at least this share of the plan's cost for itself."""


def heading(plan: Plan) -> str:
    """The plan in one line: what it costs, and its dearest step."""
    parts = [
        f"{plan.engine}: {plan.unit} {plan.cost:,.0f}" if plan.cost is not None else plan.engine
    ]
    steps = _dearest(plan)
    if steps:
        share, node = steps[0]
        parts.append(f"{share:.0%} in {_named(node)}")
    elif scans := [one for one in _all(plan.root) if one.relation]:
        parts.append(", ".join(_named(one) for one in scans[:MOST]))
    return " · ".join(parts)


def at(context: Context, plan: Plan) -> tuple[tuple[int, str], ...]:
    """Offsets behind names of tables in the statement, each with what the engine does there."""
    found = []
    for share, node in _dearest(plan)[:MOST]:
        span = _place(context, node)
        if span is not None:
            rows = f", {node.rows:,.0f} rows" if node.rows is not None else ""
            found.append((span.end, f"{node.operation}{rows}, {share:.0%} of the cost"))
    return tuple(sorted(dict(found).items()))


def _dearest(plan: Plan) -> list[tuple[float, Node]]:
    """The steps that cost most by themselves, with their share of the whole."""
    if not plan.cost:
        return []
    shares = [(_own(node) / plan.cost, node) for node in _all(plan.root)]
    return sorted((one for one in shares if one[0] >= _WORTH), key=lambda one: -one[0])


def _own(node: Node) -> float:
    below = sum(child.cost or 0.0 for child in node.children)
    return max((node.cost or 0.0) - below, 0.0)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)


def _named(node: Node) -> str:
    return f"{node.operation} on {node.relation}" if node.relation else node.operation


def _place(context: Context, node: Node) -> Span | None:
    """Where the statement names the table that a step reads."""
    if not node.relation:
        return None
    key = context.schema.key
    for one in context.analysis.references:
        if one.kind != "relation" or key(one.name) != key(node.relation):
            continue
        alias = one.source.name if one.source is not None else ""
        if not node.alias or not alias or key(alias) == key(node.alias):
            return one.span
    return None
