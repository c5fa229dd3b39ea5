"""What makes results differ from run to run is found, and nothing else is."""

from __future__ import annotations

import pytest

from support import schemas
from sureql.equivalence import repeatable
from sureql.syntax import dialects, parse

SHOP = """
create table customer (id integer primary key, name text not null, score double precision, email text unique);
create table purchase (id integer primary key, customer_id int not null references customer (id), total numeric(10, 2), day date);
"""


def found(query: str, dialect: str = "postgres") -> list[str]:
    rules = dialects.get(dialect)
    tree = parse.parse(query, rules).tree
    assert tree is not None
    obstacles = repeatable.obstacles(tree, rules, schemas.of(SHOP, dialect))
    return [f"{one.kind.value} {one.what}" for one in obstacles]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select nextval('s'), random()", ["harmful nextval()", "random random()"]),
        ("select pg_sleep(9)", ["harmful pg_sleep()"]),
        ("with d as (delete from purchase returning *) select * from d", ["harmful DELETE"]),
        ("select * into kept from customer", ["harmful SELECT INTO"]),
        ("update customer set name = ''", ["harmful UPDATE"]),
        ("select gen_random_uuid()", ["random uuid()"]),
        ("select * from customer tablesample system (10)", ["random TABLESAMPLE"]),
        ("select now()", ["frozen current_timestamp()"]),
        ("select tax(total) from purchase", ["unknown tax()"]),
        ("select id from customer order by id limit 3", []),
        ("select name from customer order by name limit 3", []),
        ("select id from customer order by name limit 3", ["choice LIMIT"]),
        ("select id from customer order by email limit 3", ["choice LIMIT"]),
        ("select id from customer offset 3", ["choice OFFSET"]),
        ("select name, count(*) from customer group by name order by 2 limit 1", ["choice LIMIT"]),
        ("select name, count(*) as n from customer group by name order by n, name limit 1", []),
        ("select count(*) from customer limit 1", []),
        ("select 1 from customer where exists (select 1 from purchase limit 1)", []),
        (
            "select c.*, p.* from purchase p join customer c on c.id = p.customer_id order by p.id limit 2",
            [],
        ),
        (
            "select c.*, p.* from customer c left join purchase p on c.id = p.customer_id order by c.id limit 2",
            ["choice LIMIT"],
        ),
        ("select row_number() over (order by name) from customer", ["choice row_number() OVER"]),
        ("select row_number() over (order by id), rank() over (order by name) from customer", []),
        ("select row_number() over w from customer window w as (order by id)", []),
        (
            "select name, row_number() over (order by name) from customer group by name",
            [],
        ),
        (
            "select sum(total) over (order by day rows 1 preceding) from purchase",
            ["choice sum() OVER"],
        ),
        ("select array_agg(name) from customer", ["choice array_agg()"]),
        ("select string_agg(name, ',' order by name) from customer", []),
        ("select string_agg(name, ',' order by score) from customer", ["choice string_agg()"]),
        ("select distinct on (day) * from purchase order by day", ["choice DISTINCT ON"]),
        ("select distinct on (day) * from purchase order by day, id", []),
        ("select sum(score), sum(total) from customer, purchase", ["rounding sum()"]),
        (
            "with recursive n as (select 1 as i union all select i + 1 from n) select i from n",
            ["endless RECURSIVE"],
        ),
        ("select lower(name), coalesce(score, 1), date_trunc('day', day) from customer, purchase", []),
    ],
)  # fmt: skip
def test_in_postgres(query: str, expected: list[str]) -> None:
    assert found(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select date('now'), date(day) from purchase", ["frozen date()"]),
        ("select julianday()", ["frozen julianday()"]),
        ("select strftime('%Y', day) from purchase", []),
        ("select name, max(id) from customer", ["choice name"]),
        ("select c.name, count(*) from customer c group by c.id", []),
        ("select name, count(*) from customer group by name", []),
    ],
)
def test_in_sqlite(query: str, expected: list[str]) -> None:
    assert found(query, "sqlite") == expected
