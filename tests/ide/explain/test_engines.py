"""What single engines understand differently, and what a sentence must not leave out or put in."""

from __future__ import annotations

import pytest

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import context
from sureql.ide.explain import explain
from sureql.syntax import dialects, script


def markdown(text: str, dialect: str) -> str:
    """The explanation of one statement over tables that nothing is known of."""
    rules = dialects.get(dialect)
    (statement,) = script.of(text, rules).statements
    schema = catalog.empty(dialect)
    return explain.explain(context.of(statement, schema, rules, "")).markdown


_JOINED = "orders o JOIN customers c ON c.id = o.customer_id"


@pytest.mark.parametrize(
    ("dialect", "text", "said"),
    [
        ("mysql", f"DELETE o FROM {_JOINED}", "Deletes rows of `orders` that find a match."),
        ("mysql", f"DELETE o FROM {_JOINED}", "`c.id` equals `o.customer_id`"),
        ("mysql", f"UPDATE {_JOINED} SET c.x = 1", "In `customers`, sets `c.x` to 1"),
        ("tsql", f"UPDATE o SET x = 1 FROM {_JOINED}", "In `orders`, sets `x` to 1"),
        ("tsql", "DELETE TOP (10) FROM t", "Deletes at most 10 rows from `t`."),
        ("mysql", "INSERT IGNORE INTO t (a) VALUES (1)", "rows that would break a constraint"),
        ("mysql", "REPLACE INTO t (a) VALUES (1)", "a row with the same key is deleted first"),
        ("sqlite", "REPLACE INTO t (a) VALUES (1)", "a row with the same key is deleted first"),
        (
            "mysql",
            "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a)",
            "sets `a` to the new value",
        ),
        ("duckdb", "INSERT INTO t BY NAME SELECT 1 AS a", "columns that have the same names"),
        ("postgres", "SELECT a INTO t2 FROM t", "Creates the table `t2` and fills it"),
        (
            "postgres",
            "WITH g AS (DELETE FROM u RETURNING id) SELECT * FROM g",
            "its WITH deletes from `u`",
        ),
        ("mysql", "TRUNCATE TABLE t", "The rows can only come back from a backup."),
        ("mysql", "CREATE FULLTEXT INDEX i ON t (a)", "read `t` meanwhile, but not write to it"),
        ("duckdb", "CREATE OR REPLACE TABLE t AS SELECT 1 AS a", "The rows of a table `t`"),
        ("sqlite", "CREATE TABLE t (a INTEGER PRIMARY KEY, b)", "with 2 columns"),
        (
            "sqlite",
            "CREATE TRIGGER r AFTER DELETE ON t BEGIN DELETE FROM u; END",
            "It runs for each row.",
        ),
        ("sqlite", "VACUUM INTO 'copy.db'", "Writes a copy of the database"),
        ("postgres", "COPY t FROM PROGRAM 'date'", "the program `'date'`"),
        ("postgres", "COPY (DELETE FROM t RETURNING a) TO STDOUT", "changes data"),
        ("duckdb", "SELECT a FROM t LIMIT 10%", "Keeps at most 10 percent of the rows."),
        ("tsql", "SELECT TOP 5 WITH TIES a FROM t ORDER BY a", "those tied with the last one"),
        ("duckdb", "SELECT a FROM t USING SAMPLE 5 ROWS", "a random sample of 5 of these rows"),
        ("duckdb", "SELECT * FROM t POSITIONAL JOIN u", "NULLs stand for the rest"),
        ("duckdb", "SELECT * FROM t ASOF JOIN u ON t.a >= u.a", "only the closest match"),
        ("duckdb", "SELECT a FROM t ORDER BY ALL", "Sorts by all result columns"),
        (
            "duckdb",
            "SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY b ORDER BY c) = 1",
            "Result: one row per `b`.",
        ),
        ("mysql", "SELECT a, sum(b) FROM t GROUP BY a WITH ROLLUP", "`a`, with subtotals (ROLLUP)"),
        ("mysql", "SELECT a FROM t WHERE b <=> NULL", "where `b` is NULL."),
        ("tsql", "SELECT a FROM t WHERE b LIKE '[A-C]%'", "matches the pattern `'[A-C]%'`"),
        ("tsql", "SELECT * FROM t CROSS APPLY (SELECT b FROM u WHERE u.a = t.a) x", "CROSS APPLY"),
        (
            "postgres",
            "SELECT avg(a) OVER w FROM t WINDOW w AS (ORDER BY b)",
            "Gives `avg(a) OVER w`.",
        ),
        ("postgres", "SELECT t.*, u.a FROM t JOIN u USING (b)", "all columns of `t` and `u.a`"),
        ("bigquery", "DELETE FROM t WHERE TRUE", "where `TRUE` holds, that is always"),
        ("postgres", "INSERT INTO t (a, b) VALUES ($1, $2)", "`$2`: the value of `b`"),
        ("postgres", "UPDATE t SET a = $1 WHERE b = $2", "`$1`: the new `a`"),
        ("postgres", "UPDATE t SET a = $1 WHERE b = $2", "`$2`: compared with `b`"),
        ("postgres", "INSERT INTO t (a) VALUES (1) RETURNING a", "one row per added row"),
        ("postgres", "DROP TRIGGER IF EXISTS r ON t", "the trigger `r` of `t`, if it exists"),
        (
            "postgres",
            "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.b = t.b AND u.c > 5) AND a > 3",
            "(there is a row in `u` where `u.b` equals `t.b` and `u.c` is more than 5) and `a`",
        ),
        (
            "postgres",
            "SELECT a FROM t WHERE a IN (1, 2, 3) OR b IN (4, 5)",
            "either (`a` is one of 1, 2 or 3) or (`b` is 4 or 5)",
        ),
    ],
)
def test_what_an_engine_does_is_said(dialect: str, text: str, said: str) -> None:
    assert said in markdown(text, dialect)


@pytest.mark.parametrize(
    ("dialect", "text", "unsaid"),
    [
        ("tsql", f"DELETE o FROM {_JOINED}", "every row"),
        ("duckdb", "SELECT * FROM t POSITIONAL JOIN u", "dropped"),
        ("mysql", "CREATE VIEW v AS SELECT 1 AS a", "metadata lock"),
        ("mysql", "CREATE TEMPORARY TABLE t (a int)", "commits"),
        ("mysql", "TRUNCATE TABLE t", "After COMMIT"),
        ("mysql", "INSERT INTO t (a) VALUES (1)", "every row"),
        ("sqlite", "CREATE TRIGGER r AFTER DELETE ON t BEGIN SELECT 1; END", "statement"),
        ("duckdb", "SELECT a FROM t ANTI JOIN u ON u.b = t.b", "from `t` and `u`"),
    ],
)
def test_what_an_engine_does_not_is_not_said(dialect: str, text: str, unsaid: str) -> None:
    assert unsaid not in markdown(text, dialect)


@pytest.mark.parametrize(
    ("where", "remark"),
    [
        ("o.customer_id IS NULL", "That leaves only rows without a match in `o`."),
        ("o.total > 5", "Rows without a match in `o` are dropped here."),
        ("o.total IS NULL", ""),
    ],
)
def test_what_where_does_to_a_left_join_is_said(where: str, remark: str) -> None:
    text = (
        f"SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE {where}"
    )
    told = markdown(text, "postgres")
    assert ("a match in `o`" in told) == bool(remark)
    assert remark in told
