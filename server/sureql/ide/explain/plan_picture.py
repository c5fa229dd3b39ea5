"""The picture of an engine's plan: a tree whose first steps are at the far ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sureql.ide.explain.picture import MOST, Edge, Picture
from sureql.ide.explain.picture import Node as Box
from sureql.ports.plan import Node, Plan
from sureql.text.span import Span

_KINDS = (
    ("join", ("join", "nested loop", "nested_loop")),
    ("sort", ("sort", "order by", "order_by", "top_n")),
    ("group", ("aggregate", "group", "distinct", "unique")),
    ("index", ("index", "search", "bitmap")),
    ("scan", ("scan",)),
)
_MOST_DETAILS = 4
_LONGEST_DETAIL = 120


def of(plan: Plan, places: Mapping[str, Span]) -> Picture | None:
    """The tree of a plan, None where that is one step or too many. `places` says where tables and
    aliases (lower case) stand in the statement."""
    nodes = list(_numbered(plan.root))
    if not 2 <= len(nodes) <= MOST:
        return None
    boxes = tuple(_box(f"p{number}", node, places) for number, node, _ in nodes)
    edges = tuple(
        Edge(f"p{number}", f"p{parent}") for number, _, parent in nodes if parent is not None
    )
    return Picture("plan", f"Plan of {plan.engine}", boxes, edges)


def _box(key: str, node: Node, places: Mapping[str, Span]) -> Box:
    target = node.relation or node.alias
    # Some engines name the table in the operation itself.
    named = target and target not in node.operation
    label = f"{node.operation} {target}" if named else node.operation
    span = places.get(node.alias.lower()) or places.get(node.relation.lower())
    return Box(key, label, _kind(node), "\n".join(_details(node)), span)


def _details(node: Node) -> Iterator[str]:
    rows = node.actual_rows if node.actual_rows is not None else node.rows
    if rows is not None:
        yield f"{rows:,.0f} rows"
    if node.actual_rows is not None and node.rows is not None:
        yield f"{node.rows:,.0f} rows were expected"
    if node.milliseconds is not None:
        yield f"{node.milliseconds:,.2f} ms"
    if node.cost is not None:
        yield f"cost {node.cost:,.2f}"
    if node.index:
        yield f"index {node.index}"
    for label, text in node.details[:_MOST_DETAILS]:
        yield f"{label}: {text}"[:_LONGEST_DETAIL]


def _kind(node: Node) -> str:
    word = node.operation.lower()
    return next((kind for kind, words in _KINDS if any(one in word for one in words)), "step")


def _numbered(root: Node) -> Iterator[tuple[int, Node, int | None]]:
    """Each node with its number and that of the step that it feeds."""
    stack: list[tuple[Node, int | None]] = [(root, None)]
    number = 0
    while stack:
        node, parent = stack.pop()
        yield number, node, parent
        stack += [(child, number) for child in reversed(node.children)]
        number += 1
