"""SQLite's plan, as the rows of EXPLAIN QUERY PLAN, as a Plan; and how many rows it reads."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sureql.catalog import model as catalog
from sureql.ports.plan import Node, Plan

UNIT = "rows read"

_LOOP = re.compile(
    r"(?P<operation>SCAN|SEARCH) (?P<name>.+?)"
    r"(?: USING (?P<automatic>AUTOMATIC )?(?P<partial>PARTIAL )?(?P<covering>COVERING )?"
    r"(?:INDEX(?: (?P<index>[^(]+?))?|(?P<key>INTEGER PRIMARY KEY|PRIMARY KEY)))?"
    r"(?: \((?P<terms>.*)\))?(?P<rest>(?: (?:LEFT-JOIN|EXISTS|RIGHT-JOIN))*)$"
)
_CONSTANT = re.compile(r"(?:(\d+) )?constant rows?")
_CORRELATED = ("CORRELATED SCALAR SUBQUERY", "CORRELATED LIST SUBQUERY")
_MADE = ("MATERIALIZE", "CO-ROUTINE")
# SQLite's own guess for a bound: it leaves a quarter of the rows.
_BOUND = 0.25
# And for an index that it makes for one query: it leaves 20 rows.
_AUTOMATIC = 20.0
_MOST = 1e300

Row = tuple[int, int, str]
"""The number of a step, that of the step it belongs to (0: none), and its text."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the number of rows rests on: the relation or the CTE that each name in the query means,
    and the columns of each index, all by names in lower case."""

    sources: Mapping[str, catalog.Relation]
    ctes: Mapping[str, str]
    indexes: Mapping[str, tuple[str, ...]]


def read(rows: Sequence[Row], engine: str, basis: str, sizes: Sizes | None) -> Plan:
    """The plan; with `sizes` also how many rows it reads, unless one of them is not known."""
    children: dict[int, list[Row]] = {}
    for row in rows:
        children.setdefault(row[1], []).append(row)
    root = Node("QUERY", children=tuple(_nodes(children, 0)))
    if sizes is None:
        return Plan(engine, root, basis=basis)
    try:
        cost, counted = _counted(root, sizes, {}, 1.0)
    except _UnknownSize:
        return Plan(engine, root, basis=basis)
    return Plan(engine, counted, min(cost, _MOST), UNIT, basis)


class _UnknownSize(Exception):
    """The size of something that the plan reads is not known."""


def _nodes(children: Mapping[int, list[Row]], parent: int) -> Iterator[Node]:
    for number, _, text in children.get(parent, ()):
        below = tuple(_nodes(children, number))
        found = _LOOP.fullmatch(text)
        if found is None:
            yield Node(text, children=below)
            continue
        index = found["index"] or ""
        automatic = bool(found["automatic"])
        labels = (
            ("Condition", found["terms"] or ""),
            ("Index", "made for this query" if automatic else ""),
            ("Covering", "true" if found["covering"] else ""),
            ("Key", found["key"] or ""),
            ("Join", found["rest"].strip()),
        )
        yield Node(
            found["operation"],
            found["name"],
            index=index,
            details=tuple(one for one in labels if one[1]),
            children=below,
        )


def _counted(node: Node, sizes: Sizes, made: dict[str, float], times: float) -> tuple[float, Node]:
    """The rows that the steps below `node` read when it is done `times` times, and the node with its
    rows. Loops stand beside one another: each is done once for each row of those before it."""
    total, loops = 0.0, times
    done: list[Node] = []
    for child in node.children:
        if child.operation in ("SCAN", "SEARCH"):
            rows, building = _rows(child, sizes, made)
            loops = min(loops * rows, _MOST)
            total += loops + building * times
            below = replace(child, rows=rows, cost=loops + building * times)
            done.append(below)
            continue
        made_name = child.operation.partition(" ")
        often = loops if child.operation.startswith(_CORRELATED) else times
        if child.operation.startswith("MULTI-INDEX OR"):
            cost, below = _either(child, sizes, made, loops)
            loops = min(loops * max(cost / max(loops, 1.0), 1.0), _MOST)
        else:
            cost, below = _counted(child, sizes, made, often)
        if made_name[0] in _MADE:
            made[made_name[2].lower()] = max(_given(below), 1.0)
        total += cost
        done.append(replace(below, cost=cost if below.children else None))
    return min(total, _MOST), replace(node, children=tuple(done))


def _either(node: Node, sizes: Sizes, made: dict[str, float], times: float) -> tuple[float, Node]:
    total = 0.0
    done = []
    for child in node.children:
        cost, below = _counted(child, sizes, made, times)
        total += cost
        done.append(replace(below, cost=cost))
    return total, replace(node, children=tuple(done))


def _given(node: Node) -> float:
    """How many rows a materialised query gives at most: the product of its loops."""
    found = math.prod(
        child.rows for child in node.children if child.rows is not None and child.relation
    )
    inner = [child for child in node.children if child.rows is None and child.children]
    return min(max(found, sum(map(_given, inner)) if inner else found), _MOST)


def _rows(node: Node, sizes: Sizes, made: Mapping[str, float]) -> tuple[float, float]:
    """The rows that one run of a loop reads, and those read once to build an index for it."""
    name = node.relation.lower()
    details = dict(node.details)
    automatic = "made for this query" in details.values()
    if constant := _CONSTANT.fullmatch(name):
        return float(constant[1] or 1), 0.0
    size = made.get(sizes.ctes.get(name, name))
    if size is not None:
        return (min(_AUTOMATIC, size), size) if automatic else (size, 0.0)
    relation = sizes.sources.get(name)
    if relation is None or relation.statistics is None:
        raise _UnknownSize
    size = max(relation.statistics.rows, 1.0)
    if node.operation == "SCAN":
        return size, 0.0
    if automatic:
        return min(_AUTOMATIC, size), size
    left = _share(relation, details.get("Condition", ""), node.index, details, sizes)
    return max(size * left, 1.0), 0.0


def _share(
    relation: catalog.Relation,
    terms: str,
    index: str,
    details: Mapping[str, str],
    sizes: Sizes,
) -> float:
    """The share of a relation's rows that a search meets, by its columns' value counts."""
    assert relation.statistics is not None
    size = max(relation.statistics.rows, 1.0)
    equal = re.findall(r"(?:^| AND )([^=<>]+)=\?", terms)
    bounds = len(re.findall(r"[<>]\?", terms))
    if details.get("Key") == "INTEGER PRIMARY KEY":
        return 1.0 / size if equal else _BOUND**bounds
    columns = tuple(name.strip().lower() for name in equal)
    keys = [tuple(name.lower() for name in key.columns) for key in relation.keys]
    if any(key and set(key) <= set(columns) for key in keys):
        return 1.0 / size
    distinct = 1.0
    counts = {name.lower(): one.distinct for name, one in relation.statistics.columns.items()}
    whole = sizes.indexes.get(index.lower(), ())
    for column in columns:
        known = counts.get(column)
        if known is None and column == (whole[:1] or columns)[0].lower():
            raise _UnknownSize
        # Of a later column of an index that is not counted nothing is claimed.
        distinct *= known or 1.0
    return max(1.0 / min(distinct, size), 1.0 / size) * _BOUND**bounds
