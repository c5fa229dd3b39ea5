"""PostgreSQL's plan, as `EXPLAIN (FORMAT JSON)` prints it, as a Plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sureql.ports.errors import PlanError
from sureql.ports.plan import Node, Plan

UNIT = "planner units"

# What has a place of its own in a Node, or says nothing.
_PLACED = frozenset(
    (
        "Node Type",
        "Relation Name",
        "Alias",
        "Index Name",
        "Plan Rows",
        "Total Cost",
        "Startup Cost",
        "Plan Width",
        "Actual Rows",
        "Actual Loops",
        "Actual Total Time",
        "Actual Startup Time",
        "Plans",
        "Workers",
        "Schema",
    )
)


def read(text: str, engine: str, basis: str) -> Plan:
    """The plan in the JSON that the engine printed. Raises PlanError if it is none."""
    try:
        found = json.loads(text)
        root = _node(found[0]["Plan"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise PlanError("The plan that the server gave can't be read.") from error
    return Plan(engine, root, root.cost, UNIT, basis)


def shape(plan: Plan, basis: str) -> Plan:
    """The plan without any number, where what the numbers rest on is not known."""
    return replace(plan, root=_bare(plan.root), cost=None, unit="", basis=basis)


def _node(found: Mapping[str, Any]) -> Node:
    details = [
        (label, text)
        for label, value in found.items()
        if label not in _PLACED and (text := _text(value))
    ]
    return Node(
        str(found["Node Type"]),
        str(found.get("Relation Name", "")),
        str(found.get("Alias", "")),
        str(found.get("Index Name", "")),
        tuple(details),
        _number(found.get("Plan Rows")),
        _number(found.get("Total Cost")),
        _number(found.get("Actual Rows")),
        _number(found.get("Actual Loops")),
        _number(found.get("Actual Total Time")),
        tuple(_node(child) for child in found.get("Plans", ())),
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ", ".join(map(str, value))
    return ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _bare(node: Node) -> Node:
    # Even the number of workers follows from sizes.
    details = tuple(
        one for one in node.details if one[0] not in ("Workers Planned", "Planned Partitions")
    )
    children = tuple(_bare(child) for child in node.children)
    return replace(node, rows=None, cost=None, details=details, children=children)
