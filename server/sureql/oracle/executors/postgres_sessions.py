"""Scratch databases of this process for running queries, kept between one comparison and the next.

To open one takes longer than a comparison may: it is given back instead, with its tables, which the
next one drops if it needs others. All are dropped when the process ends; if it is killed, by
whoever next makes one.
"""

from __future__ import annotations

import atexit
import threading
from dataclasses import dataclass, replace

from sureql.oracle.engine import EngineSpec
from sureql.oracle.executors.postgres_admission import VOLATILE
from sureql.oracle.executors.postgres_tables import Design
from sureql.oracle.postgres import embedded, link, session
from sureql.oracle.postgres.link import LinkLost, Refusal
from sureql.ports.errors import JudgeError

_DEADLINE = 3.0
_BUILDING = 10.0
_SETTINGS = (
    "SET timezone = 'UTC'",
    "SET datestyle = 'ISO, MDY'",
    "SET intervalstyle = 'postgres'",
    "SET extra_float_digits = 1",
    "SET bytea_output = 'hex'",
    "SET cursor_tuple_fraction = 1",
    "SET idle_in_transaction_session_timeout = '30s'",
    "SET jit = off",
    "SET max_parallel_workers_per_gather = 0",
    "SET work_mem = '4MB'",
)

_FIRST_OWN = 16384  # The number of the first type that is not PostgreSQL's own.
_TYPES = "SELECT oid, typname FROM pg_catalog.pg_type"


@dataclass(slots=True)
class Kept:
    """A session; `design` is what its database holds, `used` how often rows were put in."""

    spec: EngineSpec
    session: session.Session
    lease: embedded.Lease | None
    volatile: frozenset[str]
    version: str
    types: dict[int, str]
    design: Design | None = None
    used: int = 0

    @property
    def link(self) -> link.Link:
        return self.session.link

    def close(self) -> None:
        """End the session and drop its database."""
        session.close(self.session, self.spec, self.lease)
        if self.lease:
            self.lease.leave()


_guard = threading.Lock()
_idle: list[Kept] = []


def taken(spec: EngineSpec) -> Kept:
    """A session for one executor, a kept one if there is one. Raises JudgeError."""
    spec = usable(spec)
    while True:
        with _guard:
            found = next((one for one in _idle if one.spec == spec), None)
            if found is None:
                break
            _idle.remove(found)
        if not found.link.closed:
            return found
        found.close()
    return _opened(spec)


def give_back(kept: Kept) -> None:
    """Keep a session for the next executor."""
    with _guard:
        _idle.append(kept)


def usable(spec: EngineSpec) -> EngineSpec:
    """The server on which tables may be made: never the user's own database."""
    return replace(spec, url="", live=False) if spec.live else spec


def build(kept: Kept, design: Design) -> None:
    """Make the database hold empty tables of `design`. Raises JudgeError."""
    if kept.design == design:
        return
    commands = list(kept.design.drop) if kept.design else []
    kept.design = None
    commands += [f"SET search_path = {design.search_path}", *design.before]
    try:
        kept.link.run(commands, _BUILDING)  # What a type lacks is missed by the tables.
        waiting = [(ways[0], ways[1:]) for ways in design.tables]
        while waiting:
            answers = kept.link.run([first for first, _ in waiting], _BUILDING)
            failed = []
            for (_, others), answer in zip(waiting, answers, strict=True):
                if isinstance(answer, Refusal) and others:
                    failed.append((others[0], others[1:]))
                elif isinstance(answer, Refusal):
                    kept.link.run(design.drop, _BUILDING)
                    raise JudgeError(
                        f"PostgreSQL cannot hold tables of this schema: {answer.message}."
                    )
            waiting = failed
        kept.types.update(
            _types(kept.link.run([f"{_TYPES} WHERE oid >= {_FIRST_OWN}"], _BUILDING)[0])
        )
    except LinkLost as error:
        raise JudgeError(f"The PostgreSQL server was lost: {error}") from error
    except ValueError as error:  # Half a character, or none at all.
        raise JudgeError("PostgreSQL cannot hold tables of this schema: a name.") from error
    kept.design, kept.used = design, 0


def _opened(spec: EngineSpec) -> Kept:
    lease = None if spec.url else embedded.joined(spec.cache)
    try:
        found = (
            session.on_embedded(lease, _DEADLINE)
            if lease
            else session.on_server(spec.url, _DEADLINE)
        )
    except JudgeError:
        if lease:
            lease.leave()
        raise
    try:
        asked = [*_SETTINGS, VOLATILE, "SHOW server_version", _TYPES]
        answers = found.link.run(asked, _DEADLINE)
    except LinkLost as error:
        if lease:
            lease.leave()
        raise JudgeError(f"The PostgreSQL server was lost: {error}") from error
    functions, version, types = (
        answer if not isinstance(answer, Refusal) else () for answer in answers[-3:]
    )
    return Kept(
        spec,
        found,
        lease,
        frozenset(row[0] for row in functions),
        version[0][0].split(" ")[0] if version else "",
        _types(types),
    )


def _types(rows: link.Rows | Refusal) -> dict[int, str]:
    return {} if isinstance(rows, Refusal) else {int(oid): name for oid, name in rows}


def close_idle() -> None:
    """Drop the databases that nobody uses at the moment."""
    with _guard:
        closing, _idle[:] = list(_idle), []
    for one in closing:
        one.close()


atexit.register(close_idle)
