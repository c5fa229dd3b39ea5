"""Nothing that DuckDB is asked about has an effect, whatever stands in a file or a schema."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from oracle.duckdb_catalogs import SPEC, catalog_of, table
from support.waiting import wait_until
from sureql.catalog.model import Column, Enum, Relation, UserType
from sureql.oracle.duckdb import definitions
from sureql.oracle.duckdb.engine import DuckdbEngine
from sureql.oracle.engine import EngineSpec
from sureql.ports.judge import Judge, Ruling

ACCEPTED, UNJUDGED = Ruling.ACCEPTED, Ruling.UNJUDGED


HOSTILE = [
    "COPY product TO '{file}'",
    "COPY (SELECT 1) TO '{file}'",
    "EXPORT DATABASE '{file}'",
    "IMPORT DATABASE '{file}'",
    "INSTALL httpfs",
    "LOAD '{file}'",
    "ATTACH '{file}' AS x",
    "DETACH memory",
    "USE temp",
    "PRAGMA enable_profiling",
    "PRAGMA version",
    "CALL checkpoint()",
    "SET threads = 3",
    "SET search_path = 'temp'",
    "SET VARIABLE x = 1",
    "RESET threads",
    "CREATE TABLE hacked (y INT)",
    "CREATE OR REPLACE TABLE product (y INT)",
    "DROP TABLE product",
    "ALTER TABLE product RENAME TO x",
    "BEGIN",
    "COMMIT",
    "CHECKPOINT",
    "VACUUM",
    "PREPARE p AS SELECT 1",
    "EXECUTE sureql",
    "EXPLAIN ANALYZE SELECT 1",
    "SELECT 1; CREATE TABLE hacked (y INT)",
    "SELECT 1; SELECT 2",
    "SELECT 1 /* ; */; DROP TABLE product",
    "PREPARE p AS SELECT 1; CREATE TABLE hacked (y INT)",
    "FROM product; ATTACH '{file}' AS x",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv ( '/etc/passwd' )",
    "SELECT * FROM read_csv/**/('/etc/passwd')",
    "SELECT * FROM \"read_csv\"('/etc/passwd')",
    "SELECT * FROM system.main.read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM parquet_scan('{file}')",
    "SELECT * FROM read_json_auto('https://example.org/x')",
    "SELECT getenv('HOME')",
    "SELECT * FROM query('SELECT 1; CREATE TABLE hacked (y INT)')",
    "SELECT * FROM query_table('product')",
    "SELECT * FROM json_execute_serialized_sql('x')",
    "SELECT json_serialize_plan('SELECT 1')",
    "SELECT write_log('x')",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM pandas_scan(1)",
    "SELECT * FROM python_map_function(1)",
    "SELECT * FROM checkpoint('memory')",
    "SELECT * FROM enable_logging()",
    "SELECT * FROM pragma_storage_info('product')",
    "SELECT (SELECT max(filename) FROM read_text('/etc/passwd'))",
    "WITH x AS (FROM read_text('/etc/passwd')) FROM x",
    "INSERT INTO customer SELECT * FROM read_csv('/etc/passwd')",
    "PIVOT orders ON state USING count(*)",
    "WITH x AS (PIVOT orders ON state USING count(*)) FROM x",
    "SELECT * FROM (PIVOT orders ON state USING count(*))",
    "FROM (CALL checkpoint())",
    "MERGE INTO product USING product s ON true WHEN MATCHED THEN DELETE; DROP TABLE product",
    "SELECT * FROM which_secret('x', 's3')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_extensions()",
]


@pytest.mark.parametrize("statement", HOSTILE)
def test_leaves_hostile_statements_unjudged_and_without_effect(
    engine: DuckdbEngine, shop: Judge, statement: str, tmp_path: Path
) -> None:
    assert shop.judge("SELECT 1 FROM product, orders, customer").ruling is ACCEPTED
    connection = engine._connection

    def state() -> list[object]:
        return [
            connection.execute(query).fetchall()
            for query in (
                "SELECT database_name, path FROM duckdb_databases() ORDER BY 1",
                "SELECT sql FROM duckdb_tables() ORDER BY 1",
                "SELECT view_name FROM duckdb_views() ORDER BY 1",
                "SELECT type_name FROM duckdb_types() ORDER BY 1",
                "SELECT name, value FROM duckdb_settings() ORDER BY 1",
                "SELECT count(*) FROM duckdb_variables()",
            )
        ]

    before = state()
    file = tmp_path / "out"
    assert shop.judge(statement.format(file=file)).ruling is UNJUDGED
    assert state() == before
    assert not file.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}'",
        "SET enable_external_access = true",
        "SET autoload_known_extensions = true",
        "SET lock_configuration = false",
        "INSTALL httpfs",
        "LOAD '{file}'",
        "EXPORT DATABASE '{file}'",
        "SELECT * FROM a_python_variable",
    ],
)
def test_the_locked_configuration_alone_stops_them(
    engine: DuckdbEngine, statement: str, tmp_path: Path
) -> None:
    # The second wall, should a statement ever be misread.
    import duckdb

    a_python_variable = duckdb.sql("SELECT 1")
    assert a_python_variable is not None
    file = tmp_path / "out"
    with pytest.raises(duckdb.Error):
        engine._connection.execute(statement.format(file=file)).fetchall()
    assert not file.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 LIMIT length(repeat('x', 3000000000))",
        "SELECT 1 LIMIT length(repeat('x', 1e9::int))",
        "SELECT 1 LIMIT length(repeat('x', 100000 * 100000))",
        "SELECT regexp_matches('a', repeat(repeat('x', 90000), 90000))",
        "SELECT strftime(now(), lpad('x', 3000000000, 'x'))",
        "SELECT 1 LIMIT length(printf('%3000000000d', 1))",
        "SELECT 1 LIMIT len(range(3000000000))",
        "FROM range(len(range(3000000000)))",
        "FROM range(len(list_transform(range(30000), lambda x: range(30000))))",
        "FROM range(len(list_reduce(['a', 'b', 'c'], lambda a, b: a || a)))",
        "SELECT 1 LIMIT length(" + "hex(" * 30 + "'x'" + ")" * 31,
        "SELECT 1 LIMIT length("
        + "list_transform(" * 30
        + "['a']"
        + ", lambda x: x || x)" * 30
        + "[1])",
        "SELECT 1 LIMIT length(" + "[x || x for x in " * 30 + "['a']" + "]" * 30 + "[1])",
        "SELECT [len(range(30000)) for x in range(30000)]",
        f"SELECT 1 LIMIT damerau_levenshtein('{'x' * 9000}', '{'y' * 9000}')",
        "SELECT 1 LIMIT levenshtein(repeat('x', 90000), repeat('y', 90000))",
        "SELECT 1 LIMIT octet_length(" + "encode(to_base64(" * 40 + "'x'::blob" + ")" * 81,
        "SELECT 1 LIMIT sleep_ms(100000)",
        "SELECT 1 LIMIT pg_sleep(100)",
        "SELECT __internal_decompress_string(1)",
        "WITH "
        + ", ".join(
            f"t{n} AS MATERIALIZED (SELECT x.*, y.* FROM t{n - 1} x, t{n - 1} y)"
            for n in range(1, 15)
        ).replace("t1 AS MATERIALIZED", "t0 AS (SELECT 1), t1 AS", 1)
        + " FROM t14",
        "WITH t0(a) AS (SELECT 1), "
        + ", ".join(f"t{n}(a) AS (SELECT x.a FROM t{n - 1} x, t{n - 1} y)" for n in range(1, 40))
        + " FROM t39",
        "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
        "SELECT " + "+".join(["1"] * 20_000),
        "SELECT " + "1, " * 20_000 + "1",
        "SELECT *, * FROM (" * 20 + "SELECT 1 AS a" + ")" * 20,
        "WITH t AS (SELECT " + "*, " * 3000 + "1 FROM product) SELECT a.*, b.* FROM t a, t b",
    ],
)
def test_bombs_are_not_even_lit(shop: Judge, statement: str) -> None:
    start = time.process_time()
    assert shop.judge(statement).ruling is UNJUDGED
    assert time.process_time() - start < 2


def test_stars_that_only_stand_beside_each_other_are_asked_about(shop: Judge) -> None:
    both = "SELECT p.*, q.* FROM product p CROSS JOIN product q"
    for statement in (both, f"SELECT * FROM ({both}) a", "SELECT count(*), 2 * 3 * 4 FROM product"):
        assert shop.judge(statement).ruling is ACCEPTED
    many = " UNION ALL ".join(["SELECT *, 1 FROM product"] * 200)
    assert shop.judge(many).ruling is ACCEPTED


def test_answers_in_time_or_not_at_all() -> None:
    engine = DuckdbEngine(EngineSpec("duckdb", deadline=0.02))
    judge = engine.judge_for(catalog_of(table("t", "a INTEGER")))
    many = " CROSS JOIN ".join(f"(SELECT * FROM t) x{n}" for n in range(400))
    start = time.monotonic()
    assert judge.judge(f"SELECT * FROM {many}").ruling is UNJUDGED
    # It would plan for minutes.
    assert time.monotonic() - start < 60
    # Twenty milliseconds are not always enough for anything on a busy machine.
    wait_until(lambda: judge.judge("SELECT a FROM t").ruling is ACCEPTED)
    engine.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT '\ud800'",
        "SELECT 'a\0b'",
        "\0",
        "SELECT '\0",
        "😀",
        "SELECT 1" + "(" * 90,
        ";;",
        "(((",
    ],
)
def test_never_raises(shop: Judge, statement: str) -> None:
    shop.judge(statement)
    assert shop.judge("SELECT 1").ruling is ACCEPTED


def test_changes_nothing_in_the_shadow(engine: DuckdbEngine, shop: Judge) -> None:
    for statement in (
        "INSERT INTO customer (customer_id, name) VALUES (1, 'x')",
        "WITH x AS (INSERT INTO customer (customer_id) VALUES (1) RETURNING *) FROM x",
        "MERGE INTO customer c USING (SELECT 1 AS i) s ON c.customer_id = s.i "
        "WHEN NOT MATCHED THEN INSERT (customer_id, name) VALUES (1, 'x')",
        "SELECT nextval('order_id_seq')",
    ):
        # Versions before 2 take only a SELECT as a CTE.
        assert shop.judge(statement).ruling is not UNJUDGED
    run = engine._connection.execute
    assert run("SELECT count(*) FROM customer").fetchall() == [(0,)]
    assert run("SELECT last_value FROM duckdb_sequences()").fetchall() == [(None,)]


def test_the_shadow_is_built_from_values_not_from_text(engine: DuckdbEngine) -> None:
    name = 'x" (y INT); CREATE TABLE hacked (z INT); --'
    hostile = Relation(
        "main",
        name,
        columns=(Column('a" INT); CREATE TABLE hacked (z INT); --', type="INTEGER"),),
        definition="CREATE TABLE hacked AS SELECT 1",
    )
    mood = Enum("main", "mood", ("a'); CREATE TABLE hacked (z INT); --", 'b"'))
    schema = catalog_of(hostile, table("m", "v mood"), enums={"mood": mood})
    judge = engine.judge_for(schema)
    written = name.replace('"', '""')
    assert judge.judge(f'SELECT * FROM "{written}"').ruling is ACCEPTED
    assert judge.judge("SELECT v, 'b\"'::mood FROM m").ruling is ACCEPTED
    found = engine._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert ("hacked",) not in found


@pytest.mark.parametrize(
    "text",
    [
        "INTEGER PRIMARY KEY",
        "INTEGER DEFAULT nextval('x')",
        "INTEGER CHECK (a > (SELECT count(*) FROM read_csv('/etc/passwd')))",
        "INTEGER); CREATE TABLE hacked (z INT); --",
        "INTEGER, b INTEGER",
        "STRUCT(a INTEGER",
        "STRUCT(a INTEGER DEFAULT 1)",
        "ENUM(SELECT 'x')",
        "ENUM(x)",
        "DECIMAL(a, b)",
        "VARCHAR COLLATE nocase",
        "VARCHAR USING COMPRESSION 'x'",
        "VARCHAR[SELECT 1]",
        "no_such_type",
        "a.b.c",
        "",
        "[" * 3000,
        "STRUCT(a " * 300,
        "'x'",
        "$$x$$",
    ],
)
def test_what_is_no_type_never_reaches_the_engine(text: str) -> None:
    known = frozenset(("integer", "varchar", "decimal"))
    if text:
        with pytest.raises(definitions.Unbuildable):
            definitions.type_of(text, catalog_of(), known)
    else:
        assert definitions.type_of(text, catalog_of(), known) == ""


def test_types_that_grow_at_each_level_are_not_spelt_out() -> None:
    def field(name: str, kind: str) -> Column:
        return Column(name, kind)

    types = {
        f"t{n}": UserType(
            "main",
            f"t{n}",
            "composite",
            fields=tuple(field(f"f{i}", f"t{n - 1}") for i in range(50)),
        )
        for n in range(1, 12)
    }
    types["t0"] = UserType("main", "t0", "domain", base="INTEGER")
    types["loop"] = UserType("main", "loop", "domain", base="loop")
    schema = catalog_of(types=types)
    start = time.process_time()
    for name in ("t11", "loop"):
        with pytest.raises(definitions.Unbuildable):
            definitions.type_of(name, schema, frozenset(("integer",)))
    assert time.process_time() - start < 1


def test_a_statement_that_names_a_thousand_tables_is_given_up_in_time() -> None:
    relations = [table(f"t{n}", *(f"c{i} INTEGER" for i in range(50))) for n in range(1000)]
    engine = DuckdbEngine(EngineSpec("duckdb", deadline=0.05))
    judge = engine.judge_for(catalog_of(*relations))
    start = time.process_time()
    text = "SELECT 1 FROM " + ", ".join(relation.name for relation in relations)
    assert judge.judge(text).ruling is UNJUDGED
    assert time.process_time() - start < 1.5
    assert len(engine._made) < 900
    engine.close()


def test_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    engine = DuckdbEngine(SPEC)
    judge = engine.judge_for(catalog_of(table("t", "a INTEGER")))
    assert judge.judge("SELECT a FROM t ORDER BY a").ruling is ACCEPTED
    engine.close()
    assert not list(tmp_path.iterdir())
