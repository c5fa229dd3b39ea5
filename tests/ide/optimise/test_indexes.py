"""Index advice: what is proposed, what is not, and what is said about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support import schemas
from sureql.catalog.model import Catalog, Relation
from sureql.catalog.statistics import ColumnStatistics, Statistics
from sureql.ide.diagnostics import context
from sureql.ide.optimise import index_ideas, index_names, index_review, indexes
from sureql.ide.optimise.model import IndexAdvice
from sureql.oracle.planners.sqlite import SqlitePlanner
from sureql.ports.plan import IndexIdea
from sureql.syntax import dialects, script

SHOP = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, country TEXT);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    status TEXT, placed TEXT, total NUMERIC
);
CREATE TABLE line (
    order_id INTEGER REFERENCES orders (id), no INTEGER, product_id INTEGER, PRIMARY KEY (order_id, no)
);
CREATE INDEX orders_placed_idx ON orders (placed, status);
CREATE VIEW late AS SELECT * FROM orders WHERE status = 'late';
"""
COUNTS = {
    "customer": Statistics(
        1000, None, {"name": ColumnStatistics(900), "country": ColumnStatistics(10)}
    ),
    "orders": Statistics(
        100_000,
        900,
        {
            "customer_id": ColumnStatistics(1000),
            "status": ColumnStatistics(5),
            "placed": ColumnStatistics(2000),
            "total": ColumnStatistics(5000),
        },
    ),
    "line": Statistics(300_000, None, {"product_id": ColumnStatistics(50)}),
}


def shop(more: str = "", dialect: str = "sqlite", counted: bool = True) -> Catalog:
    known = schemas.of(SHOP + more, dialect)
    name = known.search_path[0]
    home = known.schemas[name]
    relations = {
        key: replace(found, statistics=COUNTS.get(key) if counted else None)
        for key, found in home.relations.items()
    }
    return replace(known, schemas={name: replace(home, relations=relations)}, version="")


def seen(query: str, known: Catalog) -> context.Context:
    rules = dialects.get(known.dialect)
    return context.of(script.of(query, rules).statements[0], known, rules, "")


def ideas(query: str, known: Catalog | None = None) -> list[tuple[str, ...]]:
    found = index_ideas.found(seen(query, known or shop()))
    return [(one.index.relation, *one.index.columns) for one in found if not one.index.where]


def advised(query: str, known: Catalog | None = None) -> tuple[IndexAdvice, ...]:
    known = known or shop()
    return indexes.advise(seen(query, known), SqlitePlanner(known))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * FROM orders WHERE customer_id = 5", ("orders", "customer_id")),
        ("SELECT * FROM orders WHERE 5 = (customer_id)", ("orders", "customer_id")),
        ("SELECT * FROM orders WHERE customer_id IN (1, 2)", ("orders", "customer_id")),
        ("SELECT * FROM orders WHERE customer_id IS NULL", ("orders", "customer_id")),
        (
            "SELECT * FROM orders WHERE total > 5 AND customer_id = ?",
            ("orders", "customer_id", "total"),
        ),
        (
            "SELECT * FROM orders WHERE status = 'a' AND customer_id = 5",
            ("orders", "customer_id", "status"),
        ),
        (
            "SELECT * FROM orders WHERE customer_id = 5 ORDER BY total DESC",
            ("orders", "customer_id", "total"),
        ),
        ("SELECT total AS t FROM orders ORDER BY t", ("orders", "total")),
        ("SELECT total, count(*) FROM orders GROUP BY total", ("orders", "total")),
        (
            "SELECT * FROM customer c JOIN orders o ON o.customer_id = c.id WHERE o.status = 'a'",
            ("orders", "customer_id", "status"),
        ),
        (
            "SELECT (SELECT max(total) FROM orders o WHERE o.customer_id = c.id) FROM customer c",
            ("orders", "customer_id"),
        ),
        ("WITH x AS (SELECT * FROM orders WHERE total = 3) SELECT * FROM x", ("orders", "total")),
    ],
)
def test_what_could_serve(query: str, expected: tuple[str, ...]) -> None:
    assert expected in ideas(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM orders",
        "SELECT * FROM orders WHERE id = 5",
        "SELECT * FROM orders WHERE id = 5 AND customer_id = 3",  # The key finds the row.
        "SELECT * FROM customer WHERE email = 'x'",
        "SELECT * FROM orders WHERE placed = 'x'",
        "SELECT * FROM orders WHERE placed > 'x'",
        "SELECT * FROM orders WHERE placed = 'x' AND status = 'y'",
        "SELECT * FROM line WHERE order_id = 5",
        "SELECT * FROM orders WHERE lower(status) = 'x'",
        "SELECT * FROM orders WHERE customer_id + 1 = 5",
        "SELECT * FROM orders WHERE customer_id <> 5",
        "SELECT * FROM late WHERE customer_id = 5",
        "SELECT * FROM nobody WHERE customer_id = 5",
        "SELECT * FROM (SELECT 1 AS customer_id) x WHERE x.customer_id = 5",
        "SELECT * FROM orders WHERE nope = 5",
        "SELECT * FROM orders WHERE customer_id = 5 OR total = 3",
        "SELECT * FROM customer ORDER BY name, country DESC",
    ],
)
def test_what_there_is_serves_or_nothing_could(query: str) -> None:
    assert ideas(query) == []


@pytest.mark.parametrize(
    "there",
    [
        "CREATE INDEX x ON orders (customer_id DESC, total)",
        "CREATE INDEX x ON orders (customer_id) WHERE total > 3",
        "CREATE INDEX x ON orders (customer_id COLLATE NOCASE)",
    ],
)
def test_beside_an_index_of_which_not_all_is_known_nothing_is_proposed(there: str) -> None:
    assert ideas("SELECT * FROM orders WHERE customer_id = 5", shop(f"{there};")) == []


def test_names_of_outer_queries_are_not_taken_for_inner_ones() -> None:
    query = "SELECT * FROM customer WHERE EXISTS (SELECT 1 FROM line WHERE line.product_id = id)"

    assert ("line", "product_id") in ideas(query)
    assert not any(one[0] == "orders" for one in ideas(query))


def test_advice() -> None:
    (found,) = advised("SELECT * FROM orders WHERE customer_id = 5 AND status = 'new'")

    assert found.title == "An index on `orders` (customer_id)"
    assert found.ddl == "CREATE INDEX orders_customer_id_idx ON orders (customer_id);"
    assert found.reasons == ("`customer_id` is compared by `=`",)
    assert found.factor == 1000
    assert found.before.cost == 100_000
    assert "orders_customer_id_idx" in str(found.after.root) and "_idea" not in str(found.after)
    assert found.bytes == pytest.approx(700_000, rel=0.2)
    size, part, writes = found.remarks
    assert size.startswith("It takes up to 704 kB")
    assert part.endswith("ON orders (customer_id) WHERE status = 'new';")
    assert "UPDATE of `customer_id`" in writes and "2 indexes and keys" in writes


def test_one_index_after_another() -> None:
    query = "SELECT id FROM orders WHERE customer_id = 3 UNION ALL SELECT id FROM customer WHERE name = 'n'"
    first, second = advised(query)

    assert (first.index.relation, second.index.relation) == ("orders", "customer")
    assert [one.before.cost for one in (first, second)] == [101_000, 1100]
    assert second.after.cost == pytest.approx(101, abs=1)
    assert second.remarks[0] == "What it is worth is counted with the indexes above in place."


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM orders WHERE id = 5",
        "SELECT status, count(*) FROM orders GROUP BY status",  # Every row is read all the same.
        "SELECT nope FROM orders WHERE customer_id = 5",
        "SELECT * FROM orders WHERE",
        "PRAGMA user_version = 3",
    ],
)
def test_no_advice(query: str) -> None:
    assert advised(query) == ()


def test_without_counts_no_number_is_made_up() -> None:
    (found,) = advised("SELECT * FROM orders WHERE customer_id = 5", shop(counted=False))

    assert (found.factor, found.bytes) == (None, None)
    assert not any("takes up to" in remark for remark in found.remarks)


def test_nobody_waits_for_what_is_cancelled() -> None:
    known = shop()
    asked = seen("SELECT * FROM orders WHERE customer_id = 5", known)

    assert indexes.advise(asked, SqlitePlanner(known), cancelled=lambda: True) == ()


def test_a_partial_index_is_mentioned_where_it_does_as_well() -> None:
    found = index_ideas.found(
        seen("SELECT * FROM orders WHERE status = 'it''s' AND customer_id = 5", shop())
    )
    partial = [one for one in found if one.index.where]

    assert [one.index for one in partial] == [
        IndexIdea("main", "orders", ("customer_id",), "status = 'it''s'")
    ]
    assert partial[0].share == pytest.approx(0.2)
    (advice,) = advised("SELECT * FROM orders WHERE status = 'it''s' AND customer_id = 5")
    assert not advice.index.where
    assert any("over about 20% of them" in one for one in advice.remarks)


def test_ddl_is_written_as_the_statement_is() -> None:
    known = shop('CREATE TABLE "Odd Name" (a INTEGER, "Group" TEXT);')
    (found,) = advised('select * from "Odd Name" where "Group" = 3', known)

    assert found.ddl == 'create index "Odd Name_Group_idx" on "Odd Name" ("Group");'


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("", "orders_total_idx"),
        (
            "CREATE INDEX idx_a ON line (no); CREATE INDEX idx_b ON line (product_id);",
            "idx_orders_total",
        ),
        ("CREATE INDEX orders_total_idx ON line (no);", "orders_total_2_idx"),
        (
            "CREATE INDEX a_ix ON line (no); CREATE INDEX b_ix ON customer (name);",
            "orders_total_ix",
        ),
    ],
)
def test_names(there: str, expected: str) -> None:
    known = shop(there)
    orders = known.find(("orders",))

    assert isinstance(orders, Relation)
    assert index_names.new_name(known, orders, ("total",)) == expected


REPEATED = """
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, d INTEGER REFERENCES t (id), UNIQUE (c, a));
CREATE INDEX one ON t (a);
CREATE INDEX two ON t (a);
CREATE INDEX longer ON t (a, b);
CREATE INDEX by_c ON t (c);
CREATE UNIQUE INDEX kept ON t (b);
CREATE INDEX like_kept ON t (b);
CREATE INDEX partly ON t (a) WHERE b = 'x';
CREATE INDEX computed ON t (lower(a));
CREATE INDEX mixed ON t (a, b DESC, c);
CREATE INDEX descending ON t (a DESC);
"""


def test_repeated_indexes() -> None:
    known = schemas.of(REPEATED)
    found = {one.ddl: one for one in index_review.redundant(known, dialects.get("postgres"))}

    assert set(found) == {
        "DROP INDEX one;",
        "DROP INDEX two;",
        "DROP INDEX by_c;",
        "DROP INDEX like_kept;",
        "DROP INDEX descending;",
    }
    assert found["DROP INDEX like_kept;"].kind == "duplicate"
    assert "the unique constraint (c, a)" in found["DROP INDEX by_c;"].message
    assert {found["DROP INDEX one;"].kind, found["DROP INDEX two;"].kind} <= {"prefix", "duplicate"}


def test_of_two_equal_indexes_one_stays() -> None:
    known = schemas.of("CREATE TABLE t (a int); CREATE INDEX x ON t (a); CREATE INDEX y ON t (a);")

    found = list(index_review.redundant(known, dialects.get("postgres")))
    assert [one.ddl for one in found] == ["DROP INDEX y;"]


def test_what_is_redundant_is_told_of_the_tables_that_a_statement_reads() -> None:
    known = schemas.of(
        "CREATE TABLE t (a int); CREATE INDEX x ON t (a); CREATE INDEX y ON t (a);"
        "CREATE TABLE u (a int); CREATE INDEX v ON u (a); CREATE INDEX w ON u (a);"
    )
    dialect = dialects.get("postgres")
    query = "SELECT a FROM u WHERE EXISTS (SELECT 1 FROM u AS i)"
    (statement,) = script.of(query, dialect).statements
    (told,) = index_review.sentences(context.of(statement, known, dialect, ""))

    assert told == "`w` on `u` (a) is over the same columns as `v` (a). DROP INDEX w;"


def test_foreign_keys_without_an_index() -> None:
    known = shop(dialect="postgres")
    (found,) = index_review.unindexed(known, dialects.get("postgres"))

    assert found.ddl == "CREATE INDEX orders_customer_id_idx ON orders (customer_id);"
    assert "deleting from `customer` reads every row" in found.message
    assert found.bytes is not None
