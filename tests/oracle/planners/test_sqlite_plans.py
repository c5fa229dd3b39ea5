"""SQLite's plans, on a file and on an empty copy, and how many rows they read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sureql.catalog.model import Catalog
from sureql.oracle.planners import sqlite_plan
from sureql.oracle.planners.sqlite import SqlitePlanner
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea, Node, Plan
from sureql.sources import sqlite_file


@pytest.fixture(scope="module")
def known(sqlite_shop: Path) -> Catalog:
    return sqlite_file.load(sqlite_shop)


@pytest.fixture
def copy(known: Catalog) -> SqlitePlanner:
    return SqlitePlanner(known)


def drawn(node: Node, depth: int = 0) -> list[str]:
    parts = [node.operation, node.relation, node.index and f"by {node.index}"]
    parts += [f"{node.rows:.0f}" if node.rows is not None else ""]
    line = "  " * depth + " ".join(part for part in parts if part)
    return [line, *(below for child in node.children for below in drawn(child, depth + 1))]


QUERIES = {
    "SELECT * FROM orders WHERE customer_id = 5": (20_000, ["SCAN orders 20000"]),
    "SELECT * FROM orders WHERE id = ? AND status = :status": (1, ["SEARCH orders 1"]),
    "SELECT * FROM orders WHERE placed = 'd7'": (20, ["SEARCH orders by orders_placed_idx 20"]),
    "SELECT * FROM orders o WHERE placed > 'd7'": (5000, ["SEARCH o by orders_placed_idx 5000"]),
    "SELECT * FROM orders o JOIN customer c ON c.id = o.customer_id": (
        40_000,
        ["SCAN o 20000", "SEARCH c 1"],
    ),
    "SELECT name, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) FROM customer c": (
        3000 + 3000 * 20_000,
        ["SCAN c 3000", "CORRELATED SCALAR SUBQUERY 1", "  SCAN o 20000"],
    ),
    "WITH f AS MATERIALIZED (SELECT id FROM customer) SELECT * FROM orders JOIN f x ON x.id = 3": (
        3000 + 3000 + 20 * 20_000,
        None,
    ),
    "DELETE FROM customer WHERE country = 'c3'": (
        150,
        ["SEARCH customer by customer_country_idx 150"],
    ),
    "SELECT 1 UNION ALL SELECT id FROM customer": (3000, None),
    "VALUES (1), (2), (3)": (3, ["SCAN 3 CONSTANT ROWS 3"]),
}


@pytest.mark.parametrize("query", QUERIES)
def test_rows_read(query: str, copy: SqlitePlanner) -> None:
    cost, steps = QUERIES[query]
    plan = copy.plan(query)

    assert plan.unit == "rows read"
    if steps is not None:
        assert [line[2:] for line in drawn(plan.root)[1:]] == steps
        assert plan.cost == pytest.approx(cost, rel=0.02)
    else:
        assert plan.cost is not None and plan.cost >= cost / 20


@pytest.mark.parametrize("query", [one for one in QUERIES if "CONSTANT" not in str(QUERIES[one])])
def test_the_copy_plans_as_the_file_does(
    query: str, known: Catalog, copy: SqlitePlanner, sqlite_shop: Path
) -> None:
    live = SqlitePlanner(known, sqlite_shop)

    assert drawn(live.plan(query).root) == drawn(copy.plan(query).root)
    assert live.live and not copy.live


def test_an_index_is_only_thought_of(copy: SqlitePlanner, known: Catalog) -> None:
    query = "SELECT * FROM customer WHERE name = 'n5'"
    idea = IndexIdea("main", "customer", ("name",))
    before, with_it, after = copy.plan(query), copy.plan(query, [idea]), copy.plan(query)

    assert drawn(with_it.root)[1:] == [f"  SEARCH customer by {idea.name}"]
    assert with_it.cost is None  # Nobody counted the names.
    assert before == after and before.cost == 3000


def test_an_index_over_counted_columns_has_a_cost(known: Catalog) -> None:
    orders = known.find(("orders",))
    assert orders is not None and orders.statistics is not None
    counted = {**orders.statistics.columns, "status": orders.statistics.columns["placed"]}
    counted["status"] = replace(counted["status"], distinct=5.0)
    changed = replace(orders, statistics=replace(orders.statistics, columns=counted))
    main = known.schemas["main"]
    relations = {**main.relations, "orders": changed}
    planner = SqlitePlanner(replace(known, schemas={"main": replace(main, relations=relations)}))
    plan = planner.plan(
        "SELECT * FROM orders WHERE status = 's1'", [IndexIdea("main", "orders", ("status",))]
    )

    assert plan.cost == 4000


def test_without_counts_there_are_no_numbers(tmp_path: Path) -> None:
    path = tmp_path / "bare.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
    known = sqlite_file.load(path)
    for file in (None, path):
        plan: Plan = SqlitePlanner(known, file).plan("SELECT * FROM t WHERE a = 1")

        assert (plan.cost, plan.unit, plan.root.children[0].rows) == (None, "", None)
        assert "sizes are not known" in plan.basis


def test_one_name_for_two_tables_is_not_counted(copy: SqlitePlanner) -> None:
    query = "SELECT * FROM orders x WHERE id IN (SELECT x.id FROM customer x)"

    assert copy.plan(query).cost is None


def test_views_are_planned_on_the_file(
    known: Catalog, copy: SqlitePlanner, sqlite_shop: Path
) -> None:
    assert "SEARCH" in str(SqlitePlanner(known, sqlite_shop).plan("SELECT * FROM recent").root)
    with pytest.raises(PlanError, match="`recent` is a view"):
        copy.plan("SELECT * FROM recent")


def test_timing(known: Catalog, copy: SqlitePlanner, sqlite_shop: Path) -> None:
    live = SqlitePlanner(known, sqlite_shop)

    assert len(live.time("SELECT * FROM orders ORDER BY status", 10, 2).milliseconds) == 2
    endless = live.time("SELECT count(*) FROM orders a, orders b, orders c", 0.2)
    assert (endless.milliseconds, endless.limited) == ((200.0,), True)
    with pytest.raises(PlanError, match="Only the database"):
        copy.time("SELECT 1", 1)


def test_a_file_in_use_is_read_and_left_alone(known: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "busy.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        planner = SqlitePlanner(sqlite_file.load(path), path)
        planner.plan("SELECT * FROM t")
        writer.execute("INSERT INTO t VALUES (1)")
        names = sorted(one.name for one in tmp_path.iterdir())
        planner.plan("SELECT * FROM t")

        assert sorted(one.name for one in tmp_path.iterdir()) == names


def test_a_file_that_is_gone_or_broken(known: Catalog, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"SQLite format 3\0" + bytes(5000))
    for path in (broken, tmp_path / "gone.db"):
        with pytest.raises(PlanError, match="can't be"):
            SqlitePlanner(known, path).plan("SELECT * FROM orders")
    assert not (tmp_path / "gone.db").exists()


# Recorded from SQLite 3.40 and 3.51, which word some steps differently.
RECORDED = [
    (2, 0, "CO-ROUTINE (subquery-2)"),
    (8, 2, "SCAN u"),
    (10, 2, "USE TEMP B-TREE FOR GROUP BY"),
    (20, 0, "SCAN (subquery-2)"),
    (25, 0, "BLOOM FILTER ON t (id=?)"),
    (30, 0, "SEARCH t USING COVERING INDEX t_c (c=? AND d>?) LEFT-JOIN"),
    (31, 0, "SEARCH z USING AUTOMATIC PARTIAL COVERING INDEX (t_id=?)"),
    (40, 0, "MULTI-INDEX OR"),
    (41, 40, "INDEX 1"),
    (42, 41, "SEARCH w USING INTEGER PRIMARY KEY (rowid=?)"),
    (50, 0, "SCAN CONSTANT ROW"),
]


def test_reading() -> None:
    plan = sqlite_plan.read(RECORDED, "SQLite", "recorded", None)
    coroutine, scan, _, search, automatic, either, constant = plan.root.children

    assert coroutine.operation == "CO-ROUTINE (subquery-2)"
    assert [child.operation for child in coroutine.children] == [
        "SCAN",
        "USE TEMP B-TREE FOR GROUP BY",
    ]
    assert scan.relation == "(subquery-2)"
    assert (search.relation, search.index) == ("t", "t_c")
    assert dict(search.details) == {
        "Condition": "c=? AND d>?",
        "Covering": "true",
        "Join": "LEFT-JOIN",
    }
    assert (automatic.relation, automatic.index) == ("z", "")
    assert dict(automatic.details)["Index"] == "made for this query"
    assert dict(either.children[0].children[0].details)["Key"] == "INTEGER PRIMARY KEY"
    assert constant.relation == "CONSTANT ROW"
