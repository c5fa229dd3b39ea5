"""Plans of SQLite, by EXPLAIN QUERY PLAN: on an empty copy in memory, or on the user's file.

The copy gets the catalog's counts as `sqlite_stat1`, which is all that SQLite's planner looks at. The
authorizer denies everything but reading and changing tables with built-in functions, and EXPLAIN
runs nothing. The user's file is opened read-only and closed as soon as the plan is there.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.oracle import growth, sqlite_memory
from sureql.oracle.planners import asked, sqlite_copy, sqlite_plan
from sureql.oracle.planners.asked import Asked
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea, Plan, Timing
from sureql.syntax.tokens import Kind

SECONDS = 2.0
LONGEST_VALUE = 50_000_000
"""Bytes: SQLite cannot be stopped while it makes a single value."""

_LIVE = "the counts that ANALYZE left in the file"
_COPY = "row and value counts on an empty copy"
_SHAPE = "the shape only: ANALYZE was never run, so sizes are not known"
_READING = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE))
_FORBIDDEN = frozenset(("load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"))
_TABLE_FUNCTIONS = frozenset(("json_each", "json_tree"))


class SqlitePlanner:
    """For one catalog; `file` is the user's database, None for an empty copy. Raises PlanError."""

    dialect = "sqlite"

    def __init__(self, schema: catalog.Catalog, file: Path | None = None) -> None:
        self.engine = f"SQLite {sqlite3.sqlite_version}"
        self.live = file is not None
        self._catalog = schema
        self._file = file
        self._copy = None if file else sqlite_copy.Copy(schema)

    def plan(self, query: str, indexes: Sequence[IndexIdea] = ()) -> Plan:
        """The plan, as if `indexes` existed."""
        found = asked.asked(query, self.dialect)
        relations = list(asked.relations(found, self._catalog))
        _refuse(found, relations)
        if not all(asked.of_the_user(self._catalog, one) for one in relations):
            raise PlanError("SQLite's own tables are not planned here.")
        if self._copy is None:
            if indexes:
                raise PlanError("Nothing is made in your file: an index is tried on an empty copy.")
            with self._opened() as connection:
                rows = _explained(connection, found, SECONDS)
            basis = _LIVE
        else:
            for relation in relations:
                if "view" in relation.kind:
                    raise PlanError(f"`{relation.name}` is a view: only the database can plan it.")
            with self._copy.prepared(relations, indexes) as connection:
                rows = _explained(connection, found, SECONDS)
            basis = _COPY
        known = all(relation.statistics for relation in relations)
        sizes = _sizes(found, self._catalog, relations, indexes) if known else None
        return sqlite_plan.read(rows, self.engine, basis if known else _SHAPE, sizes)

    def time(self, query: str, seconds: float, runs: int = 3) -> Timing:
        """Run a query that only reads, on the user's file."""
        if self._file is None:
            raise PlanError("Only the database itself can tell how long a query takes.")
        found = asked.asked(query, self.dialect)
        if not asked.is_harmless(found):
            raise PlanError("Only a query that changes and locks nothing is run to be timed.")
        _refuse(found, [])
        if growth.is_widening(found.tokens, found.rules, LONGEST_VALUE):
            raise PlanError("It may make values of any size: it is not run.")
        times: list[float] = []
        with self._opened() as connection, _guarded(connection, _READING, seconds) as clock:
            for _ in range(runs):
                clock.restart()
                start = time.perf_counter()
                try:
                    for _row in connection.execute(found.text):
                        pass
                except (sqlite3.Error, UnicodeEncodeError) as error:
                    if clock.over():
                        return Timing((seconds * 1000,), True)
                    raise PlanError(f"SQLite does not run this: {error}.") from error
                times.append((time.perf_counter() - start) * 1000)
        return Timing(tuple(times))

    def close(self) -> None:
        """Forget the copy."""
        if self._copy:
            self._copy.close()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        assert self._file is not None
        # Beside a writer in WAL mode; without one nothing is locked and no file left behind.
        wal, shm = (self._file.with_name(self._file.name + end) for end in ("-wal", "-shm"))
        options = "mode=ro" if wal.exists() and shm.exists() else "mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(
                f"{self._file.absolute().as_uri()}?{options}", uri=True, timeout=1
            )
        except sqlite3.Error as error:
            raise PlanError(f"{self._file} can't be opened: {error}.") from error
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
            yield connection
        except sqlite3.Error as error:
            raise PlanError(f"{self._file} can't be read: {error}.") from error
        finally:
            connection.close()


@dataclass(slots=True)
class _Clock:
    seconds: float
    until: float = 0.0

    def restart(self) -> None:
        self.until = time.monotonic() + self.seconds

    def over(self) -> bool:
        return time.monotonic() > self.until


@contextmanager
def _guarded(
    connection: sqlite3.Connection, actions: frozenset[int], seconds: float
) -> Iterator[_Clock]:
    clock = _Clock(seconds)
    clock.restart()
    functions = {
        name.lower()
        for (name,) in connection.execute("SELECT DISTINCT name FROM pragma_function_list")
    } - _FORBIDDEN

    def allowed(
        action: int, first: str | None, second: str | None, _base: str | None, _by: str | None
    ) -> int:
        if action == sqlite3.SQLITE_FUNCTION:
            fine = (second or "").lower() in functions
        else:
            fine = action in actions and not (
                action not in _READING and (first or "").lower().startswith("sqlite_")
            )
        return sqlite3.SQLITE_OK if fine else sqlite3.SQLITE_DENY

    connection.set_authorizer(allowed)
    connection.set_progress_handler(lambda: int(clock.over()), 1000)
    try:
        yield clock
    finally:
        connection.set_authorizer(None)
        connection.set_progress_handler(None, 0)


def _explained(
    connection: sqlite3.Connection, found: Asked, seconds: float
) -> list[sqlite_plan.Row]:
    with _guarded(connection, sqlite_memory.ACTIONS, seconds):
        try:
            cursor = connection.execute(*_unbound(found))
            return [(number, parent, str(text)) for number, parent, _, text in cursor]
        except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError) as error:
            raise PlanError(f"SQLite does not plan this: {error}.") from error


def _unbound(found: Asked) -> tuple[str, list[None]]:
    # Plans do not depend on the values of parameters; as many as there are have to be given.
    places = [token for token in found.tokens if token.kind is Kind.PARAMETER]
    text = found.text
    for token in reversed(places):
        text = f"{text[: token.start]}?{text[token.end :]}"
    return "EXPLAIN QUERY PLAN " + text, [None] * len(places)


def _refuse(found: Asked, relations: Sequence[catalog.Relation]) -> None:
    # Opening a virtual table runs its module's code.
    for relation in relations:
        if relation.kind == "virtual table":
            raise PlanError(f"`{relation.name}` is a virtual table: it is not planned here.")
    for table in found.tree.find_all(exp.Table):
        call = table.this
        name = str(call.this).lower() if isinstance(call, exp.Anonymous) else ""
        if isinstance(call, exp.Func) and name not in _TABLE_FUNCTIONS:
            raise PlanError("A table function may do anything: it is not planned here.")


def _sizes(
    found: Asked,
    schema: catalog.Catalog,
    relations: Sequence[catalog.Relation],
    ideas: Sequence[IndexIdea],
) -> sqlite_plan.Sizes | None:
    sources: dict[str, catalog.Relation] = {}
    ctes: dict[str, str] = {}
    for table in found.tree.find_all(exp.Table):
        relation = schema.find([part.name for part in table.parts if part.name])
        name = table.alias_or_name.lower()
        if relation is None:
            ctes[name] = table.name.lower()
            continue
        if sources.get(name, relation) is not relation:
            return None  # One name for two tables: the plan does not tell which it means.
        sources[name] = relation
    indexes = {
        index.name.lower(): index.columns for relation in relations for index in relation.indexes
    }
    indexes |= {idea.name.lower(): idea.columns for idea in ideas}
    return sqlite_plan.Sizes(sources, ctes, indexes)
