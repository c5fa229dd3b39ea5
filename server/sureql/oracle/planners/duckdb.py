"""Plans of DuckDB: on an empty copy in memory, which shows the shape, or on the user's file.

The file is opened read-only and closed at once, because it locks out the user's own writer. Access to
other files, the network and extensions is switched off and locked. EXPLAIN binds table functions
and computes constants, so the same statements are kept away from it as from the judge (`admission`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from sureql.catalog import model as catalog
from sureql.oracle.duckdb import admission, definitions
from sureql.oracle.duckdb.engine import vocabulary
from sureql.oracle.planners import asked, duckdb_plan, duckdb_reach
from sureql.oracle.planners.asked import Asked
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea, Plan, Timing
from sureql.syntax.tokens import Kind

SECONDS = 3.0
_LIVE = "the file's own statistics"
_SHAPE = "the shape on an empty copy; sizes are not known"
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "allow_persistent_secrets": "false",
    "temp_directory": "",
}
_SMALL: dict[str, str | bool | int | float | list[str]] = {"threads": "1", "memory_limit": "256MB"}
# These cut a plan short where they see that a table is empty.
_KEPT_WHOLE = "SET disabled_optimizers = 'statistics_propagation,empty_result_pullup'"
_LOCKED = "SET lock_configuration = true"
_ERRORS = (duckdb.Error, RuntimeError, TypeError, UnicodeEncodeError)
_BATCH = 10_000


class DuckdbPlanner:
    """For one catalog; `file` is the user's database, None for an empty copy. Raises PlanError."""

    dialect = "duckdb"

    def __init__(self, schema: catalog.Catalog, file: Path | None = None) -> None:
        self.engine = f"DuckDB {duckdb.__version__}"
        self.live = file is not None
        self._catalog = schema
        self._file = file
        self._copy: Any = None
        self._built: set[tuple[str, str, str]] = set()
        self._stored: duckdb_reach.Stored | None = None

    def plan(self, query: str, indexes: Sequence[IndexIdea] = ()) -> Plan:
        """The plan. DuckDB reads whole tables by column: it is not asked about indexes."""
        if indexes:
            raise PlanError("DuckDB hardly uses indexes for queries, so none are tried.")
        found = asked.asked(query, self.dialect)
        if any(token.kind is Kind.PARAMETER for token in found.tokens):
            raise PlanError("DuckDB plans only with values in the place of parameters.")
        relations = list(asked.relations(found, self._catalog))
        for name in sorted(asked.own_functions(found, self._catalog)):
            if not self.live:
                raise PlanError(f"`{name}` is a macro of yours: only the database can plan it.")
        types, functions = _vocabulary()
        _refuse(found, functions)
        asked.refuse_growth(found)
        with self._opened() as connection, _limited(connection, SECONDS):
            try:
                if self.live:
                    duckdb_reach.refuse(self._texts(connection), found, functions)
                else:
                    self._build(found, relations, types)
                text = _explained(connection, found)
            except duckdb.InterruptException as error:
                raise PlanError("DuckDB took too long to plan this.") from error
            except _ERRORS as error:
                raise PlanError(f"DuckDB does not plan this: {_brief(error)}") from error
        return duckdb_plan.read(text, self.engine, _LIVE if self.live else _SHAPE, self.live)

    def time(self, query: str, seconds: float, runs: int = 3) -> Timing:
        """Run a query that only reads, on the user's file."""
        if self._file is None:
            raise PlanError("Only the database itself can tell how long a query takes.")
        found = asked.asked(query, self.dialect)
        if not asked.is_harmless(found):
            raise PlanError("Only a query that changes nothing is run to be timed.")
        times: list[float] = []
        _refuse(found, _vocabulary()[1])
        asked.refuse_growth(found)
        with self._opened() as connection:
            _single(connection, found.text, "SELECT")
            duckdb_reach.refuse(self._texts(connection), found, _vocabulary()[1])
            for _ in range(runs):
                start = time.perf_counter()
                with _limited(connection, seconds):
                    try:
                        cursor = connection.execute(found.text)
                        while cursor.fetchmany(_BATCH):
                            pass
                    except duckdb.InterruptException:
                        return Timing((seconds * 1000,), True)
                    except _ERRORS as error:
                        raise PlanError(f"DuckDB does not run this: {_brief(error)}") from error
                times.append((time.perf_counter() - start) * 1000)
        return Timing(tuple(times))

    def close(self) -> None:
        """Forget the copy; a file is never kept open."""
        if self._copy is not None:
            self._copy.close()

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        if self._file is None:
            if self._copy is None:
                self._copy = duckdb.connect(":memory:", config=_SETTINGS | _SMALL)
                self._copy.execute(_KEPT_WHOLE)
                self._copy.execute(_LOCKED)
            yield self._copy
            return
        if not self._file.is_file():
            raise PlanError(f"{self._file} does not exist.")
        try:
            connection: Any = duckdb.connect(str(self._file), read_only=True, config=_SETTINGS)
        except duckdb.Error as error:
            raise PlanError(f"{self._file} can't be opened: {_brief(error)}") from error
        with closing(connection):
            connection.execute(_LOCKED)
            yield connection

    def _texts(self, connection: Any) -> duckdb_reach.Stored:
        if self._stored is None:
            self._stored = duckdb_reach.stored(connection)
        return self._stored

    def _build(
        self,
        found: Asked,
        relations: Sequence[catalog.Relation],
        types: frozenset[str],
    ) -> None:
        for relation in relations:
            if not asked.of_the_user(self._catalog, relation):
                raise PlanError(f"`{relation.name}` is DuckDB's own: it is not planned here.")
            if "view" in relation.kind:
                raise PlanError(f"`{relation.name}` is a view: only the database can plan it.")
        names = {name.lower() for name in asked.names(found)}
        try:
            for part in self._catalog.schemas.values():
                self._make(
                    ("schema", part.name, ""),
                    f"CREATE SCHEMA IF NOT EXISTS {definitions.quoted(part.name)}",
                )
                for name in names.intersection((*part.enums, *part.types)):
                    made = definitions.of_type(part.name, name, self._catalog, types)
                    self._make(("type", part.name, name), made.sql)
            for relation in relations:
                made = definitions.of_relation(relation, self._catalog, types)
                self._make(("relation", relation.schema, relation.name), made.sql)
        except definitions.Unbuildable as error:
            raise PlanError("A column's type can't be built without its extension.") from error
        path = [name for name in self._catalog.search_path if name in self._catalog.schemas]
        listed = ",".join(map(definitions.quoted, path or ["main"]))
        self._copy.execute(f"SET search_path = {definitions.literal(listed)}")

    def _make(self, key: tuple[str, str, str], command: str) -> None:
        if key not in self._built:
            self._copy.execute(command)
            self._built.add(key)


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    # Asking for it takes longer than a plan; it is the same for all databases of this engine.
    with closing(duckdb.connect(":memory:", config=_SETTINGS | _SMALL)) as connection:
        return vocabulary(connection)


def _refuse(found: Asked, functions: frozenset[str]) -> None:
    if not admission.may_be_asked(found.text, found.tokens, found.rules, functions):
        raise PlanError("It calls what may reach outside or grow without bounds: not planned here.")


def _explained(connection: Any, found: Asked) -> str:
    # The engine's own parser has to see one statement of a kind that EXPLAIN does not run.
    _single(connection, found.text, "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE_INTO")
    text = "EXPLAIN (FORMAT JSON) " + found.text
    _single(connection, text, "EXPLAIN")
    rows = connection.execute(text).fetchall()
    return str(rows[-1][1])


def _single(connection: Any, text: str, *kinds: str) -> None:
    try:
        parts = connection.extract_statements(text)
    except _ERRORS as error:
        raise PlanError(f"DuckDB does not read this: {_brief(error)}") from error
    if len(parts) != 1 or parts[0].type.name not in kinds:
        raise PlanError("DuckDB sees no single query or change of rows in this.")


@contextmanager
def _limited(connection: Any, seconds: float) -> Iterator[None]:
    alarm = threading.Timer(seconds, connection.interrupt)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def _brief(error: BaseException) -> str:
    line = (str(error).strip().splitlines() or ["it gave no reason"])[0]
    return line if line.endswith(".") else line + "."
