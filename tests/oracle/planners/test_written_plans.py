"""Plans that a user has as text: which engine's they are is told by their form."""

from __future__ import annotations

import json
from itertools import pairwise

import duckdb
import pytest

from sureql.ide.explain import plan as plans
from sureql.oracle.planners import written
from sureql.ports.errors import PlanError

POSTGRES = [
    {
        "Plan": {
            "Node Type": "Sort",
            "Plan Rows": 20,
            "Total Cost": 99.5,
            "Actual Rows": 5000.0,
            "Actual Loops": 1,
            "Actual Total Time": 12.25,
            "Plans": [
                {
                    "Node Type": "Seq Scan",
                    "Relation Name": "orders",
                    "Alias": "o",
                    "Filter": "(note = 'a + b +'::text)",
                    "Plan Rows": 20,
                    "Total Cost": 90.0,
                    "Actual Rows": 5000.0,
                    "Actual Loops": 1,
                    "Actual Total Time": 10.5,
                }
            ],
        },
        "Execution Time": 12.5,
    }
]
SQL = {
    "query_block": {
        "cost_info": {"query_cost": "30.50"},
        "nested_loop": [
            {
                "table": {
                    "table_name": name,
                    "access_type": "ALL",
                    "rows_examined_per_scan": rows,
                    "cost_info": {"prefix_cost": cost},
                }
            }
            for name, rows, cost in [("a", 10, "20.00"), ("b", 4, "24.25"), ("c", 2, "30.50")]
        ],
    }
}


def framed(found: object) -> str:
    """As psql shows the cell of a table."""
    lines = json.dumps(found, indent=2).splitlines()
    body = [f" {one:<60}{'+' if one is not lines[-1] else ''}" for one in lines]
    return "\n".join([f"{'QUERY PLAN':^62}", "-" * 62, *body, "(1 row)", ""])


@pytest.mark.parametrize("text", [json.dumps(POSTGRES), framed(POSTGRES)])
def test_what_steps_really_took_is_told(text: str) -> None:
    told = plans.told(written.read(text, "the plan that was given"))

    assert told == (
        "PostgreSQL ran it in 12.25 ms. The numbers rest on the plan that was given.",
        "Most time goes into `Seq Scan` on `orders` (as `o`) (10.5 ms), because it reads the whole "
        "table.",
        "Reads `orders` (as `o`) from end to end and keeps the rows that meet "
        "`(note = 'a + b +'::text)` (5,000 rows).",
        "`Seq Scan` on `orders` (as `o`) gave 5,000 rows where 20 were expected: the planner knows too "
        "little about the values here.",
    )


def test_a_table_of_mysql_does_not_answer_for_those_before_it() -> None:
    found = written.read(json.dumps(SQL), "")
    told = plans.told(found)

    assert (found.engine, found.cost) == ("MySQL", 30.5)
    assert told[1] == (
        "The dearest step is `ALL` on `a` (cost 20), because it reads the whole table (10 rows expected)."
    )


def test_times_of_mariadb_are_of_all_loops() -> None:
    def table(name: str, loops: int, took: float) -> dict[str, object]:
        times = {"r_loops": loops, "r_rows": 1, "r_table_time_ms": took}
        return {"table": {"table_name": name, "access_type": "ALL", "rows": 1, **times}}

    steps = [table("a", 1, 9.5), table("b", 50, 0.75)]
    block = {"select_id": 1, "r_loops": 1, "r_total_time_ms": 10.5, "nested_loop": steps}
    told = plans.told(written.read(json.dumps({"query_block": block}), ""))

    assert told[0] == "MariaDB or MySQL ran it in 10.5 ms."
    assert told[1].startswith("Most time goes into `ALL` on `a` (9.5 ms)")


def test_duckdb() -> None:
    engine = duckdb.connect()
    engine.execute("CREATE TABLE t AS SELECT range AS a FROM range(1000)")
    ((_, text),) = engine.execute("EXPLAIN (FORMAT JSON) SELECT a FROM t ORDER BY a").fetchall()
    found = written.read(text, "")

    assert found.engine == "DuckDB"
    assert any("1,000 rows" in line for line in plans.told(found))


JUNK = ["", "[]", "{}", "[1]", '[{"Plan": 3}]', "Seq Scan on t  (cost=0.00..35.50)", "[" * 100_000]


@pytest.mark.parametrize("text", [*JUNK, '{"query_block": [', '[{"Plan": {}}, {"Plan": {}}]'])
def test_what_is_no_plan_is_said(text: str) -> None:
    with pytest.raises(PlanError, match=r"can(?:'t)? be read"):
        written.read(text, "")


def test_a_plan_that_is_nested_without_end_does_no_harm() -> None:
    plan = '{"Node Type": "Limit", "Plans": ['
    for depth in (200, 2000, 100_000):
        text = f'[{{"Plan": {plan * depth}{"]}" * depth}}}]'
        try:
            told = plans.told(written.read(text, ""))
        except PlanError:
            continue
        assert all(one != two for one, two in pairwise(told))
