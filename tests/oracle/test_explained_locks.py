"""The locks that explanations name, against those that a PostgreSQL server takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest

from oracle.postgres_server import Server
from sureql.catalog import model as catalog
from sureql.ide.diagnostics import context
from sureql.ide.explain import explain
from sureql.syntax import dialects, script

_SETUP = """
CREATE TABLE customer (id integer PRIMARY KEY, name text);
CREATE TABLE t (
    id integer PRIMARY KEY, customer_id integer, state text NOT NULL DEFAULT 'x', total numeric,
    CONSTRAINT early CHECK (total > 0) NOT VALID
);
CREATE INDEX state_idx ON t (state);
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE UNIQUE INDEX m_idx ON m (id);
CREATE VIEW v AS SELECT id FROM t;
CREATE TABLE parts (id integer) PARTITION BY LIST (id);
CREATE TABLE part (id integer);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
"""
_STRENGTH = (
    "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE",
    "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE",
)  # fmt: skip
_NAMED = re.compile(r"[Tt]akes an? ([A-Z ]+) lock")


@pytest.fixture(scope="module")
def server(postgres: Server) -> Iterator[psycopg.Connection]:
    address = postgres.url(postgres.database(_SETUP))
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _held(server: psycopg.Connection, text: str, table: str) -> str:
    """The strongest lock on a table that a statement holds when it is done."""
    with suppress(psycopg.Rollback), server.transaction():
        server.execute(text)
        modes = server.execute(
            "SELECT mode FROM pg_locks WHERE relation = %s::regclass AND pid = pg_backend_pid()",
            (table,),
        ).fetchall()
        words = [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", mode[:-4]).upper() for (mode,) in modes]
        raise psycopg.Rollback
    return max(words, key=_STRENGTH.index, default="")


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("ALTER TABLE t ADD COLUMN x int", "t"),
        ("ALTER TABLE t DROP COLUMN total", "t"),
        ("ALTER TABLE t ALTER COLUMN total TYPE bigint", "t"),
        ("ALTER TABLE t ALTER COLUMN total SET NOT NULL", "t"),
        ("ALTER TABLE t ALTER COLUMN total SET DEFAULT 5", "t"),
        ("ALTER TABLE t ALTER COLUMN total SET STATISTICS 500", "t"),
        ("ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (customer_id) REFERENCES customer", "t"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0)", "t"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0) NOT VALID", "t"),
        ("ALTER TABLE t ADD CONSTRAINT c UNIQUE (customer_id)", "t"),
        ("ALTER TABLE t VALIDATE CONSTRAINT early", "t"),
        ("ALTER TABLE t DROP CONSTRAINT early", "t"),
        ("ALTER TABLE t DISABLE TRIGGER r", "t"),
        ("ALTER TABLE t ENABLE TRIGGER ALL", "t"),
        ("ALTER TABLE t SET (fillfactor = 70)", "t"),
        ("ALTER TABLE t RENAME COLUMN total TO whole", "t"),
        ("ALTER TABLE t RENAME CONSTRAINT early TO late", "t"),
        ("ALTER TABLE t SET UNLOGGED", "t"),
        ("ALTER TABLE t CLUSTER ON state_idx", "t"),
        ("ALTER TABLE t REPLICA IDENTITY FULL", "t"),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", "t"),
        ("ALTER TABLE t OWNER TO CURRENT_USER", "t"),
        ("ALTER TABLE parts ATTACH PARTITION part FOR VALUES IN (1)", "parts"),
        ("CREATE INDEX i ON t (total)", "t"),
        ("CREATE UNIQUE INDEX i ON t (customer_id)", "t"),
        ("CREATE TRIGGER s AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "t"),
        ("CREATE OR REPLACE VIEW v AS SELECT id FROM t WHERE id > 0", "v"),
        ("DROP INDEX state_idx", "t"),
        ("DROP TRIGGER r ON t", "t"),
        ("TRUNCATE t", "t"),
        ("CLUSTER t USING state_idx", "t"),
        ("REFRESH MATERIALIZED VIEW m", "m"),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY m", "m"),
        ("LOCK TABLE t IN SHARE MODE", "t"),
        ("LOCK TABLE t", "t"),
        ("SELECT id FROM t FOR UPDATE", "t"),
    ],
)
def test_the_lock_that_is_named_is_the_one_that_is_taken(
    server: psycopg.Connection, text: str, table: str
) -> None:
    rules = dialects.get("postgres")
    (statement,) = script.of(text, rules).statements
    seen = context.of(statement, catalog.empty("postgres"), rules, "")
    named = _NAMED.findall(explain.explain(seen).undo)
    assert named == [_held(server, text, table)]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("ALTER TABLE t ADD FOREIGN KEY (customer_id) REFERENCES customer NOT VALID", "customer"),
        ("CREATE TABLE u (id integer REFERENCES customer)", "customer"),
    ],
)
def test_a_foreign_key_stops_writes_to_the_table_it_refers_to(
    server: psycopg.Connection, text: str, table: str
) -> None:
    assert _held(server, text, table) == "SHARE ROW EXCLUSIVE"


def test_a_partition_that_is_attached_cannot_be_read(server: psycopg.Connection) -> None:
    text = "ALTER TABLE parts ATTACH PARTITION part FOR VALUES IN (1)"
    assert _held(server, text, "part") == "ACCESS EXCLUSIVE"
