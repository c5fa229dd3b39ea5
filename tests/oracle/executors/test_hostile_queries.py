"""Queries and schemas that mean harm: none has an effect, and none takes the machine down."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from oracle.executors.conftest import Make
from oracle.executors.made import LONG, Bench
from sureql.catalog.model import Catalog, Column, Key, Relation, Schema
from sureql.oracle.executors import open as executors

SOON = 0.25
_SPARE = 15.0  # A busy machine may be late, but not as late as the query would be.

NEVER_RUN = [
    "DROP TABLE customer",
    "DELETE FROM customer",
    "INSERT INTO customer (id, name) VALUES (1, 'x')",
    "UPDATE customer SET name = 'x'",
    "CREATE TABLE mine (a integer)",
    "SELECT 1; DROP TABLE customer",
    "SELECT 1; SELECT 2",
    "",
    ";",
    "-- nothing",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "PRAGMA writable_schema = 1",
    "ATTACH '{file}' AS other",
    "VACUUM INTO '{file}'",
    "EXPLAIN ANALYZE SELECT 1",
    "COPY customer TO '{file}'",
    "COPY (SELECT 1) TO PROGRAM 'cat > {file}'",
    "EXPORT DATABASE '{file}'",
    "SET memory_limit = '100GB'",
    "RESET ALL",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CALL pragma_version()",
    "DO $$ BEGIN PERFORM 1; END $$",
    "SELECT load_extension('/tmp/x')",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '{file}')",
    "SELECT pg_sleep(60)",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
    "SELECT PG_Terminate_Backend(pid) FROM pg_stat_activity",
    'SELECT "pg_terminate_backend"(pid) FROM pg_stat_activity',
    'SELECT U&"pg\\005fsleep"(60)',
    "SELECT set_config('statement_timeout', '0', false)",
    "SELECT query_to_xml('DROP TABLE customer', true, true, '')",
    "SELECT nextval('x')",
    "SELECT dblink('dbname=postgres', 'SELECT 1')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM sqlite_scan('{file}', 't')",
    "SELECT * FROM pragma_table_list",
    "SELECT * FROM sqlite_dbpage",
    "SELECT * INTO mine FROM customer",
    "WITH gone AS (DELETE FROM customer RETURNING id) SELECT * FROM gone",
    "WITH more AS (INSERT INTO customer (id, name) VALUES (9, 'x') RETURNING id) SELECT * FROM more",
    "SELECT id FROM customer FOR UPDATE",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('{file}', 'x')",
]


@pytest.mark.parametrize("query", NEVER_RUN)
def test_only_readers_are_run(shop: Bench, query: str, tmp_path: Path) -> None:
    file = tmp_path / "written"
    customer = shop.table("customer", "id name", (1, "Ada"))
    asked = [query.replace("{file}", str(file)), "SELECT id, name FROM customer"]
    started = time.monotonic()
    refused, kept = shop.tried(customer, queries=asked).outcomes
    assert time.monotonic() - started < LONG / 2
    assert refused.error and refused.rows == ()
    assert kept.rows == ((1, "Ada"),)
    assert not file.exists()
    assert shop.run(query="SELECT count(*) FROM customer").rows == ((0,),)


ENDLESS = {
    "recursion": "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    "recursion that grows": (
        "WITH RECURSIVE r (n) AS (SELECT 'x' UNION ALL SELECT n || n FROM r) SELECT max(n) FROM r"
    ),
    "rows": "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "cross joins": (
        "SELECT count(*) FROM "
        + ", ".join(f"customer AS c{number}" for number in range(12))
        + " WHERE c0.id + c5.id + c11.id < 0"
    ),
    "sorted": (
        "SELECT c0.name FROM "
        + ", ".join(f"customer AS c{number}" for number in range(9))
        + " ORDER BY c0.id + c8.id, c4.name"
    ),
    "long texts": "SELECT repeat(repeat(repeat('x', 10000), 10000), 10000)",
    "zeros": "SELECT zeroblob(2000000000), randomblob(1000000000)",
    "format": "SELECT printf('%.*c', 2000000000, 'x')",
    "a computed width": "SELECT printf('%.*c', id + 2000000000, 'x') FROM customer",
    "padded": "SELECT lpad('x', 2000000000, 'y')",
    "a size of another query's": "SELECT repeat(a, b) FROM (SELECT 'x' AS a, 1000000000 AS b) AS q",
    "a size of a text": "SELECT repeat('x', ('9999' || '99999')::integer)",
    "a size in each row": "SELECT sum(length(repeat(name, 1900000))) FROM customer",
    "a series": "SELECT count(*) FROM generate_series(1, 100000000000) AS a, generate_series(1, 99999) AS b",
    "an array": "SELECT array_agg(a) FROM generate_series(1, 100000000000) AS t(a)",
    "a pattern": "SELECT replace(hex(zeroblob(40000)), '0', 'a') LIKE '%a%a%a%a%a%a%a%a%a%a%a%b'",
    "an expression": "SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' SIMILAR TO '(a*)*(a*)*(a*)*b'",
    "depth": "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "width": "SELECT " + ", ".join(["1"] * 20000),
}


@pytest.mark.parametrize("query", ENDLESS.values(), ids=ENDLESS)
def test_what_would_not_end_is_ended(shop: Bench, query: str) -> None:
    rows = [(number, f"name {number}") for number in range(30)]
    started = time.monotonic()
    trial = shop.executor.run((shop.table("customer", "id name", *rows),), [query], SOON)
    assert time.monotonic() - started < SOON + _SPARE
    (found,) = trial.outcomes
    assert len(found.rows) <= 1
    after = shop.run(
        shop.table("customer", "id name", *rows), query="SELECT count(*) FROM customer"
    )
    assert after.rows == ((30,),)


SIZES = [
    "SELECT length(repeat(name, id)) FROM customer",
    "SELECT length(lpad(name, id + 1, 'x')) FROM customer",
    "SELECT length(rpad(name, greatest(id, 3), 'x')) FROM customer",
    "SELECT length(format('%*s', id, 'x')) FROM customer",
    "SELECT length(printf('%*d', id, 1)) FROM customer",
    "SELECT length(format('{:>{}}', 'x', id)) FROM customer",
    "SELECT length(bar(id, 0, 10, id)) FROM customer",
]


@pytest.mark.parametrize("query", SIZES)
def test_a_row_does_not_say_how_large_a_value_becomes(shop: Bench, query: str) -> None:
    started = time.monotonic()
    large = shop.run(shop.table("customer", "id name", (2_000_000_000, "a")), query=query)
    assert time.monotonic() - started < _SPARE
    assert large.error or large.rows == ((len("{:>{}}"),),)  # SQLite sees no width in this.


def test_small_sizes_are_computed(shop: Bench) -> None:
    if shop.executor.dialect == "sqlite":
        return  # It has no such functions.
    for query in (
        "SELECT repeat(name, id) FROM customer",
        "SELECT lpad(name, 2, 'a') FROM customer",
    ):
        assert shop.run(shop.table("customer", "id name", (2, "a")), query=query).rows == (("aa",),)


def test_the_time_is_for_all_queries_together(shop: Bench) -> None:
    endless = ENDLESS["recursion"]
    started = time.monotonic()
    found = shop.executor.run((), [endless] * 4, SOON).outcomes
    assert time.monotonic() - started < SOON + _SPARE
    assert [one.limited for one in found] == [True] * 4


def test_a_result_has_a_limit(shop: Bench) -> None:
    rows = [(number, "x") for number in range(30)]
    many = "SELECT a.id FROM customer a, customer b, customer c"
    found = shop.run(shop.table("customer", "id name", *rows), query=many)
    assert found.limited and found.rows == ()


INJECTED = [
    "x'); DROP TABLE customer; --",
    'x"); DROP TABLE customer; --',
    "x\\'); DROP TABLE customer; --",
    "$$; DROP TABLE customer; $$",
    "x /* ",
    "%s ? $1 :name {0}",
    "\\x41",
    "",
]


@pytest.mark.parametrize("text", INJECTED)
def test_a_text_is_only_a_text(shop: Bench, text: str) -> None:
    customer = shop.table("customer", "id name email", (1, "n", text))
    assert shop.run(customer, query="SELECT email FROM customer").rows == ((text,),)


def _hostile(dialect: str) -> Catalog:
    schema = {"postgres": "public"}.get(dialect, "main")
    bad = "integer); CREATE TABLE hacked (a integer); --"
    relation = Relation(
        schema,
        "t",
        columns=(
            Column("id", "INTEGER", nullable=False),
            Column('a"); CREATE TABLE hacked (a integer); --', "INTEGER"),
            Column("b", bad),
            Column("c", "INTEGER", default="(SELECT pg_read_file('/etc/passwd'))"),
        ),
        keys=(Key(("id",), primary=True), Key(('id"); CREATE TABLE hacked (a integer); --',))),
        checks=(
            "id > 0) ; CREATE TABLE hacked (a integer); --",
            "pg_read_file('/etc/passwd') = ''",
            "id IN (SELECT 1)",
            "load_extension('x') = 1",
            "id < 100",
        ),
    )
    schemas = {schema: Schema(schema, {"t": relation}, closed=True)}
    return Catalog(dialect, schemas, (schema,), closed=True)


def test_a_schema_holds_no_commands(shop: Bench, postgres: object) -> None:
    from sureql.oracle.engine import EngineSpec

    dialect = shop.executor.dialect
    catalog = _hostile(dialect)
    (relation,) = catalog.relations()
    opener = executors.opener(dialect, EngineSpec(dialect, cache=getattr(postgres, "cache", "")))
    assert opener is not None
    executor = opener(catalog, [relation])
    bench = Bench(executor, catalog)
    try:
        assert bench.run(bench.table("t", "id", (1,)), query="SELECT id FROM t").rows == ((1,),)
        assert bench.run(query="SELECT * FROM hacked").error
        # The check that is only a comparison is kept.
        assert bench.tried(bench.table("t", "id", (100,))).refusal
    finally:
        executor.close()


def test_a_query_over_columns_of_unknown_types_is_not_run(make: Make) -> None:
    bench = make("CREATE TABLE place (id integer PRIMARY KEY, spot nowhere_known);")
    table = bench.table("place", "id", (1,))
    assert bench.run(table, query="SELECT id, count(*) FROM place GROUP BY id").rows == ((1, 1),)
    if bench.executor.dialect != "sqlite":  # There a column may hold anything.
        assert bench.run(table, query="SELECT spot FROM place").limited
        assert bench.run(table, query="SELECT * FROM place").limited
