"""Queries on small databases: the same in SQLite, DuckDB and PostgreSQL."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from oracle.executors.conftest import Make
from oracle.executors.made import Bench
from oracle.postgres_server import Server
from sureql.catalog.model import Column, Relation, empty
from sureql.oracle.engine import EngineSpec
from sureql.oracle.executors import open as executors
from sureql.ports.errors import JudgeError
from sureql.ports.executor import Row, Table, Trial

ADA = (1, "Ada", "ada@x.org", datetime.date(1815, 12, 10))
BOB = (2, "Bob's \"\\ \n", None, None)
CUSTOMER = "id name email born"


def two_customers(shop: Bench) -> Table:
    return shop.table("customer", CUSTOMER, ADA, BOB)


def test_rows_come_back_as_they_were_put_in(shop: Bench) -> None:
    found = shop.run(two_customers(shop), query="SELECT id, name, email FROM customer ORDER BY id")
    assert found.columns == ("id", "name", "email")
    assert len(found.types) == 3
    assert found.rows == (ADA[:3], BOB[:3])


def test_tables_that_are_left_out_are_empty(shop: Bench) -> None:
    shop.run(two_customers(shop), query="SELECT 1")
    assert shop.run(query="SELECT count(*) FROM customer").rows == ((0,),)


def test_columns_that_are_left_out_are_null(shop: Bench) -> None:
    orders = shop.table("orders", "state id", ("new", 1))
    found = shop.run(orders, query="SELECT id, customer_id, total FROM orders")
    assert found.rows == ((1, None, None),)


def test_a_failed_query_does_not_take_the_rows_from_the_next(shop: Bench) -> None:
    count = "SELECT count(*) FROM customer"
    trial = shop.tried(two_customers(shop), queries=[count, "SELECT nope FROM customer", count])
    first, failed, last = trial.outcomes
    assert "nope" in failed.error and not failed.limited
    assert first.rows == last.rows == ((2,),)


def test_an_error_that_depends_on_the_rows_is_the_outcome(shop: Bench, make: Make) -> None:
    if shop.executor.dialect == "sqlite":
        pytest.skip("SQLite casts whatever there is.")
    found = shop.run(two_customers(shop), query="SELECT CAST(name AS integer) FROM customer")
    assert found.error and not found.limited
    assert shop.run(query="SELECT CAST(name AS integer) FROM customer").error == ""


@pytest.mark.parametrize(
    ("table", "columns", "rows"),
    [
        ("customer", "id name", [(1, "a"), (1, "b")]),
        ("customer", "id name email", [(1, "a", "x"), (2, "b", "x")]),
        ("customer", "id name", [(1, None)]),
        ("orders", "id state", [(1, "lost")]),
        ("orders", "id state total", [(1, "new", Decimal("-0.01"))]),
        ("orders", "id state customer_id", [(1, "new", 7)]),
        ("staff", "id boss", [(1, 2)]),
    ],
    ids=["primary key", "unique", "not null", "check in", "check", "foreign key", "to itself"],
)
def test_rows_that_the_schema_forbids_are_refused(
    shop: Bench, table: str, columns: str, rows: list[Row]
) -> None:
    trial = shop.tried(shop.table(table, columns, *rows))
    assert trial.refusal
    assert trial.outcomes == ()
    assert shop.run(query="SELECT count(*) FROM customer").rows == ((0,),)


def test_a_key_is_never_filled_in_by_the_engine(shop: Bench) -> None:
    assert shop.tried(shop.table("customer", "id name", (None, "x"))).refusal
    assert shop.tried(shop.table("customer", "name", ("x",))).refusal


def test_rows_may_refer_to_each_other_in_any_order(shop: Bench) -> None:
    orders = shop.table("orders", "id customer_id state", (1, 2, "new"), (2, None, "new"))
    staff = shop.table("staff", "id boss", (1, 2), (2, 1), (3, 3))
    query = "SELECT count(*) FROM orders JOIN customer ON customer_id = customer.id"
    assert shop.run(orders, staff, two_customers(shop), query=query).rows == ((1,),)


def test_unique_keys_take_several_nulls(shop: Bench) -> None:
    rows = [(number, "x", None) for number in range(3)]
    table = shop.table("customer", "id name email", *rows)
    assert shop.run(table, query="SELECT count(*) FROM customer").rows == ((3,),)


def test_exact_numbers_stay_exact_enough(shop: Bench) -> None:
    orders = shop.table("orders", "id state total", (1, "new", Decimal("0.10")))
    ((total,),) = shop.run(orders, query="SELECT total FROM orders").rows
    assert total == (0.1 if shop.executor.dialect == "sqlite" else Decimal("0.10"))


def test_dates_compare_as_dates(shop: Bench) -> None:
    query = "SELECT name FROM customer WHERE born < '1900-01-01'"
    assert shop.run(two_customers(shop), query=query).rows == (("Ada",),)


def test_views_and_computed_columns_take_rows(make: Make) -> None:
    bench = make(
        "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED);"
        "CREATE VIEW v AS SELECT a FROM t;"
    )
    table, view = bench.table("t", "a b", (1, 2)), bench.table("v", "a", (5,), (5,))
    assert bench.run(table, view, query="SELECT a, b FROM t").rows == ((1, 2),)
    assert bench.run(table, view, query="SELECT sum(a) FROM v").rows == ((10,),)


def test_names_may_hold_anything(make: Make) -> None:
    bench = make(
        'CREATE TABLE "Odd ""name""; --" ("select" integer PRIMARY KEY, "Ünï" varchar(5), "a\'b" integer);'
    )
    (relation,) = bench.catalog.relations()
    columns = tuple(column.name for column in relation.columns)
    table = Table(relation.schema, relation.name, columns, ((1, "ß", 2),))
    query = 'SELECT "select", "Ünï", "a\'b" FROM "Odd ""name""; --"'
    assert bench.run(table, query=query).rows == ((1, "ß", 2),)


def test_schemas_of_other_names(make: Make) -> None:
    bench = make("CREATE SCHEMA stock; CREATE TABLE stock.part (id integer PRIMARY KEY);")
    table = Table("stock", "part", ("id",), ((4,),))
    assert bench.run(table, query="SELECT id FROM stock.part").rows == ((4,),)


def test_many_databases_leave_nothing_behind(shop: Bench) -> None:
    for number in range(120):
        table = shop.table("customer", "id name", *[(one, "x") for one in range(number % 3)])
        found = shop.run(table, query="SELECT count(*) FROM customer")
        assert found.rows == ((number % 3,),)


def test_two_executors_at_once_do_not_see_each_other(make: Make) -> None:
    one, other = make("CREATE TABLE t (a integer);"), make("CREATE TABLE t (a varchar(5));")
    assert one.run(one.table("t", "a", (1,)), query="SELECT a FROM t").rows == ((1,),)
    assert other.run(other.table("t", "a", ("x",)), query="SELECT a FROM t").rows == (("x",),)


def test_a_value_that_cannot_be_stored_is_a_refusal(shop: Bench) -> None:
    for value in ("\ud800", 10**30):
        columns = "id name" if isinstance(value, str) else "name id"
        row: Row = (1, value) if isinstance(value, str) else ("x", value)
        trial: Trial = shop.tried(shop.table("customer", columns, row))
        assert trial.refusal
    assert shop.run(query="SELECT 1").rows == ((1,),)


def test_a_schema_that_cannot_be_built_is_said(shop: Bench, postgres: Server) -> None:
    dialect = shop.executor.dialect
    columns = (Column("half \ud800", "INTEGER"),)
    catalog = replace(empty(dialect), search_path=("main",))
    opener = executors.opener(dialect, EngineSpec(dialect, cache=postgres.cache))
    assert opener is not None
    with pytest.raises(JudgeError):
        opener(catalog, [Relation("main", "t", columns=columns)])
    assert shop.run(query="SELECT 1").rows == ((1,),)


def test_the_engine_says_its_name_and_version(shop: Bench) -> None:
    name, version = shop.executor.engine.split(" ")
    assert name.lower().startswith(shop.executor.dialect[:6])
    assert version[0].isdigit()
