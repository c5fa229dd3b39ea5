"""The DuckDB judge says what DuckDB would say, and nothing it is asked has an effect."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support import schemas
from sureql.catalog.model import Catalog, Column, Enum, Index, Key, Relation, Schema, UserType
from sureql.oracle import engines
from sureql.oracle.duckdb import definitions
from sureql.oracle.duckdb.engine import DuckdbEngine
from sureql.oracle.engine import EngineSpec
from sureql.ports.judge import Judge, Judgement, Ruling

ACCEPTED, REFUSED, UNJUDGED = Ruling.ACCEPTED, Ruling.REFUSED, Ruling.UNJUDGED
# The machine may be busy: what is slow is tested on its own.
SPEC = EngineSpec("duckdb", deadline=10)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckdbEngine]:
    opened = engines.opened(SPEC)
    assert isinstance(opened, DuckdbEngine)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shop(engine: DuckdbEngine) -> Judge:
    return engine.judge_for(schemas.catalog("shop", "duckdb"))


def catalog_of(*relations: Relation, closed: bool = True, **more: object) -> Catalog:
    found = {relation.name.lower(): relation for relation in relations}
    main = Schema("main", relations=found, closed=closed, **more)  # type: ignore[arg-type]
    return Catalog("duckdb", {"main": main}, ("main",), closed=closed)


def table(name: str, *columns: str, **more: object) -> Relation:
    made = tuple(Column(*column.split(" ", 1)) for column in columns)
    return Relation("main", name, columns=made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT name FROM product", ACCEPTED),
        ("select name from PRODUCT;", ACCEPTED),
        ("FROM product", ACCEPTED),
        ("FROM 'product' SELECT name", ACCEPTED),
        ("(SELECT 1) UNION ALL (SELECT 2)", ACCEPTED),
        ("VALUES (1, 2)", ACCEPTED),
        ("SELECT dimensions.width, labels[1], attributes['x'] FROM product", ACCEPTED),
        ("SELECT payload ->> '$.a' FROM staging.raw_order", ACCEPTED),
        ("FROM orders WHERE state = 'new'::order_state", ACCEPTED),
        ("SELECT nextval('order_id_seq')", ACCEPTED),
        ("SELECT value FROM order_value", ACCEPTED),
        ("SELECT name FROM product WHERE price > ? AND name = $2", ACCEPTED),
        ("SELECT name FROM product WHERE price > $least", ACCEPTED),
        ("PIVOT orders ON state IN ('new') USING count(*)", ACCEPTED),
        ("SELECT * FROM range(10)", ACCEPTED),
        ("SELECT unnest(generate_series(1, 1000000))", ACCEPTED),
        ("SELECT lpad(name, 20, '0') FROM product", ACCEPTED),
        ("SELECT table_name FROM duckdb_tables()", ACCEPTED),
        ("SELECT table_name FROM information_schema.tables", ACCEPTED),
        ("INSERT INTO customer (customer_id, name) VALUES (1, 'x')", ACCEPTED),
        ("INSERT INTO customer BY NAME SELECT 1 AS customer_id, 'x' AS name", ACCEPTED),
        ("UPDATE customer SET name = 'x' RETURNING *", ACCEPTED),
        ("DELETE FROM customer", ACCEPTED),
        (
            "MERGE INTO product p USING product s ON p.name = s.name "
            "WHEN MATCHED THEN UPDATE SET price = 1",
            ACCEPTED,
        ),
        ("SELECT nam FROM product", REFUSED),
        ("SELECT name FROM produkt", REFUSED),
        ("SELECT x.name FROM product", REFUSED),
        ("SELECT dimensions.depht FROM product", REFUSED),
        ("SELECT name FROM product p q r", REFUSED),
        ("SELECT sum(price), name FROM product", REFUSED),
        ("SELECT name FROM product WHERE name > 5 + DATE '2020-01-01'", REFUSED),
        ("SELECT lower(name, 2) FROM product", REFUSED),
        ("INSERT INTO customer (nme) VALUES ('x')", REFUSED),
        ("SELECT * FROM staging.nothing", REFUSED),
        ("SELECT", REFUSED),
        # What another program's extensions, files, variables and macros may bring.
        ("SELECT no_such_function(name) FROM product", UNJUDGED),
        ("SELECT st_area(name) FROM product", UNJUDGED),
        ("SELECT name::geo FROM product", UNJUDGED),
        ("SELECT * FROM 'data.parquet'", UNJUDGED),
        ('SELECT * FROM "s3://bucket/x"', UNJUDGED),
        ("SELECT * FROM lake.main.orders", UNJUDGED),
        ("SELECT nextval('other_seq')", UNJUDGED),
        ("INSERT INTO order_value VALUES (1, 2, 'new', 3)", UNJUDGED),
        ("", UNJUDGED),
        ("SELECT 'never closed", UNJUDGED),
    ],
)
def test_rules_as_the_engine_does(shop: Judge, statement: str, expected: Ruling) -> None:
    assert shop.judge(statement).ruling is expected


def test_a_refusal_says_what_where_and_of_which_class(shop: Judge) -> None:
    def at(statement: str) -> tuple[str, str]:
        found = shop.judge(statement)
        assert found.ruling is REFUSED
        assert found.offset is not None, found
        return found.code, statement[found.offset :].split("\n")[0]

    assert at("SELECT nme FROM product") == ("Binder Error", "nme FROM product")
    assert at("SELECT 'äö😀',\r\n  nme\nFROM product") == ("Binder Error", "nme")
    assert at("SELECT " + "name, " * 300 + "nme\n FROM product") == ("Binder Error", "nme")
    assert at("SELECT 'ß' FRM product\n p q") == ("Parser Error", "product")
    assert at("SELECT *\nFROM produkt") == ("Catalog Error", "produkt")
    # These come without a position: the only such name is meant.
    assert at("INSERT INTO product (nme)\nSELECT 'x'") == ("Binder Error", "nme)")
    assert at("SELECT 'ß' FROM product JOIN orders USING (zz)") == ("Binder Error", "zz)")
    assert at("SELECT dimensions.depht\nFROM product") == ("Binder Error", "depht")
    assert shop.judge("INSERT INTO orders VALUES (1)").offset is None

    found = shop.judge("SELECT nme FROM product")
    assert found.message == 'Referenced column "nme" not found in FROM clause'
    assert found.hint.startswith("Candidate bindings:")
    assert "LINE" not in shop.judge("SELECT name FROM product p q r").message


def test_tells_the_result_types(shop: Judge) -> None:
    statement = "SELECT name, price * 2 AS twice, state FROM product, orders"
    expected = (("name", "VARCHAR"), ("twice", "DECIMAL(18,2)"), ("state", "order_state"))
    assert shop.judge(statement) == Judgement(ACCEPTED, results=expected)


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
    ],
)
def test_bombs_are_not_even_lit(shop: Judge, statement: str) -> None:
    start = time.monotonic()
    assert shop.judge(statement).ruling is UNJUDGED
    assert time.monotonic() - start < 2


def test_answers_in_time_or_not_at_all() -> None:
    engine = DuckdbEngine(EngineSpec("duckdb", deadline=0.02))
    judge = engine.judge_for(catalog_of(table("t", "a INTEGER")))
    many = " CROSS JOIN ".join(f"(SELECT * FROM t) x{n}" for n in range(400))
    start = time.monotonic()
    assert judge.judge(f"SELECT * FROM {many}").ruling is UNJUDGED
    assert time.monotonic() - start < 3
    time.sleep(0.05)
    assert judge.judge("SELECT a FROM t").ruling is ACCEPTED
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
        assert shop.judge(statement).ruling is ACCEPTED
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


@pytest.mark.parametrize(
    "text",
    [
        "INTEGER",
        "decimal(10, 2)",
        "DOUBLE PRECISION",
        "CHARACTER VARYING(10)",
        "TIMESTAMP WITH TIME ZONE",
        "TIMESTAMP WITHOUT TIME ZONE[]",
        'STRUCT(a INTEGER, "b c" VARCHAR[])[3]',
        "MAP(VARCHAR, STRUCT(x DOUBLE))",
        "UNION(num INTEGER, str VARCHAR)",
        "ENUM('a', 'it''s')",
        "JSON",
        "UUID",
        "money",
        "point",
        "state[]",
    ],
)
def test_types_are_built_as_written(engine: DuckdbEngine, text: str) -> None:
    types = {
        "money": UserType("main", "money", "domain", base="DECIMAL(10, 2)"),
        "point": UserType(
            "main", "point", "composite", fields=(Column("x", "DOUBLE"), Column("y", "DOUBLE"))
        ),
    }
    enums = {"state": Enum("main", "state", ("on", "off"))}
    judge = engine.judge_for(catalog_of(table("t", f"a {text}"), types=types, enums=enums))
    assert judge.judge("SELECT a FROM t").ruling is ACCEPTED
    assert judge.judge("SELECT b FROM t").ruling is REFUSED
    assert judge.judge("SELECT NULL::money, NULL::point, 'on'::state").ruling is ACCEPTED


def test_what_the_catalog_may_not_know_is_unjudged(engine: DuckdbEngine) -> None:
    open_table = table("o", "a INTEGER", closed=False)
    odd = table("b", "a geo_thing")
    view = Relation("main", "v", kind="view", columns=(Column("a"), Column("b", "INTEGER")))
    plain = table("c", "a INTEGER")
    judge = engine.judge_for(catalog_of(open_table, odd, view, plain))
    assert judge.judge("SELECT z FROM o").ruling is UNJUDGED
    assert judge.judge("SELECT a FROM b").ruling is UNJUDGED
    assert judge.judge("SELECT z FROM c").ruling is REFUSED
    assert judge.judge("SELECT a FROM unknown").ruling is REFUSED
    # Of a column without a type only names are certain.
    assert judge.judge("SELECT z FROM v").ruling is REFUSED
    assert judge.judge("SELECT a.x, a + 1, lower(a) FROM v").ruling is not REFUSED
    assert judge.judge("SELECT list_sort(a, b, a, b, a) FROM v").ruling is UNJUDGED
    half = engine.judge_for(catalog_of(plain, closed=False))
    assert half.judge("SELECT a FROM unknown").ruling is UNJUDGED
    assert half.judge("SELECT z FROM c").ruling is REFUSED


def test_keys_and_generated_columns_count(engine: DuckdbEngine) -> None:
    made = replace(
        table("g", "a INTEGER", "b INTEGER", "d INTEGER", "e INTEGER"),
        keys=(Key(("a",), primary=True),),
        indexes=(Index("i", ("e",), unique=True),),
    )
    columns = (*made.columns, Column("f", "INTEGER", generated=True))
    judge = engine.judge_for(catalog_of(replace(made, columns=columns)))
    insert = "INSERT INTO g (a, e) VALUES (1, 2) ON CONFLICT ({}) DO NOTHING"
    assert judge.judge(insert.format("a")).ruling is ACCEPTED
    assert judge.judge(insert.format("e")).ruling is ACCEPTED
    assert judge.judge(insert.format("b")).ruling is REFUSED
    assert judge.judge("INSERT INTO g (f) VALUES (1)").ruling is REFUSED
    assert judge.judge("SELECT f FROM g").ruling is ACCEPTED


def test_one_shadow_is_fitted_to_each_catalog(engine: DuckdbEngine) -> None:
    one = engine.judge_for(catalog_of(table("t", "a INTEGER"), table("u", "k INTEGER")))
    other = engine.judge_for(catalog_of(table("t", "b VARCHAR")))
    view = Relation("main", "t", kind="view", columns=(Column("c", "DATE"),))
    third = engine.judge_for(catalog_of(view))
    for _ in range(2):
        assert one.judge("SELECT a, k FROM t, u").ruling is ACCEPTED
        assert other.judge("SELECT b FROM t").ruling is ACCEPTED
        assert other.judge("SELECT a FROM t").ruling is REFUSED
        assert other.judge("SELECT k FROM u").ruling is REFUSED
        assert third.judge("SELECT c FROM t").ruling is ACCEPTED


def test_an_enum_that_grew_is_seen_in_the_tables_that_use_it(engine: DuckdbEngine) -> None:
    def judge(*values: str) -> Judgement:
        mood = {"mood": Enum("main", "mood", values)}
        schema = catalog_of(table("t", "a mood"), enums=mood)
        return engine.judge_for(schema).judge("SELECT a FROM t")

    assert judge("x").results == (("a", "mood"),)
    assert judge("x", "y").results == (("a", "mood"),)


def test_temporary_tables_and_other_default_schemas(engine: DuckdbEngine) -> None:
    temporary = Relation("temp", "x", kind="temporary table", columns=(Column("a", "INT"),))
    sales = Relation("sales", "t", columns=(Column("b", "INT"),))
    schema = Catalog(
        "duckdb",
        {
            "temp": Schema("temp", {"x": temporary}, closed=True),
            "sales": Schema("sales", {"t": sales}, closed=True),
        },
        ("sales",),
        closed=True,
    )
    judge = engine.judge_for(schema)
    assert judge.judge("SELECT a, b FROM x, t").ruling is ACCEPTED
    assert judge.judge("SELECT b FROM sales.t").ruling is ACCEPTED
    assert judge.judge("SELECT b FROM main.t").ruling is not ACCEPTED
    assert engine.judge_for(catalog_of(sales)).judge("SELECT 1").ruling is ACCEPTED
