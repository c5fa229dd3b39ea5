"""Built-in functions and system relations: what ships is what the engines have."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import duckdb
import pytest

from support import schemas
from sureql.catalog import builtins

# Syntax rather than functions: the engines do not list them.
_DUCKDB_SYNTAX = {
    *("coalesce", "nullif", "greatest", "least", "extract", "position", "if", "ifnull", "grouping"),
    *("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"),
    *("current_user", "session_user", "unnest", "trim", "struct_pack", "row"),
    *("row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead"),
    *("first_value", "last_value", "nth_value"),
}
_SQLITE_ELSEWHERE = {
    *("current_date", "current_time", "current_timestamp"),
    *("bm25", "highlight", "snippet", "generate_series", "json_each", "json_tree"),
}
# Came with versions after the one this Python may have.
_SQLITE_NEWER = {"concat", "concat_ws", "string_agg", "octet_length", "timediff", "unhex", "if"}


@pytest.mark.parametrize(("dialect", "least"), [("postgres", 150), ("sqlite", 80), ("duckdb", 150)])
def test_enough_functions_with_signature_and_words(dialect: str, least: int) -> None:
    found = builtins.functions(dialect)

    assert len(found) >= least
    for name, overloads in found.items():
        for function in overloads:
            assert function.name == name == name.lower()
            assert function.signature.startswith(name)
            assert function.doc.endswith((".", "…")) and len(function.doc) < 120
            assert function.required <= len(function.arguments)
            assert function.kind in ("scalar", "aggregate", "window", "table")


def test_signatures_are_understood() -> None:
    functions = builtins.functions("postgres")
    (lag,) = functions["lag"]
    (concat,) = functions["concat_ws"]
    (search,) = functions["to_tsvector"]
    count = functions["count"]

    assert (lag.kind, lag.required, len(lag.arguments), lag.returns) == ("window", 1, 3, "")
    assert (concat.variadic, concat.required, concat.returns) == (True, 2, "TEXT")
    assert (search.required, search.arguments) == (1, ("REGCONFIG", "TEXT"))
    assert [function.signature for function in count] == ["count(*)", "count(value any)"]


def test_duckdb_has_these_functions() -> None:
    with closing(duckdb.connect()) as connection:
        rows = connection.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions()"
        ).fetchall()
    names = {name for (name,) in rows}

    assert set(builtins.functions("duckdb")) - names - _DUCKDB_SYNTAX == set()


def test_sqlite_has_these_functions() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        rows = connection.execute("SELECT DISTINCT name FROM pragma_function_list").fetchall()
    names = {name for (name,) in rows}
    missing = set(builtins.functions("sqlite")) - names - _SQLITE_ELSEWHERE - _SQLITE_NEWER

    assert {name for name in missing if not name.startswith(("pragma_", "json"))} == set()


def test_system_relations_resolve_and_are_not_listed() -> None:
    found = schemas.catalog("music")
    tables = found.find(("information_schema", "tables"))
    classes = found.find(("pg_catalog", "pg_class"))

    assert tables is not None and "table_name" in [column.name for column in tables.columns]
    assert classes is not None and "relname" in [column.name for column in classes.columns]
    assert "pg_catalog" not in found.schema_names()
    assert found.closed_for(("information_schema", "tabels"))


def test_unqualified_system_relations() -> None:
    from sureql.sources import ddl_files
    from sureql.syntax import dialects

    def loaded(dialect: str, name: str) -> bool:
        text = ddl_files.SchemaText("x.sql", "CREATE TABLE t (a int);")
        return ddl_files.load([text], dialects.get(dialect)).find((name,)) is not None

    assert loaded("postgres", "pg_stat_activity")
    assert loaded("sqlite", "sqlite_master")
    assert loaded("sqlite", "pragma_table_info")
    assert loaded("duckdb", "duckdb_tables")
    assert loaded("duckdb", "pg_tables")
    assert not loaded("postgres", "sqlite_master")
