"""Asking for a plan never runs anything: hostile statements, for each planner."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from oracle.postgres_server import Server
from sureql.catalog.model import Catalog
from sureql.oracle.planners.duckdb import DuckdbPlanner
from sureql.oracle.planners.postgres import PostgresPlanner
from sureql.oracle.planners.postgres_shadow import PostgresShadowPlanner
from sureql.oracle.planners.sqlite import SqlitePlanner
from sureql.ports.errors import PlanError
from sureql.ports.plan import Planner
from sureql.sources import duckdb_file, sqlite_file

EVERYWHERE = [
    "",
    ";",
    "SELECT 1; DELETE FROM orders",
    "SELECT 1; SELECT 2",
    "DROP TABLE orders",
    "CREATE TABLE made AS SELECT 1 AS a",
    "EXPLAIN ANALYZE DELETE FROM orders",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "VACUUM",
    "ATTACH 'made.db' AS other",
    "PRAGMA user_version = 7",
    "SET search_path = nowhere",
    "CALL something()",
    "EXECUTE sureql_plan",
    "PREPARE p AS DELETE FROM orders",
    "DEALLOCATE ALL",
    "COPY orders TO PROGRAM 'touch made'",
    "SELECT * FROM orders WHERE id IN (" + "(" * 300 + "1" + ")" * 300 + ")",
    "SELECT " + "1, " * 30_000 + "1",
    "SELECT 'half \ud800'",
    "SELECT 1 \0 AS a",
    "SELECT repeat('x', 1000000000)",
    "SELECT repeat(a, b) FROM (SELECT 'x' AS a, 1000000000 AS b) AS q",
    "SELECT length(repeat(repeat('x', 30000), 30000))",
]
# What changes rows has a plan, which is told and not carried out.
CHANGES = [
    "DELETE FROM orders",
    "UPDATE orders SET status = 'gone'",
    "INSERT INTO customer (id) VALUES (-1)",
]
POSTGRES = [
    "WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone",
    "SELECT pg_sleep(20)",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT lo_import('/etc/passwd')",
    "SELECT set_config('search_path', 'nowhere', false)",
    "SELECT * INTO made FROM orders",
    "SELECT * FROM orders FOR UPDATE",
]
OWN_CODE = [
    "SELECT boast()",
    'SELECT public."boast"()',
    "SELECT * FROM orders WHERE id = (SELECT boast())",
    "SELECT ~~@ 1",
    "SELECT 1 + ~~@1",
    "SELECT * FROM boasting",
    "SELECT * FROM behind",
    "SELECT * FROM guarded",
    'SELECT U&"bo\\0061st"()',
    "SELECT * FROM parted WHERE x > 3",
    "INSERT INTO defaulted (id) VALUES (1)",
    "SELECT 1 WHERE 1 IN ((SELECT boast()), "
    + ", ".join(f"(SELECT 1 AS a{number})" for number in range(2100))
    + ")",
]
# They are planned without harm, but not run.
NOT_RUN = [
    "SELECT 1::checked",
    "SELECT ARRAY[1]::checked[]",
    "SELECT (ROW(1, 'a')::pair).b",
    "SELECT * FROM checking",
    "SELECT * FROM sleepy",
]
SQLITE = [
    "SELECT load_extension('x')",
    "SELECT * FROM pragma_user_version",
    "SELECT * FROM pragma_table_info('orders')",
    "SELECT writefile('made', 'x')",
    "SELECT * FROM words WHERE words MATCH 'a'",
    "DELETE FROM sqlite_master",
    "SELECT * FROM dbstat",
]
DUCKDB = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "FROM read_text('/etc/passwd')",
    "SELECT * FROM query('DROP TABLE orders')",
    "SELECT repeat('x', 2000000000)",
    "SELECT getenv('HOME')",
    "LOAD httpfs",
    "INSTALL httpfs",
    "SET enable_external_access = true",
]


def asked(planner: Planner, query: str) -> bool:
    """True if there was a plan; anything but a PlanError is a fault."""
    try:
        planner.plan(query)
    except PlanError as error:
        assert str(error).endswith("."), error
        return False
    return True


@contextmanager
def unchanged(postgres: Server, database: str) -> Iterator[None]:
    """What stands in the database is the same afterwards."""
    query = (
        "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM customer), "
        "(SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace), "
        "(SELECT count(*) FROM orders WHERE status = 'gone')"
    )
    before = postgres.ask(query, database)
    yield
    assert postgres.ask(query, database) == before


@pytest.fixture
def database(url: str) -> str:
    return url.rpartition("@/")[2].partition("?")[0]


@pytest.mark.parametrize("query", [*EVERYWHERE, *OWN_CODE])
def test_the_users_postgres_does_not_plan(
    query: str, live: PostgresPlanner, postgres: Server, database: str
) -> None:
    with unchanged(postgres, database):
        assert not asked(live, query)
        with pytest.raises(PlanError):
            live.time(query, 1, 1)
    assert asked(live, "SELECT * FROM orders")


@pytest.mark.parametrize("query", [*CHANGES, *POSTGRES])
def test_the_users_postgres_runs_nothing(
    query: str, live: PostgresPlanner, postgres: Server, database: str
) -> None:
    with unchanged(postgres, database):
        asked(live, query)
        with pytest.raises(PlanError):
            live.time(query, 1, 1)
    assert asked(live, "SELECT * FROM orders")


@pytest.mark.parametrize("query", [*EVERYWHERE, *OWN_CODE[:5], *CHANGES, *POSTGRES])
def test_the_copy_of_postgres(query: str, copy: PostgresShadowPlanner) -> None:
    planned = asked(copy, query)

    assert planned <= (query in CHANGES + POSTGRES)
    assert copy.plan("SELECT * FROM orders").cost is not None


@pytest.mark.parametrize("query", NOT_RUN)
def test_what_reaches_functions_is_not_run(query: str, live: PostgresPlanner) -> None:
    asked(live, query)
    with pytest.raises(PlanError, match="is not run on your database"):
        live.time(query, 1, 1)


def test_a_backslash_is_a_backslash(
    known: Catalog, url: str, postgres: Server, database: str
) -> None:
    postgres.ask(f"ALTER DATABASE {database} SET standard_conforming_strings = off")
    try:
        planner = PostgresPlanner(known, url)
    finally:
        postgres.ask(f"ALTER DATABASE {database} RESET standard_conforming_strings")
    hidden = "SELECT 'a\\' || ', boast(), ' || '\\'"
    assert asked(planner, hidden)
    planner.close()


def test_what_only_reads_is_planned_and_timed(live: PostgresPlanner) -> None:
    """The hurdles are not so high that nothing gets over them."""
    for query in ("SELECT * FROM recent", "SELECT random(), now()", "SELECT 1 + 1, -1, 2 || 'a'"):
        assert asked(live, query)
        assert live.time(query, 5, 1).milliseconds


@pytest.fixture(params=["copy", "file"])
def sqlite_planner(request: pytest.FixtureRequest, sqlite_shop: Path) -> Iterator[SqlitePlanner]:
    known: Catalog = sqlite_file.load(sqlite_shop)
    planner = SqlitePlanner(known, sqlite_shop if request.param == "file" else None)
    before = sqlite_shop.read_bytes()
    yield planner
    planner.close()
    assert sqlite_shop.read_bytes() == before
    assert [path.name for path in sqlite_shop.parent.iterdir()] == ["shop.db"]


def test_sqlite(sqlite_planner: SqlitePlanner) -> None:
    for query in (*EVERYWHERE, *SQLITE):
        assert not asked(sqlite_planner, query), query
        with pytest.raises(PlanError):
            sqlite_planner.time(query, 1, 1)
    for query in CHANGES:
        assert asked(sqlite_planner, query)
        with pytest.raises(PlanError):
            sqlite_planner.time(query, 1, 1)
    assert asked(sqlite_planner, "SELECT * FROM orders")


@pytest.fixture(params=["copy", "file"])
def duckdb_planner(request: pytest.FixtureRequest, duckdb_shop: Path) -> Iterator[DuckdbPlanner]:
    known = duckdb_file.load(duckdb_shop)
    before = duckdb_shop.read_bytes()
    yield DuckdbPlanner(known, duckdb_shop if request.param == "file" else None)
    assert duckdb_shop.read_bytes() == before
    assert [path.name for path in duckdb_shop.parent.iterdir()] == ["shop.duckdb"]


# DuckDB computes constants of a view when it is made: that one is only a little too large.
REACHING = """
CREATE TABLE t (id INTEGER, b TEXT, c TEXT GENERATED ALWAYS AS (repeat(b, 1500000000)));
CREATE TABLE u (id INTEGER, b TEXT);
CREATE MACRO large(x) AS repeat(x, 1500000000);
CREATE MACRO larger(x) AS large(x);
CREATE MACRO twice(x) AS x * 2;
CREATE MACRO many(x) AS repeat(x, 100);
CREATE MACRO passwords() AS TABLE SELECT * FROM read_text('/etc/passwd');
CREATE VIEW bomb AS SELECT length(repeat('x', 15000000)) AS n FROM u;
CREATE VIEW behind AS SELECT length(larger(b)) AS n FROM u;
CREATE VIEW first AS SELECT repeat(b, 1000) AS b FROM u;
CREATE VIEW second AS SELECT repeat(b, 1000) AS b FROM first;
CREATE VIEW fine AS SELECT lpad(b, 5, '0') AS b, twice(id) AS id FROM u;
"""


def test_what_a_duckdb_file_holds_does_no_harm_either(tmp_path: Path) -> None:
    path = tmp_path / "hostile.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(REACHING)
    planner = DuckdbPlanner(duckdb_file.load(path), path)
    for query in (
        "SELECT length(larger('x'))",
        "SELECT length(many(many(many(many(many('x'))))))",
        "SELECT * FROM passwords()",
        *(f"SELECT * FROM {name}" for name in ("t", "bomb", "behind", "second")),
    ):
        started = time.monotonic()
        assert not asked(planner, query), query
        with pytest.raises(PlanError):
            planner.time(query, 1, 1)
        assert time.monotonic() - started < 30
    for query in ("SELECT * FROM fine", "SELECT * FROM first", "SELECT twice(id) FROM u"):
        assert asked(planner, query)
        assert planner.time(query, 5, 1).milliseconds


def test_a_sqlite_file_is_not_run_with_values_without_bounds(tmp_path: Path) -> None:
    path = tmp_path / "hostile.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);"
            "CREATE VIEW large AS SELECT hex(zeroblob(400000000)) AS x FROM t;"
        )
    planner = SqlitePlanner(sqlite_file.load(path), path)
    for query in (
        "SELECT length(x) FROM large",
        "SELECT hex(randomblob(500000000)) FROM t",
        "SELECT printf('%.*c', 2000000000, 'x')",
    ):
        with pytest.raises(PlanError):
            planner.time(query, 1, 1)


def test_duckdb(duckdb_planner: DuckdbPlanner) -> None:
    for query in (*EVERYWHERE, *DUCKDB):
        assert not asked(duckdb_planner, query), query
        with pytest.raises(PlanError):
            duckdb_planner.time(query, 1, 1)
    for query in CHANGES:
        asked(duckdb_planner, query)
        with pytest.raises(PlanError):
            duckdb_planner.time(query, 1, 1)
    assert asked(duckdb_planner, "SELECT * FROM orders")
