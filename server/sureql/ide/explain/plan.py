"""An engine's plan in sentences. Every number in them stands in the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

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
    again = _again(plan)
    told_scans = [_each_time(line, node, again) for node in nodes if (line := _scan(node))]
    lines += told_scans[:_MOST_STEPS]
    if len(told_scans) > _MOST_STEPS:
        lines.append("More tables are read in the same way.")
    found = [_each_time(line, node, again) for node in nodes if (line := _indexed(node))]
    lines += found[:_MOST_STEPS]
    # What is far off above follows from what is far off below.
    wrong = [node for node in nodes if _off(node)]
    first = [node for node in wrong if not any(one in wrong for one in _below(node))]
    lines += [_off(node) for node in first][:_MOST_STEPS]
    lines += [line for node in nodes if (line := _spilled(node))][:_MOST_STEPS]
    return tuple(dict.fromkeys(lines))


def _again(plan: Plan) -> set[int]:
    """The steps (by id) that run once for each row of another step, as far as the plan shows it."""
    found: set[int] = set()
    sqlite = plan.engine.startswith("SQLite")

    def walk(node: Node, again: bool) -> None:
        if again:
            found.add(id(node))
        loops = 0
        for place, one in enumerate(node.children):
            if sqlite:
                # Its loops stand beside one another, the outer one first.
                looping = one.operation in ("SCAN", "SEARCH")
                inner = (looping and loops > 0) or one.operation.startswith("CORRELATED")
                loops += looping
            else:
                # What is materialised runs once, and only its rows are read again.
                looped = place == 1 and node.operation == "Nested Loop"
                subplan = ("Parent Relationship", "SubPlan") in one.details
                hashed = "hashed SubPlan" in _detail(node, "filter", longest=10_000)
                inner = (looped or (subplan and not hashed)) and one.operation != "Materialize"
            once = one.operation in ("Materialize", "Hash", "CTE Scan")
            walk(one, (again or inner) and not once)

    walk(plan.root, False)
    return found


def _each_time(line: str, node: Node, again: set[int]) -> str:
    """A sentence about a step, which may run many times."""
    return f"For each row so far: {line[0].lower()}{line[1:]}" if id(node) in again else line


def with_tables(plan: Plan, tables: Mapping[str, str]) -> Plan:
    """The plan with the tables that aliases (lower case) stand for: SQLite names only the alias."""

    def known(node: Node) -> Node:
        children = tuple(known(one) for one in node.children)
        table = "" if node.alias else tables.get(node.relation.lower(), "")
        if not table:
            return replace(node, children=children)
        return replace(node, relation=table, alias=node.relation, children=children)

    return replace(plan, root=known(plan.root)) if tables else plan


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
        unit = unit.replace("rows", "row") if number(plan.cost) == "1" else unit
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


def _below(node: Node) -> Iterator[Node]:
    for one in node.children:
        yield from _walk(one)


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
    if _repeats(node):
        return ", because a sub-query runs for each of its rows"
    if _full(node):
        # The number is of the rows that are left, not of those that are read.
        filtered = bool(_detail(node, "filter", "cond"))
        return f", because it reads the whole table{'' if filtered else rows}"
    if "nested loop" in word or "nested_loop" in word:
        return ", because the steps inside run once for each row of the outer one"
    if any(one in word for one in _SORTING):
        return f", because it has to sort its rows{rows}"
    if "hash" in word and "join" in word:
        return ", because it keeps one side in memory and looks up each row of the other"
    if "aggregate" in word or "group" in word:
        return ", because it has to go through all rows to group them"
    return ""


def _repeats(node: Node) -> bool:
    """True where most of the expected cost is that of a sub-query that runs for each row, which the
    sub-query's own number does not show. (In a plan that was run, its own time does.)"""
    if node.milliseconds is not None:
        return False
    for one in node.children:
        once = ("Parent Relationship", "SubPlan") not in one.details
        if once or "hashed SubPlan" in _detail(node, "filter", longest=10_000):
            continue
        asked = "SubPlan" in _detail(node, "filter", longest=10_000)
        if asked or 2 * (one.cost or 0.0) * (node.rows or 1.0) > (node.cost or 0.0):
            return True
    return False


def _scan(node: Node) -> str:
    if not _full(node):
        return ""
    rows = _rows(node)
    shown = f" ({rows})" if rows else ""
    text = f"reads {_target(node)} from end to end"
    if _detail(node, "filter", "cond", longest=10_000):
        condition = _detail(node, "filter", "cond")
        met = f"the rows that meet {code(condition)}" if condition else "some of the rows"
        return sentence(f"{text} and keeps {met}{shown}")
    return sentence(f"{text}{shown}")


def _indexed(node: Node) -> str:
    if _full(node):
        return ""
    rows = _rows(node)
    where = f" in {_target(node)}" if node.relation else ""
    expected = f" ({rows})" if rows else ""
    if not node.index:
        key = _detail(node, "key") if node.operation == "SEARCH" else ""
        made = _detail(node, "index") if node.operation == "SEARCH" else ""
        by = "by its primary key" if key else "with an index that it makes for this query alone"
        return sentence(f"finds rows{where} {by}{expected}") if key or made else ""
    return sentence(f"finds rows{where} with the index {code(node.index)}{expected}")


def _off(node: Node) -> str:
    """Estimates that are far from what came."""
    if node.rows is None or node.actual_rows is None:
        return ""
    less, more = sorted((max(node.rows, 1), max(node.actual_rows, 1)))
    if more < _FAR_OFF * less:
        return ""
    return sentence(
        f"{_name(node)} gave {count_of(node.actual_rows)}{_each(node)} where {number(node.rows)} "
        "were expected: the planner knows too little about the values here"
    )


def _spilled(node: Node) -> str:
    for label, text in node.details:
        low = f"{label} {text}".lower()
        disk = "external" in low or ("disk" in low and not low.endswith(" 0"))
        batches = label.lower().endswith("batches") and text.strip() not in ("", "1", "0")
        if disk or batches:
            shown = code(f"{label}: {text}"[:_LONGEST])
            return sentence(f"{_name(node)} did not fit into memory and used the disk ({shown})")
    word = node.operation.upper()
    if "TEMP B-TREE" not in word:
        return ""
    _, _, purpose = word.partition(" FOR ")
    if purpose.endswith(("ORDER BY", "GROUP BY")):
        about = f"puts the rows into a temporary tree for {code(purpose)}"
        return sentence(f"{about}, because it does not read them in that order")
    if purpose:
        return sentence(f"gathers values in a temporary tree for {code(purpose)}")
    return sentence(f"gathers rows in a temporary tree ({code(node.operation)})")


def _full(node: Node) -> bool:
    word = node.operation.lower().replace("_", " ")
    if not node.relation or node.index or any(one in word for one in _NARROW):
        return False
    # `ALL` is MySQL's word.
    return "scan" in word or word == "all"


def _rows(node: Node) -> str:
    if node.actual_rows is not None:
        return f"{count_of(node.actual_rows)}{_each(node)}"
    return f"{count_of(node.rows)} expected" if node.rows is not None else ""


def _each(node: Node) -> str:
    """What is said of a step that ran several times: its numbers are those of one time."""
    return " each time" if node.loops is not None and node.loops > 1 else ""


def count_of(rows: float) -> str:
    """A number of rows."""
    return count(int(rows), "row") if rows == int(rows) else f"{number(rows)} rows"


def _detail(node: Node, *labels: str, longest: int = _LONGEST) -> str:
    """The first detail under a label with one of these words; '' if it is too long."""
    for label, text in node.details:
        if any(one in label.lower() for one in labels) and text:
            return text if len(text) <= longest else ""
    return ""


def _target(node: Node) -> str:
    alias = f" (as {code(node.alias)})" if node.alias and node.alias != node.relation else ""
    return f"{code(node.relation)}{alias}"


def _name(node: Node) -> str:
    about = f" on {_target(node)}" if node.relation else ""
    return f"{code(node.operation)}{about}"
