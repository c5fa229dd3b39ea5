"""The schema of a PostgreSQL database: its catalogs are read in one short, read-only transaction.

Only the user's own configuration may name a server. A password in its address goes to the driver and
nowhere else: not into the catalog, messages or the log.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from sureql.catalog import model as catalog
from sureql.ports.errors import SourceError
from sureql.sources import postgres_catalog
from sureql.sources.postgres_catalog import Rows
from sureql.sources.postgres_queries import QUERIES, SESSION

SCHEMES = ("postgresql", "postgres")
"""What the address of a server begins with."""

_OLDEST = 12
_CONNECT_SECONDS = 5
_READ_SECONDS = 20
_LIMITS = (
    "SET LOCAL search_path = pg_catalog",
    f"SET LOCAL statement_timeout = {_READ_SECONDS * 1000}",
    "SET LOCAL lock_timeout = 2000",
)


def load(url: str) -> catalog.Catalog:
    """The catalog of the database at `url`. Raises SourceError with a plain sentence."""
    path, rows = _read(url)
    return postgres_catalog.built(rows, path, shown(url))


def shown(url: str) -> str:
    """The address for people: without password and options."""
    parts = _parts(url)
    if parts is None:
        return "postgresql://…"
    user, host, port, path = parts
    return f"postgresql://{f'{user}@' if user else ''}{host}{f':{port}' if port else ''}{path}"


def _parts(url: str) -> tuple[str, str, int | None, str] | None:
    # User, host, port and database. None where a password may be in the wrong place: a character
    # in it that should have been written with `%` would make its rest a host or a database.
    try:
        parts = urlsplit(url)
        if url.count("@") > ("@" in parts.netloc):
            return None
        return parts.username or "", parts.hostname or "", parts.port, parts.path
    except ValueError:
        return None


def _read(url: str) -> tuple[tuple[str, ...], Rows]:
    try:
        import psycopg
    except ImportError as error:
        message = (
            "A PostgreSQL database is read by a driver: run `uv tool install 'sureql[postgres]'`."
        )
        raise SourceError(message) from error
    try:
        parameters: dict[str, Any] = dict(psycopg.conninfo.conninfo_to_dict(url))
    except psycopg.Error:
        # Its text quotes the part of the address that is wrong, which may be the password.
        parameters = {}
    if not parameters or _parts(url) is None:
        message = "is no valid address: write special characters in it as `%40` for `@`."
        raise SourceError(f"{shown(url)} {message}")
    parameters["connect_timeout"] = _CONNECT_SECONDS
    parameters["client_encoding"] = "utf8"
    parameters.setdefault("application_name", "sureql")
    password = str(parameters.get("password") or "")
    try:
        with closing(psycopg.connect(**parameters, prepare_threshold=None)) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            path, version = connection.execute(SESSION).fetchall()[0]
            if version < _OLDEST * 10_000:
                message = f"{shown(url)} is older than PostgreSQL {_OLDEST} and can't be read."
                raise SourceError(message)
            for limit in _LIMITS:
                connection.execute(limit.encode())
            rows = {
                name: connection.execute(sql.encode()).fetchall() for name, sql in QUERIES.items()
            }
            connection.rollback()
    except (psycopg.Error, UnicodeError) as error:
        reason = _reason(str(error), password)
        raise SourceError(f"{shown(url)} can't be read: {reason}") from None
    return tuple(path), rows


def _reason(text: str, password: str) -> str:
    """What the server or the driver said, as one sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = next((line for line in lines if "FATAL:" in line), lines[0] if lines else "")
    said = said.rpartition("FATAL:")[2].rpartition(" failed:")[2].strip() or "it does not answer"
    if password:
        said = said.replace(password, "…")
    return said if said.endswith(".") else said + "."
