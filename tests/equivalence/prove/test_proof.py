"""What is proved, and what must not be."""

from __future__ import annotations

import pytest

from support import schemas
from sureql.equivalence.model import Question
from sureql.equivalence.prove import proof

SCHEMA = """
create table dept (id integer primary key, name text not null, city text);
create table emp (
    id integer primary key, name text, dept_id integer not null references dept (id),
    boss integer references emp (id), pay integer, rate numeric(10, 2), born date, email text unique
);
create table a (x integer, y integer, z text);
"""
ALL = ("postgres", "sqlite", "duckdb")


def proved(first: str, second: str, dialect: str, columns: bool = True) -> str | None:
    return proof.proof(
        Question(first, second, schemas.of(SCHEMA, dialect), dialect, columns=columns)
    )


@pytest.mark.parametrize("dialect", ALL)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("select e.name from emp e where e.pay > 5 and e.name = 'x'", "SELECT name FROM emp WHERE 'x' = name AND 5 < pay"),
        ("select e.name from emp e, dept d where e.dept_id = d.id", "select emp.name from dept join emp on dept.id = dept_id"),
        ("select pay from emp where pay between 1 and 5", "select pay from emp where 1 <= pay and not pay > 5"),
        ("select pay from emp where pay = 1 or pay = 2", "select pay from emp where pay in (2, 1)"),
        ("select id from emp where not (pay = 1 or name is null)", "select id from emp where pay <> 1 and name is not null"),
        ("select * from a", "select x, y, z from a"),
        ("select * from (select x, y from a where x = 1) t where y = 2", "select x, y from a where x = 1 and y = 2"),
        ("with t as (select x, y from a where x = 1) select t.y from t", "select y from a where x = 1"),
        ("select distinct id, name from emp", "select id, name from emp"),
        ("select distinct name, pay from emp", "select name, pay from emp group by pay, name"),
        ("select count(id) as n from emp", "select count(*) as n from emp"),
        ("select name from emp where exists (select * from dept where dept.id = dept_id)", "select name from emp where exists (select 1 from dept d where d.id = emp.dept_id)"),
        ("select name from emp where dept_id in (select id from dept where city = 'a')", "select e.name from emp e join dept d on d.id = e.dept_id where d.city = 'a'"),
        ("select pay, count(*) as n from emp group by pay having pay > 5", "select pay, count(*) as n from emp where pay > 5 group by pay"),
        ("select e.name from emp e left join dept d on d.id = e.dept_id", "select name from emp"),
        ("select e.name from emp e left join dept d on d.id = e.dept_id where d.city = 'x'", "select e.name from emp e join dept d on d.id = e.dept_id where d.city = 'x'"),
        ("select e.name, b.name from emp e, emp b where e.boss = b.id", "select b.name, e.name from emp b, emp e where b.boss = e.id"),
        ("select x from a union all select y from a", "select y as x from a union all select x from a"),
        ("select e.name from emp e join emp f on e.id = f.id where f.pay > 3", "select name from emp where pay > 3"),
        ("select name from (select name from emp order by pay) t", "select name from emp"),
        ("select id from emp where id is not null", "select id from emp"),
        ("select a.x from a, a b where a.x = b.y and a.x = 5", "select b.y as x from a, a b where a.x = b.y and b.y = 5"),
        ("select dept.name from dept right join emp on dept.id = emp.dept_id", "select d.name from emp e left join dept d on e.dept_id = d.id"),
        ("select id from emp where name not like 'a%' and pay > 1", "select id from emp where pay > 1 and not (name like 'a%')"),
        ("select id from emp where pay > 0 and null", "select id from emp where 1 = 2"),
        ("select name as n, count(*) as c from emp where 1 > 2 group by name", "select city as n, id as c from dept where false"),
        ("select e.id from (select * from emp where false) e join dept d on d.id = e.dept_id", "select id from dept where 1 = 0"),
        ("select dept.id from emp join dept on dept.id = emp.dept_id and 1 = 1", "select dept.id from dept, emp where dept_id = dept.id"),
    ],
)  # fmt: skip
def test_proved(first: str, second: str, dialect: str) -> None:
    assert proved(first, second, dialect)
    assert proved(second, first, dialect)


@pytest.mark.parametrize("dialect", ALL)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("select random() from a", "select random() from a"),
        ("select distinct name from emp", "select name from emp"),
        ("select distinct email from emp", "select email from emp"),
        ("select count(name) as n from emp", "select count(*) as n from emp"),
        ("select name from emp order by name", "select name from emp"),
        ("select x from a where y = y", "select x from a"),
        ("select x from a where x not in (select y from a)", "select x from a where not exists (select 1 from a b where b.y = a.x)"),
        ("select e.name from emp e left join dept d on d.id = e.dept_id and d.city = 'x'", "select e.name from emp e join dept d on d.id = e.dept_id where d.city = 'x'"),
        ("select e.name, b.name from emp e, emp b where e.boss = b.id", "select b.name, e.name from emp b, emp e where e.boss = b.id"),
        ("select z from a where z in ('p'' ''q')", "select z from a where z in ('p', 'q')"),
        ("select x from a limit 1", "select a.x from a limit 1"),
        ("select x from a", "select y as x from a"),
        ("select x from (select x, y from a) t union select y from a", "select x from a union all select y from a"),
        ("select sum(x) as s from a", "select sum(distinct x) as s from a"),
        ("select x from a where x = 1 or y = 2 and z = 'q'", "select x from a where (x = 1 or y = 2) and z = 'q'"),
        ("select e.name from emp e where e.boss in (select id from emp f where f.pay = e.pay)", "select e.name from emp e where e.boss in (select id from emp f where f.pay = f.pay)"),
        ("select x from nowhere", "select x from nowhere t"),
        ("delete from a", "delete from a"),
        ("select x from a where", "select x from a where"),
    ],
)  # fmt: skip
def test_not_proved(first: str, second: str, dialect: str) -> None:
    assert proved(first, second, dialect) is None
    assert proved(second, first, dialect) is None


@pytest.mark.parametrize(
    ("first", "second", "dialect"),
    [
        # What may fail keeps its place: a condition before it may guard it.
        ("select x from a where x <> 0 and 10 / x > 1", "select x from a where 10 / x > 1 and x <> 0", "postgres"),
        ("select x from a where x <> 0 and cast(z as integer) > 1", "select x from a where cast(z as integer) > 1 and x <> 0", "duckdb"),
        # SQLite checks no foreign key unless told, and takes the left one's collation.
        ("select e.name from emp e join dept d on d.id = e.dept_id", "select name from emp", "sqlite"),
        ("select x from a join dept on z = name", "select x from a join dept on name = z", "sqlite"),
        # A comma binds less than a join there.
        ("select x from a, emp right join dept on emp.dept_id = dept.id", "select x from dept left join (a cross join emp) on emp.dept_id = dept.id", "postgres"),
        # A sign takes the affinity from a column.
        ("select x from a where +x = '1'", "select x from a where x = '1'", "sqlite"),
        ("select x from a where z || x + 1 = 'q'", "select x from a where z || (x + 1) = 'q'", "sqlite"),
        ("select x from a where interval '1.9' day > born", "select x from a where interval '1.9 day' > born", "postgres"),
        ("select name from emp where name in (select name from dept)", "select emp.name from emp join dept on emp.name = dept.name", "postgres"),
    ],
)  # fmt: skip
def test_not_proved_in_this_dialect(first: str, second: str, dialect: str) -> None:
    assert proved(first, second, dialect) is None


def test_the_sentence_names_what_was_used() -> None:
    found = proved(
        "select e.name from emp e join dept d on d.id = e.dept_id",
        "select name from emp",
        "postgres",
    )
    assert found is not None
    assert "The foreign key `emp (dept_id)` has a row in `dept`." in found


def test_names_of_columns_count() -> None:
    assert proved("select x from a", "select x as first from a", "postgres") is None
    assert proved("select x from a", "select x as first from a", "postgres", columns=False)


def test_a_view_has_no_keys() -> None:
    schema = schemas.of(SCHEMA + "create view v as select * from emp;")
    question = Question("select distinct id from v", "select id from v", schema, "postgres")
    assert proof.proof(question) is None


def test_layout_and_case_are_nothing_in_any_dialect() -> None:
    schema = schemas.of(SCHEMA, "tsql")
    first, second = (
        "SELECT TOP 3 x FROM a ORDER BY x",
        "SELECT  TOP 3 x -- three\nFROM a ORDER BY x;",
    )
    assert proof.proof(Question(first, second, schema, "tsql"))
    assert proof.proof(Question(first, second.replace("3", "4"), schema, "tsql")) is None


def test_a_comment_that_mysql_runs_is_no_layout() -> None:
    schema = schemas.of(SCHEMA, "mysql")
    question = Question("select /*! distinct */ x from a", "select x from a", schema, "mysql")
    assert proof.proof(question) is None


def test_deep_and_long_statements_end() -> None:
    deep = "select x from a where " + "(" * 300 + "x = 1" + ")" * 300
    assert proved(deep, deep.replace("x = 1", "1 = x"), "postgres") in (
        None,
        proved("select x from a where x = 1", "select x from a where 1 = x", "postgres"),
    )
    many = ", ".join(f"a a{at}" for at in range(9))
    assert proved(f"select a0.x from {many}", f"select a1.x from {many}", "postgres") is None
