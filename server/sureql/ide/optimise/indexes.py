"""Indexes that would make a statement cheaper, each tried by planning with it on an empty copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sureql.catalog import index_size
from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise import clock, index_ideas, index_names
from sureql.ide.optimise.index_ideas import Idea
from sureql.ide.optimise.model import IndexAdvice
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea, Node, Plan, Planner

LEAST_FACTOR = 1.2
"""Cheaper by less than this is within what planners miss."""

SECONDS = 2.0
"""For all ideas together; a large statement takes a tenth of a second to plan."""

_MOST_TRIED = 16
_MOST_OFFERED = 3
_MEGABYTE = 1_000_000
# What saves nearly as much as the best one with fewer columns is better, and a whole index is, which
# serves more statements than a partial one.
_NEARLY = 0.99


@dataclass(frozen=True, slots=True)
class _Tried:
    """`smaller` is a partial index that does as well for this statement."""

    idea: Idea
    plan: Plan
    smaller: Idea | None = None


def advise(
    context: Context,
    planner: Planner,
    cancelled: Callable[[], bool] = lambda: False,
    seconds: float = SECONDS,
) -> tuple[IndexAdvice, ...]:
    """The indexes worth making for a statement, the best first.

    `planner` must plan on a copy, where indexes can be tried. () where nothing helps, or where that
    can't be told. After `seconds` the best of what was tried is taken.
    """
    watch = clock.of(seconds, cancelled)
    ideas = list(index_ideas.found(context)[:_MOST_TRIED])
    if not ideas:
        return ()
    try:
        before = planner.plan(context.text)
    except PlanError:
        return ()
    chosen: list[IndexAdvice] = []
    while ideas and len(chosen) < _MOST_OFFERED:
        there = [one.index for one in chosen]
        best = _best(planner, context.text, before, ideas, there, watch)
        if best is None:
            break
        chosen.append(_advice(context, best, before, bool(chosen)))
        before = best.plan
        ideas = [one for one in ideas if one.relation is not best.idea.relation]
    return tuple(chosen)


def _best(
    planner: Planner,
    text: str,
    before: Plan,
    ideas: list[Idea],
    there: list[IndexIdea],
    watch: clock.Clock,
) -> _Tried | None:
    tried: list[_Tried] = []
    for idea in ideas:
        if watch.over():
            break
        try:
            plan = planner.plan(text, [*there, idea.index])
        except PlanError:
            continue  # A column that this engine can't index, or not in this way.
        if _helps(idea, before, plan):
            tried.append(_Tried(idea, plan))
    if not tried or watch.cancelled():
        return None
    # The cheapest plan; among equals the index with fewer columns.
    tried.sort(key=lambda one: (_cost(one.plan), len(one.idea.index.columns)))
    first = tried[0]
    enough = _cost(before) - _NEARLY * (_cost(before) - _cost(first.plan))
    near = [one for one in tried if one is first or _cost(one.plan) <= enough]
    near.sort(key=lambda one: (bool(one.idea.index.where), len(one.idea.index.columns)))
    smaller = next((one.idea for one in near if one.idea.index.where), None)
    return replace(near[0], smaller=smaller if smaller is not near[0].idea else None)


def _helps(idea: Idea, before: Plan, after: Plan) -> bool:
    if not any(node.index == idea.index.name for node in _nodes(after.root)):
        return False
    if before.cost is not None and after.cost is not None:
        return before.cost >= after.cost * LEAST_FACTOR
    # Where sizes are not known, only that a table is searched that was read whole before counts.
    # PostgreSQL's choice for an empty table says nothing about a full one.
    return (
        after.engine.startswith("SQLite")
        and any(node.operation == "SCAN" for node in _nodes(before.root))
        and _scans(after) < _scans(before)
    )


def _scans(plan: Plan) -> int:
    return sum(node.operation == "SCAN" for node in _nodes(plan.root))


def _cost(plan: Plan) -> float:
    return plan.cost if plan.cost is not None else float("inf")


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _advice(context: Context, found: _Tried, before: Plan, further: bool) -> IndexAdvice:
    idea, index = found.idea, found.idea.index
    pages = index_size.pages(idea.relation, index.columns, idea.share)
    size = None if pages is None else pages * index_size.PAGE
    listed = ", ".join(index.columns)
    only = f" where {index.where}" if index.where else ""
    return IndexAdvice(
        index,
        f"An index on `{index.relation}` ({listed}){only}",
        _ddl(context, idea),
        idea.uses,
        tuple(_remarks(context, found, size, further)),
        before,
        _renamed(found.plan, index.name, _name(context, idea)),
        size,
    )


def _name(context: Context, idea: Idea) -> str:
    return index_names.new_name(context.schema, idea.relation, idea.index.columns)


def _ddl(context: Context, idea: Idea) -> str:
    write = context.dialect.write
    index, schema = idea.index, context.schema
    found = schema.find([index.relation])
    bare = found is not None and found.schema == index.schema
    target = write(index.relation) if bare else f"{write(index.schema)}.{write(index.relation)}"
    columns = ", ".join(map(write, index.columns))
    where = f" WHERE {index.where}" if index.where else ""
    name = write(_name(context, idea))
    first = context.tokens[0].text if context.tokens else ""
    words = (
        ("create index", "on", " where ") if first.islower() else ("CREATE INDEX", "ON", " WHERE ")
    )
    return (
        f"{words[0]} {name} {words[1]} {target} ({columns}){where.replace(' WHERE ', words[2], 1)};"
    )


def _remarks(context: Context, found: _Tried, size: int | None, further: bool) -> Iterator[str]:
    idea = found.idea
    if further:
        yield "What it is worth is counted with the indexes above in place."
    if size is not None:
        yield f"It takes up to {_shown(size)}, by the counts of rows and widths that are known."
    if found.smaller is not None:
        part = f"{found.smaller.share:.0%}"
        yield (
            f"Where only these rows matter, one over about {part} of them does as well here: "
            f"{_ddl(context, found.smaller)}"
        )
    relation = idea.relation
    there = len({key.columns for key in relation.keys} | {one.columns for one in relation.indexes})
    changed = " or ".join(f"`{name}`" for name in idea.index.columns)
    plural = "es" if there != 1 else ""
    yield (
        f"Every INSERT and DELETE in `{relation.name}`, and an UPDATE of {changed}, has to keep it "
        f"up, beside the {there} index{plural} and keys there are."
    )
    if context.dialect.name == "postgres" and relation.kind == "table":
        yield (
            "Making it stops changes of the table until it is done. CREATE INDEX CONCURRENTLY does "
            "not, but takes longer and can't be run in a transaction."
        )


def _shown(size: int) -> str:
    if size < _MEGABYTE:
        return f"{max(size // 1000, 1)} kB"
    megabytes = size / _MEGABYTE
    return f"{megabytes:,.0f} MB" if megabytes < 10_000 else f"{megabytes / 1000:,.0f} GB"


def _renamed(plan: Plan, name: str, shown: str) -> Plan:
    """The plan with the index called as it is offered."""
    return replace(plan, root=_renamed_node(plan.root, name, shown))


def _renamed_node(node: Node, name: str, shown: str) -> Node:
    children = tuple(_renamed_node(child, name, shown) for child in node.children)
    return replace(node, index=shown if node.index == name else node.index, children=children)
