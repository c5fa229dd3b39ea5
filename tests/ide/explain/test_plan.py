"""Plans in words: what is said, and that every number is the plan's."""

from __future__ import annotations

import re

from sureql.ide.explain import picture, plan, plan_picture
from sureql.ports.plan import Node, Plan

_SCAN = Node(
    "Seq Scan", "invoice", "i", details=(("Filter", "(total > 5)"),), rows=1200.0, cost=80.5,
    actual_rows=90000.0, loops=1.0, milliseconds=12.5,
)  # fmt: skip
_LOOKUP = Node(
    "Index Scan", "customer", "c", "customer_pkey", rows=1.0, cost=8.2, actual_rows=1.0,
    loops=90000.0, milliseconds=0.001,
)  # fmt: skip
_SORT = Node(
    "Sort", details=(("Sort Method", "external merge"), ("Sort Space Type", "Disk")), rows=1200.0,
    cost=150.25, actual_rows=90000.0, loops=1.0, milliseconds=250.0,
    children=(Node("Nested Loop", rows=1200.0, cost=120.0, actual_rows=90000.0, loops=1.0,
                   milliseconds=150.0, children=(_SCAN, _LOOKUP)),),
)  # fmt: skip
_PLAN = Plan("PostgreSQL 16", _SORT, 150.25, "planner units", "the database's own statistics")


def test_what_an_analysed_plan_says() -> None:
    assert plan.told(_PLAN) == (
        "PostgreSQL 16 ran it in 250 ms. The numbers rest on the database's own statistics.",
        "Most time goes into `Sort` (250 ms with the steps below it), because it has to sort its "
        "rows (90,000 rows).",
        "Reads `invoice` (as `i`) from end to end and keeps the rows that meet `(total > 5)` "
        "(90,000 rows).",
        "For each row so far: finds rows in `customer` (as `c`) with the index `customer_pkey` "
        "(1 row each time).",
        "`Seq Scan` on `invoice` (as `i`) gave 90,000 rows where 1,200 were expected: the planner "
        "knows too little about the values here.",
        "`Sort` did not fit into memory and used the disk (`Sort Method: external merge`).",
    )


def test_a_plan_without_numbers_says_none() -> None:
    nodes = (Node("SCAN", "track", rows=None), Node("USE TEMP B-TREE FOR ORDER BY"))
    told = plan.told(Plan("SQLite 3.45", Node("QUERY PLAN", children=nodes)))
    assert told == (
        "This is how SQLite 3.45 would run it; it names no cost.",
        "Reads `track` from end to end.",
        "Puts the rows into a temporary tree for `ORDER BY`, because it does not read them in that "
        "order.",
    )
    assert not re.search(r"\d", " ".join(told).replace("SQLite 3.45", ""))


def test_the_picture_of_a_plan_has_an_arrow_for_every_step_but_the_last() -> None:
    drawn = picture.mermaid(plan_picture.of(_PLAN, {}))
    assert drawn.count("-->") == 3
    assert 'p0["Sort<br/>90,000 rows"]' in drawn
    assert plan_picture.of(Plan("x", Node("SCAN")), {}) is None


def test_a_step_that_a_limit_stops_early_is_not_the_dearest() -> None:
    scan = Node("Seq Scan", "invoice", rows=1e6, cost=20_000.0)
    first = Node("Limit", rows=10.0, cost=0.2, children=(scan,))
    sort = Node("Sort", rows=10.0, cost=5.2, children=(first,))
    assert plan.told(Plan("PostgreSQL 16", sort, 5.2, "planner units"))[1] == (
        "The dearest step is `Sort` (cost 5.2 with the steps below it), because it has to sort "
        "its rows (10 rows expected)."
    )


def test_sqlite_runs_inner_loops_and_correlated_sub_queries_again_and_again() -> None:
    inner = Node("SEARCH", "c", details=(("Condition", "rowid=?"), ("Key", "INTEGER PRIMARY KEY")))
    asked = Node("CORRELATED SCALAR SUBQUERY 1", children=(Node("SCAN", "line"),))
    root = Node("QUERY", children=(Node("SCAN", "i"), inner, asked))
    named = plan.with_tables(Plan("SQLite 3.45", root), {"c": "customer", "i": "invoice"})
    assert plan.told(named)[1:] == (
        "Reads `invoice` (as `i`) from end to end.",
        "For each row so far: reads `line` from end to end.",
        "For each row so far: finds rows in `customer` (as `c`) by its primary key.",
    )


def test_a_sub_query_that_runs_for_each_row_is_the_reason_for_the_cost() -> None:
    sub = Node("Aggregate", details=(("Parent Relationship", "SubPlan"),), rows=1.0, cost=8.4)
    scan = Node("Seq Scan", "invoice", rows=1000.0, cost=8500.0, children=(sub,))
    told = plan.told(Plan("PostgreSQL 16", scan, 8500.0, "planner units"))
    assert "because a sub-query runs for each of its rows." in told[1]
    assert told[2] == "Reads `invoice` from end to end (1,000 rows expected)."


def test_the_rows_that_a_filter_leaves_are_not_told_as_those_that_are_read() -> None:
    scan = Node("Seq Scan", "invoice", details=(("Filter", "(id = 7)"),), rows=1.0, cost=671.0)
    told = plan.told(Plan("PostgreSQL 16", Node("Sort", cost=672.0, children=(scan,)), 672.0))
    assert told[1].endswith("because it reads the whole table.")
    assert "keeps the rows that meet `(id = 7)` (1 row expected)" in told[2]
