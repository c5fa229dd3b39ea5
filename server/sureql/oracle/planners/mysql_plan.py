"""The plans of MySQL and MariaDB, as `EXPLAIN FORMAT=JSON` prints them, as a Plan.

Both nest objects whose names are the operations; what stands in them differs by version. So nothing but
`table`, `query_block` and the costs is expected: any object in the plan is a step, any other value a
detail of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sureql.ports.errors import PlanError
from sureql.ports.plan import Node, Plan

UNIT = "cost units"

_BLOCK = "query_block"
_TABLE = "table"
# MySQL has a table's cost in this object, MariaDB 11 and newer beside its rows.
_COSTS = "cost_info"
_PREFIX = "prefix_cost"
_WHOLE_COST = ("query_cost", _PREFIX)
_SORT = "sort_cost"  # Of sorting alone, without what is sorted.
_PLACED = frozenset(("table_name", "key", _COSTS, "cost", "rows", "rows_examined_per_scan"))
# Only where ANALYZE has run the statement: MariaDB's times are those of all loops together.
_TIMES = ("r_total_time_ms", "r_table_time_ms")


def read(text: str, engine: str, basis: str) -> Plan:
    """The plan in the JSON that the server printed. Raises PlanError if it is none."""
    try:
        block = json.loads(text)[_BLOCK]
        root = _node(_BLOCK, block)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise PlanError("The plan that the server gave can't be read.") from error
    return Plan(engine, root, root.cost, UNIT if root.cost is not None else "", basis)


def _node(name: str, found: Mapping[str, Any]) -> Node:
    costs = found.get(_COSTS, {})
    given = next((costs[label] for label in _WHOLE_COST if label in costs), found.get("cost"))
    took = next((found[label] for label in _TIMES if label in found), None)
    rows = found.get("rows_examined_per_scan", found.get("rows"))
    access = str(found.get("access_type", ""))
    return Node(
        access if name == _TABLE and access else name,
        str(found.get("table_name", "")),
        index=str(found.get("key", "")),
        details=tuple(_details(found)),
        rows=_number(rows),
        cost=_number(given),
        actual_rows=_number(found.get("r_rows")),
        loops=_number(found.get("r_loops")) if took is None else None,
        milliseconds=_number(took),
        children=tuple(_children(found)),
    )


def _children(found: Mapping[str, Any]) -> Iterator[Node]:
    for label, value in found.items():
        if label == _COSTS:
            continue
        if isinstance(value, Mapping):
            yield _node(label, value)
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            steps = tuple(_only(one, label) for one in value if isinstance(one, Mapping))
            yield Node(label, children=_chained(steps) if _with_prefixes(value) else steps)


def _with_prefixes(members: list[Any]) -> bool:
    return all(
        isinstance(one, Mapping)
        and isinstance(table := one.get(_TABLE), Mapping)
        and _PREFIX in table.get(_COSTS, {})
        for one in members
    )


def _chained(steps: tuple[Node, ...]) -> tuple[Node, ...]:
    """Each table above the one for whose rows it is looked up: MySQL's cost of a table is that of all
    tables before it, too."""
    whole = steps[0]
    for one in steps[1:]:
        whole = replace(one, children=(whole, *one.children))
    return (whole,)


def _only(found: Mapping[str, Any], label: str) -> Node:
    """A member of a list: mostly an object that holds nothing but one step, `{"table": …}`."""
    if len(found) == 1:
        ((name, value),) = found.items()
        if isinstance(value, Mapping):
            return _node(name, value)
    return _node(label, found)


def _details(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for label, value in found.items():
        if label == _COSTS and isinstance(value, Mapping) and _SORT in value:
            yield _SORT, str(value[_SORT])
        if label in _PLACED or isinstance(value, Mapping):
            continue
        if isinstance(value, list):
            if all(isinstance(one, str | int | float) for one in value):
                yield label, ", ".join(map(str, value))
        elif value not in (None, False, ""):
            yield label, "true" if value is True else str(value)


def _number(value: object) -> float | None:
    # MySQL writes costs as strings.
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except ValueError:
        return None
