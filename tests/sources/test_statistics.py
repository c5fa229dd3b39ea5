"""Counts come with a schema that a database tells, and never a value of the user's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
import psycopg
import pytest

from oracle import postgres_server as servers
from support import schemas
from sureql.catalog.model import Catalog, Relation
from sureql.catalog.statistics import ColumnStatistics, Statistics
from sureql.sources import duckdb_file, load, sqlite_file
from sureql.sources.postgres_queries import QUERIES
from sureql.storage import catalog_cache

DEFINITIONS = """
CREATE TABLE person (id bigint PRIMARY KEY, name text, town text, note text);
INSERT INTO person SELECT i, 'secret-' || i, 'town-' || i % 7, CASE WHEN i % 4 > 0 THEN 'secret' END
    FROM generate_series(1, 4000) i;
CREATE TABLE never (id int);
CREATE VIEW seen AS SELECT * FROM person;
CREATE INDEX plain ON person (town, name);
CREATE INDEX back ON person (town DESC, name DESC);
CREATE INDEX mixed ON person (town, name DESC);
CREATE INDEX computed ON person (lower(town), name);
CREATE INDEX partly ON person (town) WHERE name <> '';
CREATE INDEX carrying ON person (town) INCLUDE (name);
CREATE INDEX by_hash ON person USING hash (town);
CREATE INDEX patterned ON person (town text_pattern_ops);
CREATE INDEX collated ON person (town COLLATE "C");
ANALYZE person;
"""
PLAIN = {"plain", "back"}
SQLITE = """
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, town TEXT);
CREATE TABLE never (id INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
INSERT INTO person SELECT i, 'secret-' || i, 'town-' || (i % 8) FROM n;
CREATE INDEX plain ON person (town, name);
CREATE INDEX mixed ON person (town, name DESC);
CREATE INDEX computed ON person (lower(town), name);
CREATE INDEX partly ON person (name) WHERE town = 'town-1';
CREATE INDEX collated ON person (town COLLATE NOCASE);
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with servers.started() as server:
        given = psycopg.conninfo.conninfo_to_dict(server.url(server.database(DEFINITIONS)))
        yield f"postgresql://{given['user']}@/{given['dbname']}?host={given['host']}"


def table(known: Catalog, name: str) -> Relation:
    found = known.find((name,))
    assert found is not None
    return found


def sqlite_database(path: Path, *more: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SQLITE + ";".join(more))
    return path


def test_postgres(url: str) -> None:
    known = load.load(load.Spec("", (url,)))
    found = table(known, "person").statistics

    assert found is not None and found.pages is not None
    assert (found.rows, found.pages > 20) == (4000, True)
    assert found.columns["id"] == ColumnStatistics(4000, 0, 8, 1)
    assert found.columns["town"].distinct == 7
    assert found.columns["note"].null_fraction == pytest.approx(0.25, abs=0.02)
    assert table(known, "never").statistics is None
    assert table(known, "seen").statistics is None
    assert "secret" not in str(found)
    asked = " ".join(QUERIES.values())
    assert not any(word in asked for word in ("most_common", "histogram", "pg_statistic "))


def test_postgres_says_which_indexes_are_plain(url: str) -> None:
    indexes = table(load.load(load.Spec("", (url,))), "person").indexes

    assert {index.name for index in indexes if index.plain} == PLAIN


def test_a_few_more_rows_change_no_version(url: str) -> None:
    before = load.load(load.Spec("", (url,))).version
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO person SELECT i FROM generate_series(5001, 5010) i")
        connection.execute("ANALYZE person")
        few = load.load(load.Spec("", (url,)))
        connection.execute("INSERT INTO person SELECT i FROM generate_series(6001, 16000) i")
        connection.execute("ANALYZE person")
        many = load.load(load.Spec("", (url,)))

    statistics = table(few, "person").statistics
    assert statistics is not None and statistics.rows == 4010
    assert few.version == before
    assert many.version != before


def test_sqlite(tmp_path: Path) -> None:
    known = sqlite_file.load(sqlite_database(tmp_path / "x.db", "ANALYZE"))

    found = table(known, "person").statistics
    assert found is not None
    assert (found.rows, found.pages) == (4000, None)
    assert dict(found.columns) == {"town": ColumnStatistics(8)}
    assert table(known, "never").statistics is None
    plain = {index.name for index in table(known, "person").indexes if index.plain}
    assert plain == {"plain"}


def test_sqlite_without_analyze(tmp_path: Path) -> None:
    path = sqlite_database(tmp_path / "x.db")
    before = sqlite_file.load(path)
    assert table(before, "person").statistics is None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ANALYZE")

    assert sqlite_file.load(path).version != before.version


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE sqlite_stat1 SET stat = 'nonsense'",
        "UPDATE sqlite_stat1 SET stat = '', idx = 5",
        "UPDATE sqlite_stat1 SET tbl = NULL",
        "UPDATE sqlite_stat1 SET stat = '0 0 0', idx = 'gone'",
        "UPDATE sqlite_stat1 SET stat = x'00ff'",
    ],
)
def test_odd_counts_of_sqlite(damage: str, tmp_path: Path) -> None:
    path = sqlite_database(tmp_path / "x.db", "ANALYZE", damage)

    assert len(table(sqlite_file.load(path), "person").columns) == 3


def test_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute("CREATE TABLE t AS SELECT i AS a FROM range(5000) r(i)")
        connection.execute("CREATE VIEW v AS SELECT * FROM t")
    known = duckdb_file.load(path)

    assert table(known, "t").statistics == Statistics(5000)
    assert table(known, "v").statistics is None


def test_the_cache_keeps_counts(tmp_path: Path) -> None:
    known = schemas.catalog("music")
    album = table(known, "album")
    counts = Statistics(7.5, 3, {"title": ColumnStatistics(4.5, 0.25, 8, -0.5)})
    public = known.schemas["public"]
    relations = {**public.relations, "album": replace(album, statistics=counts)}
    changed = replace(known, schemas={"public": replace(public, relations=relations)})
    again = catalog_cache.read(catalog_cache.write(changed, tmp_path))

    assert again is not None
    assert table(again, "album").statistics == counts
    assert len({table(again, "album"), relations["album"]}) == 1
    assert table(again, "track").statistics is None


@pytest.mark.parametrize(
    ("definition", "plain"),
    [
        ("CREATE INDEX i ON t (a)", True),
        ("CREATE INDEX i ON t (a, b)", True),
        ("CREATE INDEX i ON t (a DESC, b DESC)", True),
        ("CREATE INDEX i ON t (a ASC, b)", True),
        ('CREATE INDEX i ON t USING btree ("a")', True),
        ("CREATE INDEX i ON t (a, b DESC)", False),
        ("CREATE INDEX i ON t (lower(a))", False),
        ("CREATE INDEX i ON t (a, (b + 1))", False),
        ("CREATE INDEX i ON t (a NULLS FIRST)", False),
        ("CREATE INDEX i ON t (a text_pattern_ops)", False),
        ('CREATE INDEX i ON t (a COLLATE "C")', False),
        ("CREATE INDEX i ON t (a) WHERE b > 1", False),
        ("CREATE INDEX i ON t (a) INCLUDE (b)", False),
        ("CREATE INDEX i ON t USING gin (a)", False),
    ],
)
def test_ddl_says_which_indexes_are_plain(definition: str, plain: bool) -> None:
    known = schemas.of(f"CREATE TABLE t (a text, b integer);\n{definition};")

    assert [index.plain for index in table(known, "t").indexes] == [plain]
