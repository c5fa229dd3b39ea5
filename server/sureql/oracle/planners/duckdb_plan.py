"""DuckDB's plan, as `EXPLAIN (FORMAT JSON)` prints it, as a Plan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sureql.ports.errors import PlanError
from sureql.ports.plan import Node, Plan

UNIT = "rows handled"

_ROWS = "Estimated Cardinality"
_TABLE = "Table"


def read(text: str, engine: str, basis: str, counted: bool) -> Plan:
    """The plan in the JSON that the engine printed. DuckDB tells no cost: with `counted` it is the
    sum of the rows that its steps are expected to give. Raises PlanError if it is no plan."""
    try:
        found = json.loads(text)
        roots = [_node(one, counted) for one in found]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise PlanError("The plan that DuckDB gave can't be read.") from error
    if len(roots) != 1:
        raise PlanError("The plan that DuckDB gave can't be read.")
    root = roots[0]
    return Plan(engine, root, root.cost, UNIT if counted else "", basis)


def _node(found: Mapping[str, Any], counted: bool) -> Node:
    children = tuple(_node(child, counted) for child in found["children"])
    details = found["extra_info"]
    rows = _rows(details) if counted else None
    # A projection hands on the rows of the step below it.
    handled = 0.0 if "PROJECTION" in str(found["name"]) else rows or 0.0
    cost = handled + sum(child.cost or 0.0 for child in children) if counted else None
    return Node(
        str(found["name"]).strip(),
        str(details.get(_TABLE, "")).rpartition(".")[2],
        index=str(details.get("Index Name", "")),
        details=tuple(_details(details)),
        rows=rows,
        cost=cost,
        children=children,
    )


def _rows(details: Mapping[str, Any]) -> float | None:
    text = str(details.get(_ROWS, "")).lstrip("~")
    return float(text) if text.isdecimal() else None


def _details(details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for label, value in details.items():
        if label in (_ROWS, _TABLE):
            continue
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if text:
            yield label, text
