"""Pairs of queries with the verdict they must get, and witnesses that must show what they claim."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import cases, schemas
from support.fixture import Case
from sureql.equivalence import compare, witness
from sureql.equivalence.model import Kind, Means, Question, Verdict, Witness
from sureql.oracle.executors import open as executors

TABLES = """
CREATE TABLE dept (
  id integer PRIMARY KEY,
  name text NOT NULL,
  budget integer CHECK (budget > 0 AND budget < 100000)
);
CREATE TABLE emp (
  id integer PRIMARY KEY,
  name text,
  dept_id integer REFERENCES dept (id),
  salary integer NOT NULL,
  hired date,
  boss integer REFERENCES emp (id)
);
"""
SCHEMA = TABLES + "CREATE VIEW rich AS SELECT name, salary FROM emp WHERE salary > 100;"


def question(first: str, second: str, dialect: str = "sqlite", seconds: float = 10.0) -> Question:
    schema = schemas.of(SCHEMA, dialect)
    return Question(first, second, schema, dialect, seconds=seconds)


def asked(first: str, second: str, dialect: str = "sqlite", seconds: float = 10.0) -> Verdict:
    """The verdict of the databases. The time is ample: a comparison that settles ends before it."""
    opener = executors.opener(dialect, None)
    assert opener is not None
    return compare.compare(question(first, second, dialect, seconds), Means(opener))


@pytest.fixture
def unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "_proof", lambda _: None)


@pytest.mark.usefixtures("unproved")
@cases.parametrize("equivalence")
def test_pairs_get_their_verdict(case: Case) -> None:
    first, second = (case.files[name].text for name in ("first.sql", "second.sql"))
    settles = case.expected("verdict") != "inconclusive"
    verdict = asked(first, second, case.dialect, 10.0 if settles else 0.7)
    cases.check(case, "verdict", verdict.kind.value)
    if case.expected("reason") is not None:
        cases.check(case, "reason", verdict.reason)
    if verdict.kind is Kind.DIFFERENT and "parameter" not in case.title:
        assert verdict.witness is not None
        _really_shows(verdict.witness, first, second)


def _really_shows(found: Witness, first: str, second: str) -> None:
    # On a connection of the test's own: the rows keep the constraints, and the results differ.
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    for table in found.database:
        marks = ", ".join("?" * len(table.columns))
        names = ", ".join(table.columns)
        missing = [] if table.name != "emp" or "salary" in table.columns else ["salary"]
        extra = "".join(f", {name}" for name in missing)
        zeros = ", 0" * len(missing)
        if table.name == "dept" and "name" not in table.columns:
            extra, zeros = ", name", ", ''"
        connection.executemany(
            f"INSERT INTO {table.name} ({names}{extra}) VALUES ({marks}{zeros})", table.rows
        )
    # Tables that no query reads are not shown: rows that refer to them have what they refer to.
    shown = {table.name for table in found.database}
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    assert not [one for one in broken if one[2] in shown]
    results = []
    for text, outcome in ((first, found.first), (second, found.second)):
        cursor = connection.execute(text)
        rows = cursor.fetchall()
        assert Counter(rows) == Counter(outcome.rows)
        results.append((rows, [column[0] for column in cursor.description]))
    assert results[0] != results[1]
    assert "first query" in witness.render(found)


@pytest.mark.usefixtures("unproved")
def test_a_witness_shows_the_null_that_it_is_about_and_little_else() -> None:
    found = asked(
        "SELECT * FROM emp WHERE name <> 'x'", "SELECT * FROM emp WHERE name IS NULL OR name <> 'x'"
    )
    assert found.witness is not None
    (table,) = found.witness.database
    assert len(table.rows) == 1
    assert dict(zip(table.columns, table.rows[0], strict=True))["name"] is None
    # Only `*` reads the other columns: those that may be NULL are left out.
    assert not {"hired", "boss", "dept_id"} & set(table.columns)


@pytest.mark.usefixtures("unproved")
@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_other_engines_refute_and_find_nothing(dialect: str) -> None:
    pay = "SELECT d.name, SUM(e.salary) AS pay FROM dept d JOIN emp e ON e.dept_id = d.id"
    group = " GROUP BY d.id, d.name HAVING SUM(e.salary) >"
    refuted = asked(f"{pay}{group} 10", f"{pay}{group}= 10", dialect)
    assert refuted.kind is Kind.DIFFERENT
    assert refuted.witness is not None
    assert Counter(refuted.witness.first.rows) != Counter(refuted.witness.second.rows)
    same = asked(f"{pay}{group} 10", f"{pay}{group}= 11", dialect, 2.0)
    assert same.kind is not Kind.DIFFERENT, same.reason
    assert same.coverage.killed > 0


@pytest.mark.usefixtures("unproved")
def test_a_query_that_newly_fails_is_different() -> None:
    verdict = asked(
        "SELECT 10 / NULLIF(salary, 0) AS share FROM emp",
        "SELECT 10 / salary AS share FROM emp",
        "postgres",
    )
    assert verdict.kind is Kind.DIFFERENT
    assert verdict.witness is not None
    assert "division by zero" in verdict.witness.second.error


def test_a_value_that_a_domain_may_forbid_refutes_nothing() -> None:
    known = schemas.of(
        "CREATE DOMAIN share AS integer CHECK (VALUE <= 100);"
        "CREATE TABLE vote (id integer PRIMARY KEY, part share, whole integer);",
        "postgres",
    )
    means = Means(executors.opener("postgres", None))

    def verdict(first: str, second: str) -> Verdict:
        return compare.compare(Question(first, second, known, "postgres"), means)

    doubted = verdict(
        "SELECT id FROM vote WHERE part <= 100", "SELECT id FROM vote WHERE part IS NOT NULL"
    )
    assert doubted.kind is Kind.INCONCLUSIVE
    assert doubted.reason == (
        "They differ if `vote.part` may hold any value, which its domain may forbid."
    )
    pair = ("SELECT id FROM vote WHERE whole <= 100", "SELECT id FROM vote WHERE whole < 100")
    assert verdict(*pair).kind is Kind.DIFFERENT


def test_rows_that_an_index_may_forbid_refute_nothing() -> None:
    known = schemas.of(
        "CREATE TABLE page (id integer PRIMARY KEY, slug text NOT NULL, gone date, lang text);"
        "CREATE UNIQUE INDEX only_one ON page (slug) WHERE gone IS NULL;"
    )
    means = Means(executors.opener("sqlite", None))

    def verdict(first: str, second: str) -> Verdict:
        return compare.compare(Question(first, second, known, "sqlite"), means)

    there = "FROM page WHERE gone IS NULL"
    doubted = verdict(f"SELECT slug {there}", f"SELECT slug {there} GROUP BY slug")
    assert doubted.kind is Kind.INCONCLUSIVE
    assert doubted.reason == (
        "They differ if rows may be there that the unique index `only_one` may forbid."
    )
    # Another column decides, or one row is enough.
    several = verdict(f"SELECT lang {there}", f"SELECT lang {there} GROUP BY lang")
    single = verdict(f"SELECT slug {there}", "SELECT slug FROM page")
    assert (several.kind, single.kind) == (Kind.DIFFERENT, Kind.DIFFERENT)


@pytest.mark.usefixtures("unproved")
def test_rows_without_a_match_are_seen() -> None:
    verdict = asked(
        "SELECT e.id FROM emp e LEFT JOIN dept d ON d.id = e.dept_id WHERE d.id IS NULL",
        "SELECT id FROM emp WHERE dept_id IS NULL",
    )
    assert verdict.kind is Kind.NO_DIFFERENCE, verdict.reason


def test_what_was_always_null_was_not_compared() -> None:
    known = schemas.of("CREATE TABLE log (id integer PRIMARY KEY, entry json);", "sqlite")
    pair = ("SELECT entry ->> 'user' AS a FROM log", "SELECT entry ->> 'host' AS a FROM log")
    means = Means(executors.opener("sqlite", None))
    verdict = compare.compare(Question(*pair, known, "sqlite"), means)
    assert verdict.kind is Kind.INCONCLUSIVE, verdict.reason


def test_columns_that_the_engine_computes_are_not_made_up() -> None:
    known = schemas.of(
        "CREATE TABLE box (id integer PRIMARY KEY, side integer,"
        " area integer GENERATED ALWAYS AS (side * side) STORED);"
    )
    means = Means(executors.opener("sqlite", None))

    def verdict(first: str, second: str) -> Verdict:
        return compare.compare(Question(first, second, known, "sqlite"), means)

    unknown = verdict("SELECT id FROM box WHERE area > 9", "SELECT id FROM box WHERE side > 3")
    assert (unknown.kind, unknown.reason) == (
        Kind.INCONCLUSIVE,
        "`box.area` is computed from other columns, which is not done here.",
    )
    proved = verdict(
        "SELECT area FROM box WHERE side > 3", "SELECT b.area FROM box b WHERE 3 < side"
    )
    assert proved.kind is Kind.PROVED
    assert verdict("SELECT side FROM box", "SELECT id FROM box").kind is Kind.DIFFERENT


@pytest.mark.usefixtures("unproved")
def test_the_same_seed_tries_the_same_databases() -> None:
    pair = ("SELECT name FROM emp WHERE salary > 10", "SELECT name FROM emp WHERE salary >= 10")
    first, again = asked(*pair), asked(*pair)
    assert (first.databases, first.witness) == (again.databases, again.witness)


@pytest.mark.usefixtures("unproved")
def test_it_can_be_cancelled() -> None:
    opener = executors.opener("sqlite", None)
    told: list[int] = []
    means = Means(opener, lambda: len(told) >= 5, told.append)
    pair = ("SELECT name FROM emp WHERE salary > 10", "SELECT name FROM emp WHERE salary >= 11")
    verdict = compare.compare(question(*pair), means)
    assert (verdict.kind, verdict.reason, len(told)) == (
        Kind.INCONCLUSIVE,
        "It was cancelled.",
        5,
    )


def test_without_an_engine_nothing_is_claimed() -> None:
    pair = ("SELECT name FROM emp WHERE salary > 10", "SELECT name FROM emp WHERE salary > 11")
    verdict = compare.compare(question(*pair), Means())
    assert verdict.kind is Kind.INCONCLUSIVE


_CONDITIONS = st.sampled_from(
    [
        "salary > 10",
        "name LIKE 'A%'",
        "dept_id IS NULL",
        "hired = '2024-02-29'",
        "boss IN (SELECT id FROM emp WHERE salary < 5)",
        "EXISTS (SELECT 1 FROM dept d WHERE d.id = dept_id AND d.budget > 7)",
        "dept_id NOT IN (1, 2, NULL)",
    ]
)
_SHAPES = st.sampled_from(
    [
        "SELECT * FROM emp WHERE {0} AND {1}",
        "SELECT name, salary FROM emp WHERE {0} OR NOT {1} ORDER BY salary LIMIT 3",
        "SELECT dept_id, COUNT(*), AVG(salary) FROM emp WHERE {0} GROUP BY dept_id HAVING COUNT(*) > 1",
        "SELECT CASE WHEN {0} THEN 1 WHEN {1} THEN 2 END AS c FROM emp UNION SELECT id FROM dept",
    ]
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(_SHAPES, _CONDITIONS, _CONDITIONS)
def test_a_query_never_differs_from_itself(shape: str, one: str, other: str) -> None:
    text = shape.format(one, other)
    written = text.lower().replace(" from ", "\n  from ").replace("'a%'", "'A%'")
    opener = executors.opener("sqlite", None)
    asking = replace(question(text, written, seconds=0.15), columns=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "_proof", lambda _: None)
        verdict = compare.compare(asking, Means(opener))
    assert verdict.kind is not Kind.DIFFERENT, verdict.witness and witness.render(verdict.witness)
