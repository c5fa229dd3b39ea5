"""One small shop with rows, in each engine, for all tests of planners."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
import pytest

from oracle.postgres_server import Server
from sureql.catalog.model import Catalog
from sureql.oracle.planners.postgres import PostgresPlanner
from sureql.oracle.planners.postgres_shadow import PostgresShadowPlanner
from sureql.sources import load

POSTGRES = """
CREATE TABLE customer (id bigint PRIMARY KEY, name text, country text);
CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, status text,
    placed date NOT NULL, note text
);
CREATE TABLE empty_one (id bigint PRIMARY KEY, word text);
INSERT INTO customer SELECT i, 'n' || i, 'c' || i % 20 FROM generate_series(1, 3000) i;
INSERT INTO orders SELECT i, 1 + (i * 7919) % 3000, 's' || i % 5, date '2020-01-01' + i % 1000,
    repeat('x', 60) FROM generate_series(1, 30000) i;
CREATE INDEX orders_placed_idx ON orders (placed);
CREATE INDEX orders_note_idx ON orders (lower(note));
CREATE VIEW recent AS SELECT * FROM orders WHERE placed > '2022-01-01';
CREATE FUNCTION boast() RETURNS integer IMMUTABLE LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''it ran''; END';
CREATE FUNCTION doubled(x integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT boast()';
CREATE OPERATOR ~~@ (RIGHTARG = integer, FUNCTION = doubled);
CREATE VIEW boasting AS SELECT boast() AS x, id FROM orders;
CREATE VIEW behind AS SELECT * FROM boasting;
CREATE TABLE guarded (id integer);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON guarded USING (id = boast());
CREATE FUNCTION loud(x integer) RETURNS boolean LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''it ran''; END';
CREATE DOMAIN checked AS integer CHECK (loud(VALUE));
CREATE TYPE pair AS (a checked, b text);
CREATE VIEW checking AS SELECT (id::integer)::checked AS x FROM orders;
CREATE TABLE defaulted (id integer, x integer DEFAULT boast());
CREATE TABLE parted (id integer, x integer) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
ALTER TABLE parted_1 ADD CHECK (x = boast()) NOT VALID;
CREATE VIEW sleepy AS SELECT pg_sleep(20)::text AS slept;
ANALYZE;
"""

SQLITE = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, country TEXT);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, status TEXT,
    placed TEXT NOT NULL
);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
INSERT INTO orders SELECT i, 1 + (i * 7919) % 3000, 's' || (i % 5), 'd' || (i % 1000) FROM n;
INSERT INTO customer SELECT id, 'n' || id, 'c' || (id % 20) FROM orders WHERE id <= 3000;
CREATE INDEX orders_placed_idx ON orders (placed, status);
CREATE INDEX customer_country_idx ON customer (country);
CREATE VIEW recent AS SELECT * FROM orders WHERE placed > 'd5';
CREATE VIRTUAL TABLE words USING fts5 (word);
ANALYZE;
"""

DUCKDB = """
CREATE TYPE mood AS ENUM ('calm', 'odd');
CREATE TABLE customer (id BIGINT PRIMARY KEY, name TEXT, feels mood);
CREATE TABLE orders (id BIGINT PRIMARY KEY, customer_id BIGINT, placed DATE);
INSERT INTO customer SELECT i, 'n' || i, 'calm' FROM range(3000) r(i);
INSERT INTO orders SELECT i, (i * 7919) % 3000, DATE '2020-01-01' + (i % 1000)::INT FROM range(30000) r(i);
CREATE VIEW recent AS SELECT * FROM orders WHERE placed > '2022-01-01';
CREATE MACRO twice(x) AS x * 2;
"""


def database_url(server: Server, name: str) -> str:
    given = psycopg.conninfo.conninfo_to_dict(server.url(name))
    return f"postgresql://{given['user']}@/{name}?host={given['host']}"


@pytest.fixture(scope="session")
def url(postgres: Server) -> str:
    """The address of the shop in PostgreSQL."""
    return database_url(postgres, postgres.database(POSTGRES))


@pytest.fixture(scope="session")
def known(url: str) -> Catalog:
    """The shop as it is read from PostgreSQL, with its counts."""
    return load.load(load.Spec("", (url,)))


@pytest.fixture
def live(known: Catalog, url: str) -> Iterator[PostgresPlanner]:
    planner = PostgresPlanner(known, url)
    yield planner
    planner.close()


@pytest.fixture(scope="module")
def copy(known: Catalog, postgres: Server) -> Iterator[PostgresShadowPlanner]:
    planner = PostgresShadowPlanner(known, postgres.cache)
    yield planner
    planner.close()


@pytest.fixture(scope="session")
def sqlite_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SQLITE)
    return path


@pytest.fixture(scope="session")
def duckdb_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("duckdb") / "shop.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(DUCKDB)
    return path
