"""PostgreSQL's plans: of the user's database, and the same on an empty copy with its counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from oracle.postgres_server import Server
from sureql.catalog.model import Catalog
from sureql.oracle.engine import EngineSpec
from sureql.oracle.planners import holes
from sureql.oracle.planners.open import planner
from sureql.oracle.planners.postgres import PostgresPlanner
from sureql.oracle.planners.postgres_shadow import PostgresShadowPlanner
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea, Node, Plan

LARGE = 3_000_000_000.0


def shape(node: Node) -> tuple[object, ...]:
    return (node.operation, node.relation, node.index, *map(shape, node.children))


def numbers(node: Node) -> list[object]:
    below = [number for child in node.children for number in numbers(child)]
    return [node.rows, node.cost, *below]


def resized(known: Catalog, name: str, **counts: object) -> Catalog:
    """The catalog with other counts of one table."""
    found = known.find((name,))
    assert found is not None and found.statistics is not None
    statistics = replace(found.statistics, **counts)  # type: ignore[arg-type]
    public = known.schemas["public"]
    relations = {**public.relations, name: replace(found, statistics=statistics)}
    return replace(known, schemas={"public": replace(public, relations=relations)}, version="other")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM orders WHERE customer_id = 5",
        "SELECT * FROM orders WHERE id = 17",
        "SELECT c.name, count(*) FROM customer c JOIN orders o ON o.customer_id = c.id GROUP BY 1",
        "SELECT DISTINCT placed FROM orders",
        "SELECT * FROM orders WHERE id = %s AND customer_id = %s",
        "SELECT * FROM orders WHERE id = :id OR id = :id",
        "DELETE FROM orders WHERE id = 3",
        "WITH o AS (SELECT * FROM orders) SELECT count(*) FROM o WHERE status = 's1'",
        "SELECT * FROM customer -- all of them",
    ],
)
def test_the_copy_plans_as_the_database_does(
    query: str, live: PostgresPlanner, copy: PostgresShadowPlanner
) -> None:
    real, ours = live.plan(query), copy.plan(query)

    assert shape(ours.root) == shape(real.root)
    assert real.cost is not None and ours.cost == pytest.approx(real.cost, rel=0.05)
    assert real.basis != ours.basis
    assert (live.live, copy.live) == (True, False)


def test_a_range_is_no_single_row(copy: PostgresShadowPlanner) -> None:
    plan = copy.plan("SELECT * FROM orders WHERE placed >= '2020-01-01' AND placed < '2020-02-01'")

    assert (
        plan.root.rows == 150
    )  # A two-hundredth, as PostgreSQL takes for a range it knows nothing of.
    assert "how values are spread is not known" in plan.basis


def test_the_database_itself_knows_how_values_are_spread(live: PostgresPlanner) -> None:
    plan = live.plan("SELECT * FROM orders WHERE placed >= '2020-01-01' AND placed < '2020-02-01'")

    assert plan.root.rows == pytest.approx(930, rel=0.2)


def test_an_index_is_only_thought_of(copy: PostgresShadowPlanner) -> None:
    query = "SELECT * FROM orders WHERE customer_id = 5"
    idea = IndexIdea("public", "orders", ("customer_id",))
    before, with_it, after = copy.plan(query), copy.plan(query, [idea]), copy.plan(query)

    assert idea.name in str(with_it.root)
    assert with_it.cost is not None and before.cost is not None
    assert with_it.cost * 10 < before.cost
    assert after == before


def test_an_index_costs_what_the_real_one_does(
    copy: PostgresShadowPlanner, url: str, postgres: Server
) -> None:
    query = "SELECT * FROM orders WHERE status = 's2' AND customer_id = 77"
    thought_of = copy.plan(query, [IndexIdea("public", "orders", ("customer_id",))])
    database = url.rpartition("@/")[2].partition("?")[0]
    postgres.ask("CREATE INDEX real_idx ON orders (customer_id)", database)
    try:
        planner = PostgresPlanner(copy._catalog, url)
        real = planner.plan(query)
        planner.close()
    finally:
        postgres.ask("DROP INDEX real_idx", database)

    assert "real_idx" in str(real.root)
    assert thought_of.cost == pytest.approx(real.cost, rel=0.05)


def test_a_huge_table_takes_no_room(known: Catalog, postgres: Server) -> None:
    huge = resized(known, "orders", rows=LARGE, pages=3 * holes.SEGMENT + 5)
    planner = PostgresShadowPlanner(huge, postgres.cache)
    try:
        plan = planner.plan("SELECT count(*) FROM orders WHERE status = 's1'")
        data = planner._lease.folder / "data"
        files = [data / file.path for file in planner._furnished["public", "orders"].files]
        segments = [path for file in files for path in file.parent.glob(f"{file.name}*")]
        idea = IndexIdea("public", "orders", ("customer_id",))
        helped = planner.plan("SELECT * FROM orders WHERE customer_id = 4", [idea])
        again = planner.plan("SELECT count(*) FROM orders WHERE status = 's1'")
    finally:
        planner.close()

    assert plan.cost is not None and plan.cost > 1e7
    assert again == plan
    assert idea.name in str(helped.root)
    assert len(segments) > 4
    assert not any(path.exists() for path in segments)  # Gone with the copy.


def test_the_holes_are_holes(tmp_path: Path) -> None:
    file = tmp_path / "16384"
    file.touch()
    holes.extend(file, holes.SEGMENT + 3)

    second = tmp_path / "16384.1"
    assert file.stat().st_size == holes.SEGMENT * holes.PAGE
    assert second.stat().st_size == 3 * holes.PAGE
    assert sum(path.stat().st_blocks for path in tmp_path.iterdir()) < 100
    holes.cut(file)
    assert [path.name for path in tmp_path.iterdir()] == ["16384"]
    assert file.stat().st_size == 0


def test_without_counts_there_are_no_numbers(copy: PostgresShadowPlanner) -> None:
    plan = copy.plan("SELECT * FROM empty_one JOIN orders USING (id)")

    assert (plan.cost, plan.unit) == (None, "")
    assert set(numbers(plan.root)) == {None}
    assert "not known" in plan.basis
    assert "not known" not in copy.plan("SELECT id FROM customer").basis.partition(";")[0]


def test_what_the_copy_lacks_is_said(copy: PostgresShadowPlanner) -> None:
    assert "without `orders_note_idx`" in copy.plan("SELECT * FROM orders").basis


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM recent", "`recent` is a view"),
        ("SELECT boast()", "`boast` is a function of yours"),
        ("SELECT * FROM nobody", "`nobody` is not in the schema"),
        ("SELECT nope FROM orders", 'column "nope" does not exist'),
    ],
)
def test_what_only_the_database_can_plan(
    query: str, reason: str, copy: PostgresShadowPlanner
) -> None:
    with pytest.raises(PlanError, match=reason):
        copy.plan(query)
    assert copy.plan("SELECT 1").cost is not None


@pytest.mark.parametrize("columns", [("nope",), (), ('id" ); DROP TABLE orders; --',)])
def test_an_index_that_cannot_be(columns: tuple[str, ...], copy: PostgresShadowPlanner) -> None:
    with pytest.raises(PlanError):
        copy.plan("SELECT * FROM orders", [IndexIdea("public", "orders", columns)])
    with pytest.raises(PlanError, match="does not read"):
        copy.plan("SELECT * FROM orders", [IndexIdea("public", "customer", ("id",))])
    assert copy.plan("SELECT * FROM orders").cost is not None


def test_timing(live: PostgresPlanner, copy: PostgresShadowPlanner) -> None:
    found = live.time("SELECT id, count(*) AS n, 1 AS n FROM orders GROUP BY id ORDER BY 1", 10, 2)

    assert len(found.milliseconds) == 2 and min(found.milliseconds) > 0
    assert not found.limited
    with pytest.raises(PlanError, match="Only the database"):
        copy.time("SELECT 1", 1)


def test_a_query_without_end_is_ended(live: PostgresPlanner) -> None:
    found = live.time("SELECT count(*) FROM orders a, orders b, orders c", 0.3)

    assert (found.milliseconds, found.limited) == ((300.0,), True)
    assert live.plan("SELECT 1").cost is not None


def test_nothing_is_left_in_the_session(live: PostgresPlanner) -> None:
    live.plan("SELECT * FROM orders WHERE id = %s")
    with pytest.raises(PlanError):
        live.plan("SELECT * FROM orders WHERE id = 'x'")
    rows = live._link.run(["SELECT name FROM pg_prepared_statements", "SHOW statement_timeout"], 5)

    assert rows == [(), (("0",),)]


def test_who_cannot_be_reached(known: Catalog, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot be reached"):
        PostgresPlanner(known, f"postgresql://u:secret@/d?host={tmp_path}")


def test_a_lost_server_is_said(known: Catalog, url: str, postgres: Server) -> None:
    planner = PostgresPlanner(known, url)
    ((number,),) = planner._link.run(["SELECT pg_backend_pid()"], 5)[0]
    postgres.ask(f"SELECT pg_terminate_backend({number}, 5000)")

    with pytest.raises(PlanError, match="was lost"):
        planner.plan("SELECT * FROM orders")
    with pytest.raises(PlanError, match="was lost"):
        planner.time("SELECT * FROM orders", 1)
    planner.close()


def test_a_copy_whose_server_is_lost_says_so(known: Catalog, postgres: Server) -> None:
    planner = PostgresShadowPlanner(known, postgres.cache)
    planner.plan("SELECT * FROM orders")
    ((number,),) = planner._link.run(["SELECT pg_backend_pid()"], 5)[0]
    postgres.ask(f"SELECT pg_terminate_backend({number}, 5000)")

    with pytest.raises(PlanError, match="lost"):
        planner.plan("SELECT * FROM orders WHERE id = 3")
    planner.close()


def test_which_planner(known: Catalog, url: str, postgres: Server) -> None:
    spec = EngineSpec("postgres", url, True, postgres.cache)
    for sources, live in (((url,), True), ((), False), (("schema.sql",), False)):
        found = planner(known, "postgres", spec, sources)
        assert found is not None and found.live == live
        assert found.plan("SELECT * FROM orders").cost is not None
        found.close()


def test_old_servers_give_the_shape(known: Catalog, postgres: Server) -> None:
    planner = PostgresShadowPlanner(known, postgres.cache)
    planner._takes_statistics = False
    plan: Plan = planner.plan("SELECT * FROM orders WHERE id = 3")
    planner.close()

    assert plan.cost is None and set(numbers(plan.root)) == {None}
