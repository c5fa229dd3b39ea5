"""Which planner tells the plans of a dialect here: the user's database, else an empty copy."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from sureql.catalog import model as catalog
from sureql.oracle import engines
from sureql.oracle.engine import EngineSpec
from sureql.ports.plan import Planner

_SERVERS = ("postgresql://", "postgres://")
# How a database file begins, and where.
_MARKS = {"sqlite": (0, b"SQLite format 3\0"), "duckdb": (8, b"DUCK")}


def planner(
    schema: catalog.Catalog,
    dialect: str,
    spec: EngineSpec | None = None,
    sources: Sequence[str] = (),
) -> Planner | None:
    """The planner for queries over `schema`, None if no engine here plans them. Raises PlanError.

    `sources` are the databases that the user wants to be asked: the first of the dialect's is.
    Without one an empty copy is planned on, for which `spec` says where its files may be.
    """
    if dialect == "sqlite" and find_spec("sqlite3"):
        from sureql.oracle.planners.sqlite import SqlitePlanner

        return SqlitePlanner(schema, _file(schema, sources, dialect))
    if dialect == "duckdb" and engines.available(dialect):
        from sureql.oracle.planners.duckdb import DuckdbPlanner

        return DuckdbPlanner(schema, _file(schema, sources, dialect))
    if dialect == "postgres":
        return _postgres(schema, spec, sources)
    return None


def copy(schema: catalog.Catalog, dialect: str, spec: EngineSpec | None = None) -> Planner | None:
    """The planner on an empty copy, on which indexes can be tried. Raises PlanError."""
    return planner(schema, dialect, spec)


def _postgres(
    schema: catalog.Catalog, spec: EngineSpec | None, sources: Sequence[str]
) -> Planner | None:
    server = next((source for source in sources if source.startswith(_SERVERS)), "")
    if server and engines.available("postgres", server):
        from sureql.oracle.planners.postgres import PostgresPlanner

        return PostgresPlanner(schema, server)
    if engines.available("postgres"):
        from sureql.oracle.planners.postgres_shadow import PostgresShadowPlanner

        return PostgresShadowPlanner(schema, spec.cache if spec else "")
    return None


def _file(schema: catalog.Catalog, sources: Sequence[str], dialect: str) -> Path | None:
    # The catalog has the file's whole path; a source may be written below the workspace's folder.
    if not sources:
        return None
    written = [one.removeprefix(f"{dialect}:///").partition("?")[0] for one in sources]
    paths = (Path(one) for one in (*schema.sources, *written))
    return next((path for path in paths if _is_database(path, *_MARKS[dialect])), None)


def _is_database(path: Path, offset: int, mark: bytes) -> bool:
    try:
        if not path.is_file():  # A pipe would wait for whoever writes into it.
            return False
        with path.open("rb") as file:
            return file.read(offset + len(mark))[offset:] == mark
    except (OSError, ValueError):
        return False
