"""How the driver that a program uses takes parameters, where its imports and the call tell."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """`mark` is what stands for a parameter: `?`, `%s`, `$` (with its number) or `:` (with its name).
    `gathers` says how the values follow: 'tuple', 'list', 'arguments', 'bound' (`.bindparams(…)`) or
    'run' (they are given to what runs the prepared statement)."""

    mark: str
    gathers: str


_TUPLE_MARKS = Style("?", "tuple")
_TUPLE_PERCENT = Style("%s", "tuple")
_PYTHON = {
    "sqlite3": _TUPLE_MARKS,
    "aiosqlite": _TUPLE_MARKS,
    "duckdb": _TUPLE_MARKS,
    "pyodbc": _TUPLE_MARKS,
    "psycopg": _TUPLE_PERCENT,
    "psycopg2": _TUPLE_PERCENT,
    "pymysql": _TUPLE_PERCENT,
    "MySQLdb": _TUPLE_PERCENT,
    "mysql.connector": _TUPLE_PERCENT,
    "asyncpg": Style("$", "arguments"),
}
_JAVASCRIPT = {
    "pg": Style("$", "list"),
    "mysql": Style("?", "list"),
    "mysql2": Style("?", "list"),
    "mysql2/promise": Style("?", "list"),
    "better-sqlite3": Style("?", "run"),
}
_GO = {
    "github.com/lib/pq": Style("$", "arguments"),
    "github.com/jackc/pgx": Style("$", "arguments"),
    "github.com/go-sql-driver/mysql": Style("?", "arguments"),
    "github.com/mattn/go-sqlite3": Style("?", "arguments"),
    "modernc.org/sqlite": Style("?", "arguments"),
}
_IMPORTS_PYTHON = re.compile(r"(?m)^[ \t]*(?:import|from)[ \t]+([\w.]+)")
_IMPORTS_JAVASCRIPT = re.compile(r"(?:\bfrom|\brequire\(|\bimport)\s*['\"]([^'\"\n]+)['\"]")
_IMPORTS_GO = re.compile(r"\"([\w./-]+?)(?:/v\d+)?(?:/stdlib|/pgxpool)?\"")
_CALLS = {
    "tuple": ("execute",),
    "list": ("query", "execute"),
    "run": ("prepare",),
    "arguments": (
        "fetch", "fetchrow", "fetchval", "execute",
        "Query", "QueryRow", "Exec", "QueryContext", "QueryRowContext", "ExecContext",
    ),
}  # fmt: skip


def style(language: str, host: str, callee: str) -> Style | None:
    """How the call takes parameters; None if that is not certain, such as with two drivers."""
    word = callee.rsplit(".", 1)[-1]
    if language == "python":
        imported = set(_IMPORTS_PYTHON.findall(host))
        if word == "text" and any(name.split(".")[0] == "sqlalchemy" for name in imported):
            return Style(":", "bound")
        found = {_PYTHON[name] for name in _roots(imported) if name in _PYTHON}
    elif language in ("javascript", "typescript", "tsx"):
        found = {
            _JAVASCRIPT[name] for name in _IMPORTS_JAVASCRIPT.findall(host) if name in _JAVASCRIPT
        }
    elif language == "go":
        found = {_GO[name] for name in _IMPORTS_GO.findall(host) if name in _GO}
    else:
        return None
    only = found.pop() if len(found) == 1 else None
    return only if only is not None and word in _CALLS[only.gathers] else None


def _roots(names: set[str]) -> set[str]:
    return {".".join(name.split(".")[:count]) for name in names for count in (1, 2)}
