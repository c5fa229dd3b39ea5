"""Plans in the forms of MySQL 8 and MariaDB, written by hand after their manuals."""

from __future__ import annotations

import json

import pytest

from sureql.oracle.planners import mysql_plan
from sureql.ports.errors import PlanError
from sureql.ports.plan import Node

MYSQL = {
    "query_block": {
        "select_id": 1,
        "cost_info": {"query_cost": "310.25"},
        "ordering_operation": {
            "using_filesort": True,
            "cost_info": {"sort_cost": "100.00"},
            "grouping_operation": {
                "using_temporary_table": True,
                "using_filesort": False,
                "nested_loop": [
                    {
                        "table": {
                            "table_name": "o",
                            "access_type": "ALL",
                            "possible_keys": ["PRIMARY", "by_customer"],
                            "rows_examined_per_scan": 1000,
                            "rows_produced_per_join": 100,
                            "filtered": "10.00",
                            "cost_info": {
                                "read_cost": "91.25",
                                "eval_cost": "10.00",
                                "prefix_cost": "101.25",
                                "data_read_per_join": "4K",
                            },
                            "used_columns": ["id", "total"],
                            "attached_condition": "(`shop`.`o`.`total` > 5)",
                        }
                    },
                    {
                        "table": {
                            "table_name": "c",
                            "access_type": "eq_ref",
                            "key": "PRIMARY",
                            "ref": ["shop.o.customer_id"],
                            "rows_examined_per_scan": 1,
                            "cost_info": {"prefix_cost": "210.25"},
                            "materialized_from_subquery": {
                                "query_block": {"select_id": 2, "message": "No tables used"}
                            },
                        }
                    },
                ],
            },
        },
    }
}
MARIADB = {
    "query_block": {
        "select_id": 1,
        "cost": 0.21,
        "filesort": {
            "sort_key": "o.total",
            "temporary_table": {
                "nested_loop": [
                    {
                        "table": {
                            "table_name": "o",
                            "access_type": "range",
                            "key": "by_total",
                            "rows": 40,
                            "r_rows": 38.5,
                            "r_loops": 1,
                            "r_total_time_ms": 0.5,
                            "cost": 0.11,
                            "filtered": 100,
                            "index_condition": "o.total > 5",
                        }
                    },
                    {
                        "block-nl-join": {
                            "table": {"table_name": "c", "access_type": "ALL", "rows": 7},
                            "buffer_type": "flat",
                            "join_type": "BNL",
                        }
                    },
                ]
            },
        },
        "subqueries": [{"query_block": {"select_id": 2, "table": {"message": "no matching row"}}}],
    }
}


def drawn(node: Node, depth: int = 0) -> list[str]:
    line = "  " * depth + " ".join(filter(None, (node.operation, node.relation, node.index)))
    return [line, *(below for child in node.children for below in drawn(child, depth + 1))]


def test_mysql() -> None:
    plan = mysql_plan.read(json.dumps(MYSQL), "MySQL 8.4", "its statistics")

    assert (plan.cost, plan.unit) == (310.25, "cost units")
    assert drawn(plan.root) == [
        "query_block",
        "  ordering_operation",
        "    grouping_operation",
        "      nested_loop",
        "        eq_ref c PRIMARY",
        "          ALL o",
        "          materialized_from_subquery",
        "            query_block",
    ]
    (second,) = plan.root.children[0].children[0].children[0].children
    first = second.children[0]
    assert (first.rows, first.cost, second.rows, second.cost) == (1000, 101.25, 1, 210.25)
    assert dict(first.details)["attached_condition"] == "(`shop`.`o`.`total` > 5)"
    assert dict(first.details)["possible_keys"] == "PRIMARY, by_customer"
    assert dict(second.details)["ref"] == "shop.o.customer_id"


def test_mariadb() -> None:
    plan = mysql_plan.read(json.dumps(MARIADB), "MariaDB 11.4", "its statistics")

    assert plan.cost == 0.21
    assert drawn(plan.root) == [
        "query_block",
        "  filesort",
        "    temporary_table",
        "      nested_loop",
        "        range o by_total",
        "        block-nl-join",
        "          ALL c",
        "  subqueries",
        "    query_block",
        "      table",
    ]
    ranged = plan.root.children[0].children[0].children[0].children[0]
    assert (ranged.rows, ranged.actual_rows, ranged.milliseconds) == (40, 38.5, 0.5)
    assert dict(plan.root.children[0].details) == {"sort_key": "o.total"}


def test_without_costs_there_is_no_number() -> None:
    text = json.dumps({"query_block": {"select_id": 1, "table": {"table_name": "t", "rows": 3}}})
    plan = mysql_plan.read(text, "MariaDB 10.6", "its statistics")

    assert (plan.cost, plan.unit) == (None, "")
    assert plan.root.children[0].rows == 3


@pytest.mark.parametrize("text", ["", "[]", "{}", "1", '{"query_block": 3}', '{"query_block": []}'])
def test_what_is_no_plan(text: str) -> None:
    with pytest.raises(PlanError, match="can't be read"):
        mysql_plan.read(text, "MySQL", "")
