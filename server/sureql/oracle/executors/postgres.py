"""PostgreSQL as an engine that runs queries on small generated databases.

Each database is one transaction that is rolled back, sent whole and answered whole. A query is read
through a cursor: PostgreSQL makes one only for what reads, and only as many rows come as are asked.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from psycopg import pq

from sureql.catalog import model as catalog
from sureql.oracle import growth
from sureql.oracle.engine import EngineSpec
from sureql.oracle.executors import (
    limits,
    postgres_admission,
    postgres_sessions,
    postgres_tables,
    postgres_values,
    references,
    unknown_types,
    values,
)
from sureql.oracle.postgres import definitions, link
from sureql.oracle.postgres.link import LinkLost
from sureql.ports.errors import JudgeError
from sureql.ports.executor import Database, Outcome, Table, Trial, Value
from sureql.syntax import dialects

_RULES = dialects.get("postgres")
_GRACE = 0.5
_LEAST = 10  # Milliseconds.
_SWEEP_AFTER = 100
"""Databases until the rows that were rolled back are cleared away: they still take room."""

_CANCELLED = "57014"
# Resources, program limits, locks, the server's end, the disk, its own faults: none is the query's.
_PASSING = ("53", "54", "55", "57", "58", "XX")
# What the scratch database lacks, or its walls: the user's own may answer otherwise.
_OURS = ("42883", "42704", "42P01", "3F000", "42501", "25006", "0A000", "25P02")
_UNASKED = limits.unasked("Statements of this kind are not run.")
_Group = list[tuple[str, bytes]]


class PostgresExecutor:
    """Tables of one catalog in a scratch database. Used by one thread."""

    dialect = "postgres"

    def __init__(
        self, schema: catalog.Catalog, relations: Sequence[catalog.Relation], spec: EngineSpec
    ) -> None:
        """Empty tables for `relations`. Raises JudgeError if they cannot be made."""
        self._spec = spec
        self._references = references.between(schema, relations)
        self._design = postgres_tables.designed(schema, relations)
        self._kept: postgres_sessions.Kept | None = None
        self.engine = f"PostgreSQL {self._session().version}"

    def run(self, database: Database, queries: Sequence[str], seconds: float) -> Trial:
        """See `Executor`."""
        if refusal := references.broken(database, self._references):
            return Trial(refusal)
        started = time.monotonic()
        try:
            kept = self._session()
            return self._trial(kept, database, queries, seconds - (time.monotonic() - started))
        except (JudgeError, LinkLost) as error:
            lost = limits.unasked(
                str(error).partition("\n")[0] or "The PostgreSQL server was lost."
            )
            return Trial(outcomes=(lost,) * len(queries))
        except (UnicodeEncodeError, ValueError):
            return Trial("A value holds what PostgreSQL cannot store.")

    def close(self) -> None:
        """Give the scratch database to the next executor."""
        kept, self._kept = self._kept, None
        if kept is not None:
            postgres_sessions.give_back(kept)

    def _session(self) -> postgres_sessions.Kept:
        # The session with these tables; another one if it was lost.
        kept, self._kept = self._kept, None
        if kept is not None and kept.link.closed:
            kept.close()
            kept = None
        if kept is None:
            kept = postgres_sessions.taken(self._spec)
            try:
                postgres_sessions.build(kept, self._design)
            except JudgeError:
                postgres_sessions.give_back(kept)
                raise
        self._kept = kept
        return kept

    def _trial(
        self,
        kept: postgres_sessions.Kept,
        database: Database,
        queries: Sequence[str],
        seconds: float,
    ) -> Trial:
        outcomes = [self._refused(query, kept, database) for query in queries]
        asked = [query for query, found in zip(queries, outcomes, strict=True) if found is None]
        # The server's limit is for each; if they take too long together, the connection is given up.
        limit = max(int(seconds * 1000), _LEAST)
        begin = ["BEGIN", f"SET LOCAL statement_timeout = {limit}"]
        begin += [_insert(table) for table in database if table.rows]
        begin += ["SET TRANSACTION READ ONLY", "SAVEPOINT loaded"]
        groups = [_group(begin)]
        for query in asked:
            cursor = f"DECLARE answer NO SCROLL CURSOR FOR {query.strip().rstrip(';')}"
            fetch = f"FETCH {limits.MOST_ROWS + 1} FROM answer"
            groups.append(_group([cursor, fetch]))
            groups.append(_group(["ROLLBACK TO SAVEPOINT loaded"]))
        groups.append(_group(["ROLLBACK"]))
        kept.used += 1
        if kept.used % _SWEEP_AFTER == 0 and self._design.names:
            groups.append(_group([f"TRUNCATE {', '.join(self._design.names)}"]))
        answers = kept.link.exchange(groups, seconds + _GRACE)
        for result in answers[0]:
            if result.status in link.FAILED:
                return Trial(link.refusal(result).message)
        found = iter(answers[1::2])
        return Trial(
            outcomes=tuple(
                _outcome(next(found), kept.types) if outcome is None else outcome
                for outcome in outcomes
            )
        )

    def _refused(
        self, query: str, kept: postgres_sessions.Kept, database: Database
    ) -> Outcome | None:
        tokens = postgres_admission.tokens_of(query, kept.volatile)
        if not tokens or not _is_text(query):
            return _UNASKED
        if unknown_types.read(tokens, _RULES, self._design.unknown):
            return unknown_types.OUTCOME
        if growth.is_boundless(tokens, _RULES):
            return limits.BOUNDLESS
        if growth.is_computed(tokens, _RULES) and limits.is_large(database):
            return limits.BOUNDLESS
        return None


def _outcome(results: list[pq.abc.PGresult], types: dict[int, str]) -> Outcome:
    for result in results:
        if result.status in link.FAILED:
            return _failed(link.refusal(result))
    if len(results) < 2:
        return limits.unasked("The query was not run.")
    result = results[-1]
    kinds = [result.ftype(index) for index in range(result.nfields)]
    rows = limits.collected(
        tuple(
            postgres_values.value(result.get_value(row, column), kind)
            for column, kind in enumerate(kinds)
        )
        for row in range(result.ntuples)
    )
    if rows is None:
        return limits.TOO_MUCH
    names = tuple((result.fname(index) or b"").decode() for index in range(result.nfields))
    return Outcome(names, tuple(types.get(kind, "") for kind in kinds), rows)


def _failed(refusal: link.Refusal) -> Outcome:
    if refusal.code == _CANCELLED:
        return limits.TOO_LONG
    limited = refusal.code.startswith(_PASSING) or refusal.code in _OURS
    return Outcome(error=refusal.message, limited=limited)


def _group(commands: Sequence[str]) -> _Group:
    return [("run", command.encode()) for command in commands]


def _insert(table: Table) -> str:
    quoted = definitions.quoted
    target = definitions.target_of(definitions.Key("relation", table.schema, table.name))
    rows = ", ".join(f"({', '.join(map(_constant, row))})" for row in table.rows)
    return f"INSERT INTO {target} ({', '.join(map(quoted, table.columns))}) VALUES {rows}"


def _constant(value: Value) -> str:
    # A bare text takes the type of its column.
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return definitions.literal("\\x" + value.hex())
    return definitions.literal(values.text(value))


def _is_text(query: str) -> bool:
    try:
        query.encode()
    except UnicodeEncodeError:
        return False
    return True
