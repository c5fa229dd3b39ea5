"""Sessions that judge: a scratch database with a shadow, or the user's own database as it is."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field

from sureql.oracle.engine import EngineSpec
from sureql.oracle.postgres import definitions, embedded, link
from sureql.oracle.postgres.link import Link, LinkLost, Refusal
from sureql.oracle.postgres.shadow import Shadow
from sureql.ports.errors import JudgeError

_CONNECT = 5.0
_SLOW = 20.0  # Making or dropping a database.
_OWNER = "sureql"
_MOST_ON_DISK = "256MB"  # What a query may lay aside there.
_POWERLESS = "pg_read_all_settings"  # Exists on every server, and owns nothing.
_BEGINNING = "sureql_"
_LOCK = 0x73757265716C  # "sureql": held while a database is made and before it is in use.


@dataclass(slots=True)
class Session:
    """A connection that judges; `shadow` is None on the user's own database."""

    link: Link
    shadow: Shadow | None
    database: str = ""
    type_names: dict[tuple[int, int], str] = field(default_factory=dict)


def on_embedded(lease: embedded.Lease, deadline: float) -> Session:
    """A session on the embedded server, started if need be. Raises JudgeError."""
    control = embedded.ensure(lease)
    try:
        _run(control, [f"SELECT pg_advisory_lock({_LOCK})"])
        known = _run(control, [f"SELECT 1 FROM pg_roles WHERE rolname = '{_OWNER}'"])
        if not known[0]:
            _run(control, [f"CREATE ROLE {_OWNER} LOGIN"])
        _run(control, [f"ALTER ROLE {_OWNER} SET temp_file_limit = '{_MOST_ON_DISK}'"])
        _drop_unused(control)
        database = _scratch(control, f"OWNER {_OWNER}")
        shadow = Link(lease.address(database, _OWNER), _CONNECT)
    finally:
        control.close()
    return _shadowing(shadow, database, deadline)


def on_server(url: str, deadline: float) -> Session:
    """A session with a scratch database on a server of the user's. Raises JudgeError."""
    control = Link(link.address(url, application_name="sureql"), _CONNECT)
    try:
        _run(control, [f"SELECT pg_advisory_lock({_LOCK})"])
        _drop_unused(control)
        # The shadow is never built by a superuser, whatever the schema's names may hold.
        powerful = control.is_superuser()
        database = _scratch(control, f"OWNER {_POWERLESS}" if powerful else "")
        target = link.address(url, application_name="sureql", dbname=database)
        shadow = Link(target, _CONNECT)
        if powerful:
            _run(shadow, [f"SET SESSION AUTHORIZATION {_POWERLESS}"])
    finally:
        control.close()
    return _shadowing(shadow, database, deadline)


def on_live(url: str, deadline: float) -> Session:
    """A session on the user's own database: read-only, nothing is made. Raises JudgeError."""
    # Nothing is set for the session: a pooler would hand it on to the user's other programs.
    target = link.address(url, application_name="sureql", client_encoding="UTF8")
    limits = [one.replace("SET ", "SET LOCAL ", 1) for one in _limits(deadline)]
    return Session(Link(target, _CONNECT, limits), None)


def close(session: Session, spec: EngineSpec, lease: embedded.Lease | None) -> None:
    """End a session and drop its database. What can't be dropped now is, when one is next made."""
    session.link.close()
    if session.shadow is None:
        return
    try:
        target = lease.address("postgres", "postgres") if lease else link.address(spec.url)
        control = Link(target, _CONNECT)
    except JudgeError:
        return
    try:
        drop = f"DROP DATABASE IF EXISTS {session.database}"
        control.run([f"{drop} WITH (FORCE)", drop], _SLOW)  # Old servers know no FORCE.
    except LinkLost:
        return
    finally:
        control.close()


def _shadowing(found: Link, database: str, deadline: float) -> Session:
    settings = ["SET check_function_bodies = off", "SET client_encoding = 'UTF8'"]
    _run(found, [*settings, *_limits(deadline)])
    return Session(found, Shadow(found), database)


def _limits(deadline: float) -> list[str]:
    limit = max(int(deadline * 1000), 1)
    return [
        f"SET statement_timeout = {limit}",
        f"SET lock_timeout = {limit}",
        f"SET idle_in_transaction_session_timeout = {10 * limit}",
        "SET client_min_messages = error",
        "SET standard_conforming_strings = on",
    ]


def _scratch(control: Link, options: str) -> str:
    database = f"{_BEGINNING}{os.getpid()}_{secrets.token_hex(4)}"
    create = f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'"
    _run(control, [f"{create} LC_COLLATE 'C' LC_CTYPE 'C' {options}"])
    return database


def _drop_unused(control: Link) -> None:
    # Databases that nobody is connected to any more: their processes have ended.
    found = _run(
        control,
        [
            "SELECT datname FROM pg_database WHERE datname ~ '^sureql_[0-9]+_[0-9a-f]{8}$'"
            " AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS (SELECT FROM pg_stat_activity"
            " AS a WHERE a.datname = pg_database.datname)"
        ],
    )[0]
    # It is no fault if one of them is in use again.
    control.run([f"DROP DATABASE IF EXISTS {definitions.quoted(name)}" for (name,) in found], _SLOW)


def _run(control: Link, commands: list[str]) -> list[link.Rows]:
    try:
        answers = control.run(commands, _SLOW)
    except LinkLost as error:
        raise JudgeError(f"The PostgreSQL server was lost: {error}") from error
    found: list[link.Rows] = []
    for answer in answers:
        if isinstance(answer, Refusal):
            control.close()
            raise JudgeError(_sentence(answer))
        found.append(answer)
    return found


def _sentence(refusal: Refusal) -> str:
    if refusal.code == "42501":
        return (
            "The PostgreSQL user may not create databases: give it CREATEDB, or set "
            "judge.postgres to a server where it may."
        )
    if refusal.code in ("53100", "58030"):
        return f"The PostgreSQL server cannot write: {refusal.message}."
    return f"The PostgreSQL server refused to set up judging: {refusal.message}."
