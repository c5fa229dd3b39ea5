"""An index that is advised on the empty copy is used, and pays, in the real database."""

from __future__ import annotations

import pytest

from oracle.postgres_server import Server
from sureql.catalog.model import Catalog
from sureql.ide.diagnostics import context
from sureql.ide.optimise import indexes
from sureql.oracle.planners.postgres import PostgresPlanner
from sureql.oracle.planners.postgres_shadow import PostgresShadowPlanner
from sureql.syntax import dialects, script


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT * FROM orders WHERE customer_id = 5", ("customer_id",)),
        ("SELECT * FROM orders WHERE customer_id = 5 AND status = 's1' ORDER BY placed", None),
        (
            "SELECT c.id, (SELECT max(o.placed) FROM orders o WHERE o.customer_id = c.id) FROM customer c",
            None,
        ),
        ("SELECT * FROM customer WHERE name = 'n7'", ("name",)),
    ],
)
def test_it_pays(
    query: str,
    columns: tuple[str, ...] | None,
    known: Catalog,
    copy: PostgresShadowPlanner,
    live: PostgresPlanner,
    postgres: Server,
    url: str,
) -> None:
    rules = dialects.get("postgres")
    asked = context.of(script.of(query, rules).statements[0], known, rules, "")
    (found,) = indexes.advise(asked, copy)
    database = url.rpartition("@/")[2].partition("?")[0]
    name = found.ddl.split()[2]
    before = live.plan(query)
    postgres.ask(found.ddl, database)
    try:
        after = live.plan(query)
        ((size,),) = postgres.ask(f"SELECT pg_relation_size('{name}')", database)
    finally:
        postgres.ask(f"DROP INDEX {name}", database)

    assert columns is None or found.index.columns == columns
    assert found.factor is not None and found.factor >= indexes.LEAST_FACTOR
    assert name in str(after.root)
    assert before.cost is not None and after.cost is not None
    assert before.cost / after.cost == pytest.approx(found.factor, rel=0.5)
    assert isinstance(size, int) and found.bytes is not None
    assert 0.8 * size < found.bytes < 3 * size


def test_what_would_not_pay_is_not_advised(known: Catalog, copy: PostgresShadowPlanner) -> None:
    rules = dialects.get("postgres")
    for query in (
        "SELECT * FROM orders WHERE status = 's1' OR customer_id > 0",
        "SELECT status, count(*) FROM orders GROUP BY status",
        "SELECT * FROM customer c JOIN orders o ON o.customer_id = c.id",
        "SELECT word FROM empty_one WHERE word = 'x'",
    ):
        asked = context.of(script.of(query, rules).statements[0], known, rules, "")
        assert indexes.advise(asked, copy) == (), query
