"""A model may not bring in unasked what changes data or reaches outside of the query."""

from __future__ import annotations

import pytest

from support import schemas
from sureql.gate import check, same
from sureql.gate.model import Outcome, Suggestion
from sureql.syntax import dialects
from sureql.text.span import Span

WHERE = "SELECT name FROM artist WHERE "

HARMFUL = [
    ("", "DROP TABLE artist", "postgres"),
    ("", "DELETE FROM artist", "postgres"),
    ("", "UPDATE artist SET name = 'x'", "postgres"),
    ("", "TRUNCATE artist", "postgres"),
    ("", "GRANT ALL ON artist TO PUBLIC", "postgres"),
    ("", "COPY artist TO PROGRAM 'curl x'", "postgres"),
    ("", "CALL p()", "postgres"),
    ("", "DO $$ BEGIN END $$", "postgres"),
    ("", "ATTACH 'x.db' AS x", "sqlite"),
    ("", "PRAGMA writable_schema = 1", "sqlite"),
    ("", "VACUUM INTO 'x'", "sqlite"),
    ("", "INSTALL httpfs", "duckdb"),
    ("", "EXEC xp_cmdshell 'dir'", "tsql"),
    ("", "EXPLAIN ANALYZE DELETE FROM artist", "postgres"),
    ("", "WITH x AS (DELETE FROM artist RETURNING 1) SELECT * FROM x", "postgres"),
    ("", "SELECT * INTO copied FROM artist", "postgres"),
    ("SELECT name ", "INTO OUTFILE '/tmp/x' FROM artist", "mysql"),
    ("SELECT name ", "INTO copied FROM artist", "postgres"),
    ("ALTER TABLE artist ", "DROP COLUMN name", "postgres"),
    ("COPY artist TO ", "PROGRAM 'curl x'", "postgres"),
    ("SELECT ", "pg_read_file('/etc/passwd')", "postgres"),
    ("SELECT ", "lo_export(1, '/tmp/x')", "postgres"),
    ("SELECT * FROM ", "dblink('host=x', 'SELECT 1') AS t(a int)", "postgres"),
    ("SELECT * FROM ", "dblink_connect('host=x')", "postgres"),
    ("SELECT ", "pg_terminate_backend(1)", "postgres"),
    ("SELECT ", "pg_sleep(100)", "postgres"),
    ("SELECT ", "set_config('a', 'b', false)", "postgres"),
    ("SELECT * FROM ", "read_csv('/etc/passwd')", "duckdb"),
    ("SELECT * FROM ", "read_text('/etc/passwd')", "duckdb"),
    ("SELECT * FROM ", "'/etc/passwd'", "duckdb"),
    ("SELECT ", "getenv('HOME')", "duckdb"),
    ("SELECT ", "load_extension('x')", "sqlite"),
    ("SELECT ", "writefile('x', 'y')", "sqlite"),
    ("SELECT ", "LOAD_FILE('/etc/passwd')", "mysql"),
    ("SELECT * FROM ", "OPENROWSET('a', 'b', 'c')", "tsql"),
    (WHERE, "EXISTS (SELECT pg_ls_dir('/'))", "postgres"),
    (WHERE, "name = \"pg_read_file\"('/etc/passwd')", "postgres"),
]

HARMFUL += [
    (WHERE, "name = 'x'\nDROP TABLE artist", "tsql"),
    (WHERE, "name = 'x' DELETE FROM artist", "tsql"),
    ("SELECT name FROM artist\n", "SHUTDOWN", "tsql"),
    (WHERE, "name = 'x' EXEC", "tsql"),
    ("COPY artist TO ", "'/tmp/x'", "postgres"),
    ("COPY artist TO ", "DROP TABLE artist", "postgres"),
]

HARMLESS = [
    ("", "SELECT name FROM artist", "postgres"),
    ("", "WITH a AS (SELECT 1 AS b) SELECT b FROM a", "postgres"),
    ("DEL", "DELETE FROM artist", "postgres"),
    ("DELETE ", "FROM artist WHERE artist_id = 1", "postgres"),
    ("INSERT INTO artist (artist_id, name) ", "VALUES (1, 'x')", "postgres"),
    ("INSERT INTO artist (name) SELECT 'x' ON CONFLICT ", "DO NOTHING", "postgres"),
    (WHERE, "name = 'DROP TABLE artist'", "postgres"),
    (WHERE, "replace(name, 'a', 'b') = 'c'", "postgres"),
    ("SELECT pg_read_file('a'), ", "pg_read_file('b')", "postgres"),
    ("SELECT name FROM artist ", "FOR UPDATE", "postgres"),
    ("CREATE TABLE a (b int REFERENCES artist ", "ON DELETE CASCADE)", "postgres"),
    ("SELECT a.", "delete FROM artist a", "postgres"),
]


def brought(before: str, insert: str, dialect: str) -> str:
    from sureql.gate import harm

    word = before if before and before[-1].isalpha() else ""
    stem = before[: len(before) - len(word)]
    added = Span(len(stem), len(stem) + len(insert))
    return harm.brought(stem + insert, added, before, dialects.get(dialect), word)


@pytest.mark.parametrize(("before", "insert", "dialect"), HARMFUL)
def test_harm_is_recognised(before: str, insert: str, dialect: str) -> None:
    assert brought(before, insert, dialect)


@pytest.mark.parametrize(("before", "insert", "dialect"), HARMLESS)
def test_nothing_else_is(before: str, insert: str, dialect: str) -> None:
    assert brought(before, insert, dialect) == ""


@pytest.mark.parametrize(("source", "shown"), [("model", False), ("engine", True)])
def test_only_models_are_held_to_it(source: str, shown: bool) -> None:
    schema = schemas.catalog("music", "postgres")
    suggestion = Suggestion(Span(0, 0), "DELETE FROM artist", source)
    verdict = check.check("", suggestion, schema, dialects.get("postgres"))
    assert (verdict.outcome is not Outcome.DROPPED) is shown


def test_what_comes_before_the_harm_may_be_shown() -> None:
    schema = schemas.catalog("music", "postgres")
    insert = "name IS NOT NULL AND pg_sleep(9) IS NULL"
    suggestion = Suggestion(Span(len(WHERE), len(WHERE)), insert, "model")
    verdict = check.check(WHERE, suggestion, schema, dialects.get("postgres"))
    assert verdict.outcome is Outcome.CUT
    assert "pg_sleep" not in verdict.insert


SAME = [
    ("a=b", "a = b"),
    ("a.x = b.y", "b.y = a.x"),
    ("a < b", "b > a"),
    ("FROM artist AS a", "from ARTIST a"),
    ("INNER JOIN album", "JOIN album"),
    ("a != 1", "a <> 1"),
    ('"name"', "name"),
    ("ORDER BY a ASC", "order by a"),
    ("a = b;", "a = b"),
]
DIFFERENT = [
    ("a = b", "a = c"),
    ("a < b", "b < a"),
    ("a - b = c", "c = a + b"),
    ('"Name"', "name"),
    ("'A'", "'a'"),
    ("x + a = b", "b + a = x"),
    ("LEFT JOIN album", "JOIN album"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_says_the_same(one: str, other: str) -> None:
    rules = dialects.get("postgres")
    assert same.normal(one, rules) == same.normal(other, rules)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_does_not(one: str, other: str) -> None:
    rules = dialects.get("postgres")
    assert same.normal(one, rules) != same.normal(other, rules)
