"""DuckDB's plans, on a file with numbers and on an empty copy without."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from sureql.oracle.planners import duckdb_plan
from sureql.oracle.planners.duckdb import DuckdbPlanner
from sureql.oracle.planners.open import copy, planner
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea, Node
from sureql.sources import duckdb_file

JOIN = (
    "SELECT c.name, count(*) FROM customer c JOIN orders o ON o.customer_id = c.id "
    "WHERE o.placed > '2022-01-01' AND c.feels = 'calm'::mood GROUP BY 1"
)


def nodes(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in nodes(child))]


def test_the_file_gives_numbers(duckdb_shop: Path) -> None:
    found = DuckdbPlanner(duckdb_file.load(duckdb_shop), duckdb_shop).plan(JOIN)
    scans = {node.relation: node.rows for node in nodes(found.root) if node.relation}

    assert set(scans) == {"customer", "orders"}
    assert found.unit == "rows handled"
    counted = [node.rows for node in nodes(found.root) if "PROJECTION" not in node.operation]
    assert found.cost == sum(rows for rows in counted if rows is not None)
    assert all(rows for rows in scans.values())


def test_the_copy_gives_the_shape(duckdb_shop: Path) -> None:
    found = DuckdbPlanner(duckdb_file.load(duckdb_shop)).plan(JOIN)
    words = [node.operation for node in nodes(found.root)]

    assert (found.cost, found.unit) == (None, "")
    assert {node.rows for node in nodes(found.root)} == {None}
    assert "HASH_JOIN" in words and words.count("SEQ_SCAN") == 2
    assert "sizes are not known" in found.basis


def test_what_is_not_planned(duckdb_shop: Path) -> None:
    known = duckdb_file.load(duckdb_shop)
    asked, live = DuckdbPlanner(known), DuckdbPlanner(known, duckdb_shop)
    for query, reason in (
        ("SELECT * FROM recent", "is a view"),
        ("SELECT * FROM orders WHERE id = ?", "values in the place of parameters"),
        ("SELECT nope FROM orders", "does not plan this: Binder Error"),
    ):
        with pytest.raises(PlanError, match=reason):
            asked.plan(query)
    with pytest.raises(PlanError, match="hardly uses indexes"):
        asked.plan("SELECT 1", [IndexIdea("main", "orders", ("id",))])
    with pytest.raises(PlanError, match="Only the database"):
        asked.time("SELECT 1", 1)
    assert live.plan("SELECT * FROM recent").cost
    assert live.plan("SELECT twice(id) FROM orders").cost


def test_timing(duckdb_shop: Path) -> None:
    live = DuckdbPlanner(duckdb_file.load(duckdb_shop), duckdb_shop)

    assert len(live.time(JOIN, 10, 2).milliseconds) == 2
    endless = live.time("SELECT sum(a.id * b.id * c.id) FROM orders a, orders b, orders c", 0.2)
    assert (endless.milliseconds, endless.limited) == ((200.0,), True)


def test_the_file_is_not_kept_from_its_owner(duckdb_shop: Path) -> None:
    live = DuckdbPlanner(duckdb_file.load(duckdb_shop), duckdb_shop)
    live.plan(JOIN)
    with closing(duckdb.connect(str(duckdb_shop))) as owner:
        owner.execute("BEGIN; CREATE TABLE more (a INT); ROLLBACK")
    live.plan(JOIN)


def test_a_file_that_is_gone_or_broken(duckdb_shop: Path, tmp_path: Path) -> None:
    known = duckdb_file.load(duckdb_shop)
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"12345678DUCK" + bytes(5000))
    for path, reason in ((broken, "can't be opened"), (tmp_path / "gone", "does not exist")):
        with pytest.raises(PlanError, match=reason):
            DuckdbPlanner(known, path).plan("SELECT 1")


def test_which_planner(duckdb_shop: Path, sqlite_shop: Path) -> None:
    known = duckdb_file.load(duckdb_shop)
    live = planner(known, "duckdb", None, ("duckdb:///shop.duckdb",))

    assert live is not None and live.live
    for found in (
        planner(known, "duckdb"),
        copy(known, "duckdb"),
        planner(known, "duckdb", None, ("schema.sql",)),
    ):
        # A catalog that was read from a file is asked there only if its user wants that.
        assert found is not None and found.live == (found is not None and found._file is not None)
    assert not planner(known, "duckdb").live  # type: ignore[union-attr]
    assert planner(known, "mysql") is None
    assert planner(known, "bigquery", None, (str(sqlite_shop),)) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1]", "[[]]", "nonsense", '[{"name": "X"}]'])
def test_what_is_no_plan(text: str) -> None:
    with pytest.raises(PlanError, match="can't be read"):
        duckdb_plan.read(text, "DuckDB", "", True)
