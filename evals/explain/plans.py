"""Explanations of real plans: every number in them has to be a number of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sureql.catalog import model as catalog
from sureql.catalog.statistics import Statistics
from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import explain
from sureql.ide.explain import plan as plans
from sureql.oracle.planners import open as planners
from sureql.ports.errors import PlanError
from sureql.ports.plan import Node, Plan

_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
_CODE = re.compile(r"`[^`]*`")


@dataclass(slots=True)
class Tally:
    """Plans explained, the numbers in their texts, those that are not in the plan, and texts of those."""

    plans: int = 0
    lines: int = 0
    numbers: int = 0
    foreign: int = 0
    examples: list[str] = field(default_factory=list)


def measure(statements: list[Context]) -> dict[str, Tally]:
    """By engine. The statements are of one catalog each; planners are kept for as long as it lasts."""
    found: dict[str, Tally] = {}
    opened: dict[tuple[str, str], object] = {}
    for one in statements:
        key = (one.dialect.name, one.schema.version)
        if key not in opened:
            opened[key] = _planner(one)
        planner = opened[key]
        if planner is None:
            continue
        tally = found.setdefault(one.dialect.name, Tally())
        try:
            plan = planner.plan(one.text)  # type: ignore[attr-defined]
        except PlanError:
            continue
        _check(tally, one, plan)
    for planner in opened.values():
        if planner is not None:
            planner.close()  # type: ignore[attr-defined]
    return found


def _planner(one: Context) -> object:
    try:
        return planners.planner(_counted(one.schema), one.dialect.name)
    except PlanError:
        return None


def _counted(schema: catalog.Catalog) -> catalog.Catalog:
    """The schema with made-up numbers of rows, so that plans have numbers."""
    schemas = {}
    for key, space in schema.schemas.items():
        relations = {
            name: replace(one, statistics=Statistics(1_000.0 * (3 + len(one.columns) ** 2), 10))
            for name, one in space.relations.items()
        }
        schemas[key] = replace(space, relations=relations)
    return replace(schema, schemas=schemas, version=f"{schema.version} counted")


def _check(tally: Tally, one: Context, plan: Plan) -> None:
    tally.plans += 1
    known = set(_numbers(plan.root))
    if plan.cost is not None:
        known.add(plans.number(plan.cost))
    for line in explain.explain(one, plan).plan:
        tally.lines += 1
        bare = _CODE.sub("", line).replace(plan.engine, "").replace(plan.basis, "")
        for number in _NUMBER.findall(bare):
            tally.numbers += 1
            if number not in known:
                tally.foreign += 1
                tally.examples.append(f"{number} in: {line}")


def _numbers(node: Node) -> Iterator[str]:
    values = (node.rows, node.cost, node.actual_rows, node.loops, node.milliseconds)
    yield from (plans.number(value) for value in values if value is not None)
    for child in node.children:
        yield from _numbers(child)
