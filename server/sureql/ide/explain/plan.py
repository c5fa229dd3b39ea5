"""An engine's plan in sentences. Every number in them stands in the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sureql.ide.explain.wording import code, count, sentence, sentences
from sureql.ports.plan import Node, Plan

_MOST_STEPS = 6
_FAR_OFF = 10
_LONGEST = 160
_NARROW = ("index", "search", "bitmap")
_SORTING = ("sort", "order by", "order_by", "top_n")


def told(plan: Plan) -> tuple[str, ...]:
    """What the engine would do, or has done, and what of it costs most."""
    lines = [_head(plan)]
    nodes = list(_walk(plan.root))
    dearest = _dearest(nodes)
    if dearest is not None:
        lines.append(dearest)
    told_scans = [line for node in nodes if (line := _scan(node))]
    lines += told_scans[:_MOST_STEPS]
    if len(told_scans) > _MOST_STEPS:
        lines.append("More tables are read in the same way.")
    lines += [line for node in nodes if (line := _indexed(node))][:_MOST_STEPS]
    lines += [line for node in nodes if (line := _off(node))][:_MOST_STEPS]
    lines += [line for node in nodes if (line := _spilled(node))][:_MOST_STEPS]
    return tuple(dict.fromkeys(lines))


def number(value: float) -> str:
    """A number of the plan as it is shown: whole ones with commas."""
    if value == int(value) or abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _head(plan: Plan) -> str:
    parts = []
    if plan.root.milliseconds is not None:
        parts.append(f"{plan.engine} ran it in {number(plan.root.milliseconds)} ms")
    elif plan.cost is not None:
        unit = f" {plan.unit}" if plan.unit else ""
        parts.append(f"{plan.engine} estimates the cost at {number(plan.cost)}{unit}")
    else:
        parts.append(f"this is how {plan.engine} would run it; it names no cost")
    if plan.basis:
        parts.append(f"the numbers rest on {plan.basis}" if plan.cost is not None else plan.basis)
    return sentences(parts)


def _walk(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack += reversed(current.children)


def _dearest(nodes: list[Node]) -> str | None:
    """The step that takes most by itself: its own number less those of the steps below."""
    if len(nodes) < 2:
        return None
    timed = [one for one in nodes if one.milliseconds is not None]
    if timed:
        node = max(timed, key=_own_time)
        if _own_time(node) > 0 and node.milliseconds is not None:
            took = f"{number(node.milliseconds)} ms{_with_below(node)}"
            if node.loops is not None and node.loops > 1:
                took += f", {number(node.loops)} times"
            return sentence(f"most time goes into {_name(node)} ({took}){_because(node)}")
    costly = [(own, node) for own, node in _own_costs(nodes[0], 1.0) if node.cost is not None]
    most, node = max(costly, key=lambda one: one[0], default=(0.0, nodes[0]))
    if most > 0 and node.cost is not None:
        cost = f"cost {number(node.cost)}{_with_below(node)}"
        return sentence(f"the dearest step is {_name(node)} ({cost}){_because(node)}")
    return None


def _with_below(node: Node) -> str:
    return " with the steps below it" if node.children else ""


def _own_time(node: Node) -> float:
    whole = (node.milliseconds or 0.0) * (node.loops or 1)
    return whole - sum(
        (one.milliseconds or 0.0) * (one.loops or 1)
        for one in _nearest(node, lambda below: below.milliseconds is not None)
    )


def _nearest(node: Node, told: Callable[[Node], bool]) -> Iterator[Node]:
    """The first steps below that have a number: MySQL and MariaDB have steps without one between."""
    stack = list(node.children)
    while stack:
        current = stack.pop()
        if told(current):
            yield current
        else:
            stack += current.children


def _own_costs(node: Node, share: float) -> Iterator[tuple[float, Node]]:
    """What each step costs by itself. A LIMIT costs less than the step below it, because it stops
    that early: then only this `share` of the cost counts."""
    costly = _nearest(node, lambda below: below.cost is not None)
    cost, below = node.cost or 0.0, sum(one.cost or 0.0 for one in costly)
    yield max(cost - below, 0.0) * share, node
    inner = share * min(1.0, cost / below) if below and node.cost is not None else share
    for one in node.children:
        yield from _own_costs(one, inner)


def _because(node: Node) -> str:
    word = node.operation.lower()
    rows = f" ({_rows(node)})" if _rows(node) else ""
    if _full(node):
        return f", because it reads the whole table{rows}"
    if "nested loop" in word or "nested_loop" in word:
        return ", because the steps inside run once for each row of the outer one"
    if any(one in word for one in _SORTING):
        return f", because it has to sort its rows{rows}"
    if "hash" in word and "join" in word:
        return ", because it keeps one side in memory and looks up each row of the other"
    if "aggregate" in word or "group" in word:
        return ", because it has to go through all rows to group them"
    return ""


def _scan(node: Node) -> str:
    if not _full(node):
        return ""
    rows = _rows(node)
    text = f"reads {_target(node)} from end to end{f' ({rows})' if rows else ''}"
    condition = _detail(node, "filter", "cond")
    if condition:
        text += f" and drops rows that do not meet {code(condition)}"
    return sentence(text)


def _indexed(node: Node) -> str:
    if not node.index or _full(node):
        return ""
    rows = _rows(node)
    where = f" in {_target(node)}" if node.relation else ""
    expected = f" ({rows})" if rows else ""
    return sentence(f"finds rows{where} with the index {code(node.index)}{expected}")


def _off(node: Node) -> str:
    """Estimates that are far from what came."""
    if node.rows is None or node.actual_rows is None:
        return ""
    less, more = sorted((max(node.rows, 1), max(node.actual_rows, 1)))
    if more < _FAR_OFF * less:
        return ""
    return sentence(
        f"{_name(node)} gave {number(node.actual_rows)} rows where {number(node.rows)} were expected: "
        "the planner knows too little about the values here"
    )


def _spilled(node: Node) -> str:
    for label, text in node.details:
        low = f"{label} {text}".lower()
        disk = "external" in low or ("disk" in low and not low.endswith(" 0"))
        batches = label.lower().endswith("batches") and text.strip() not in ("", "1", "0")
        if disk or batches:
            shown = code(f"{label}: {text}"[:_LONGEST])
            return sentence(f"{_name(node)} did not fit into memory and used the disk ({shown})")
    word = node.operation.lower()
    if "temp b-tree" in word:
        return sentence(f"{_name(node)} puts its rows into a temporary tree first")
    return ""


def _full(node: Node) -> bool:
    word = node.operation.lower().replace("_", " ")
    if not node.relation or node.index or any(one in word for one in _NARROW):
        return False
    # `ALL` is MySQL's word.
    return "scan" in word or word == "all"


def _rows(node: Node) -> str:
    if node.actual_rows is not None:
        return count_of(node.actual_rows)
    return f"{count_of(node.rows)} expected" if node.rows is not None else ""


def count_of(rows: float) -> str:
    """A number of rows."""
    return count(int(rows), "row") if rows == int(rows) else f"{number(rows)} rows"


def _detail(node: Node, *labels: str) -> str:
    for label, text in node.details:
        if any(one in label.lower() for one in labels) and text:
            return text if len(text) <= _LONGEST else ""
    return ""


def _target(node: Node) -> str:
    alias = f" (as {code(node.alias)})" if node.alias and node.alias != node.relation else ""
    return f"{code(node.relation)}{alias}"


def _name(node: Node) -> str:
    about = f" on {_target(node)}" if node.relation else ""
    return f"{code(node.operation)}{about}"
