"""Which engine runs the queries of a dialect here: its own, else another one in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec

from sureql.catalog import model as catalog
from sureql.oracle import engines
from sureql.oracle.engine import EngineSpec
from sureql.oracle.executors import stand_in
from sureql.ports.executor import Executor

OpenExecutor = Callable[[catalog.Catalog, Sequence[catalog.Relation]], Executor]


def opener(dialect: str, spec: EngineSpec | None) -> OpenExecutor | None:
    """What makes an executor for queries of `dialect`, None if no engine here could run them.

    `spec` is the engine that judges, if there is one. The user's own database is never used.
    """
    if dialect == "sqlite" and find_spec("sqlite3"):
        return _sqlite
    if dialect == "duckdb" and find_spec("duckdb"):
        return _duckdb
    if dialect == "postgres" and (found := _server(spec)):
        return partial(_postgres, spec=found)
    if dialect in stand_in.NAMES:
        return partial(_other, dialect=dialect)
    return None


def _server(spec: EngineSpec | None) -> EngineSpec | None:
    # Where a scratch database may be made: a server that is given for that, else the embedded one.
    if spec is None or spec.live or spec.dialect != "postgres":
        cache = spec.cache if spec else ""
        spec = EngineSpec("postgres", cache=cache)
    return spec if engines.available("postgres", spec.url) else None


def _sqlite(schema: catalog.Catalog, relations: Sequence[catalog.Relation]) -> Executor:
    from sureql.oracle.executors.sqlite import SqliteExecutor

    return SqliteExecutor(schema, relations)


def _duckdb(schema: catalog.Catalog, relations: Sequence[catalog.Relation]) -> Executor:
    from sureql.oracle.executors.duckdb import DuckdbExecutor

    return DuckdbExecutor(schema, relations)


def _postgres(
    schema: catalog.Catalog, relations: Sequence[catalog.Relation], spec: EngineSpec
) -> Executor:
    from sureql.oracle.executors.postgres import PostgresExecutor

    return PostgresExecutor(schema, relations, spec)


def _other(
    schema: catalog.Catalog, relations: Sequence[catalog.Relation], dialect: str
) -> Executor:
    # DuckDB is the stricter one: it refuses values of another type, which SQLite takes.
    if find_spec("duckdb"):
        return stand_in.StandIn(schema, relations, dialect, "duckdb", _duckdb)
    return stand_in.StandIn(schema, relations, dialect, "sqlite", _sqlite)
