"""The DuckDB judge says what DuckDB would say, and nothing it is asked has an effect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oracle.duckdb_catalogs import catalog_of, table
from sureql.catalog.model import Catalog, Column, Enum, Index, Key, Relation, Schema, UserType
from sureql.oracle.duckdb.engine import DuckdbEngine
from sureql.ports.judge import Judge, Judgement, Ruling

ACCEPTED, REFUSED, UNJUDGED = Ruling.ACCEPTED, Ruling.REFUSED, Ruling.UNJUDGED


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
        ("SELECT rank() OVER (ORDER BY price), row_number() OVER () FROM product", ACCEPTED),
        ("SELECT list_transform(labels, lambda l: upper(l)) FROM product", ACCEPTED),
        ("SELECT list_filter([1, 2], lambda x: x * 2 > 3), [x * 2 for x in [1]]", ACCEPTED),
        ("SELECT count(*) FILTER (WHERE price * 2 > 5000000) FROM product", ACCEPTED),
        ("SELECT replace(replace(name, 'a', 'b'), 'c', '') FROM product", ACCEPTED),
        ("SELECT name FROM product WHERE price > ALL (SELECT price FROM order_item)", ACCEPTED),
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
        ("SELECT * FROM my_table_function(1)", UNJUDGED),
        ("SELECT * FROM st_read('x')", UNJUDGED),
        ("SELECT name::geo FROM product", UNJUDGED),
        ("SELECT * FROM 'data.parquet'", UNJUDGED),
        ('SELECT * FROM "s3://bucket/x"', UNJUDGED),
        ("SELECT * FROM lake.main.orders", UNJUDGED),
        ("SELECT nextval('other_seq')", UNJUDGED),
        ("SELECT current_setting('s3_region')", UNJUDGED),
        ("SELECT current_setting('of_an_extension')", UNJUDGED),
        # Another type of the value may make it right.
        ("SELECT ? + name FROM customer", UNJUDGED),
        ("SELECT ? + nme FROM customer", REFUSED),
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
