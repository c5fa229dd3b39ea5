"""DuckDB in memory as an engine that runs queries on small generated databases.

It is closed off as the judge is, and the same statements may be asked. Each statement costs about a
millisecond, whatever it does, so a database is one INSERT for each table, rolled back at the end.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

import duckdb

from sureql.catalog import model as catalog
from sureql.oracle import growth, statements
from sureql.oracle.duckdb import admission, definitions, messages
from sureql.oracle.duckdb import engine as judging
from sureql.oracle.executors import checks, limits, references, unknown_types, values
from sureql.ports.errors import JudgeError
from sureql.ports.executor import Database, Outcome, Table, Trial, Value
from sureql.syntax import dialects
from sureql.syntax.tokens import Token

_MOST_TYPES = 100
_FIRST_WORDS = ("SELECT", "WITH", "FROM", "VALUES", "TABLE", "PIVOT", "UNPIVOT")
# A CTE may hold a statement that changes rows.
_CHANGES = ("INSERT", "UPDATE", "DELETE", "MERGE")
_ERRORS = (duckdb.Error, RuntimeError, TypeError, ValueError, UnicodeEncodeError)
_GONE = (duckdb.ConnectionException, duckdb.FatalException, duckdb.InternalException)
# Limits and walls of ours, or what is missing here: not what the user's engine would say.
_OURS = (
    *("Out of Memory", "Permission", "Interrupt", "Invalid Configuration", "INTERNAL", "FATAL"),
    *("Catalog", "Missing Extension", "Not implemented"),
)
_ABSENT = re.compile(r"exists in the \w+ extension|not loaded|disabled by configuration|pytz")
_ZONED = "TIMESTAMP WITH TIME ZONE"
_UNASKED = limits.unasked("Statements of this kind are not run.")


class DuckdbExecutor:
    """Tables of one catalog in a DuckDB of their own. Used by one thread."""

    dialect = "duckdb"

    def __init__(self, schema: catalog.Catalog, relations: Sequence[catalog.Relation]) -> None:
        """Empty tables for `relations`. Raises JudgeError if they cannot be made."""
        self.engine = f"DuckDB {duckdb.__version__}"
        self._schema = schema
        self._relations = tuple(relations)
        self._rules = dialects.get("duckdb")
        self._references = references.between(schema, relations)
        self._unknown: set[tuple[str, str]] = set()
        self._rewritten: dict[str, str] = {}
        # The same texts come again for each database: they are looked at once.
        self._admitted: set[str] = set()
        self._sizing: set[str] = set()
        self._loaded = False
        self._connection: Any = self._opened()

    def run(self, database: Database, queries: Sequence[str], seconds: float) -> Trial:
        """See `Executor`."""
        if refusal := references.broken(database, self._references):
            return Trial(refusal)
        until = time.monotonic() + seconds
        if self._connection is None:
            try:
                self._connection = self._opened()
            except JudgeError as error:
                return Trial(str(error))
        alarm = threading.Timer(seconds, self._connection.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            self._load(database)
            return Trial(outcomes=tuple(self._outcome(one, database, until) for one in queries))
        except _ERRORS as error:
            self._lose(error)
            return Trial(_message(error))
        finally:
            alarm.cancel()
            self._unload()

    def close(self) -> None:
        """Forget tables and rows."""
        if self._connection is not None:
            self._connection.close()

    def _opened(self) -> Any:
        connection = None
        try:
            connection = duckdb.connect(":memory:", config=judging.SETTINGS)
            self._prepare(connection)
        except (*_ERRORS, definitions.Unbuildable) as error:
            if connection is not None:
                connection.close()
            text = _message(error)
            raise JudgeError(f"DuckDB cannot hold tables of this schema: {text}") from error
        return connection

    def _prepare(self, connection: Any) -> None:
        types, _ = _vocabulary()
        path = [name for name in self._schema.search_path if name in self._schema.schemas]
        names = [*path, *(relation.schema for relation in self._relations)]
        for name in dict.fromkeys(name.lower() for name in names if name):
            if name not in ("main", "temp"):
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {definitions.quoted(name)}")
        connection.execute("SET TimeZone = 'UTC'")
        for sql in self._types(types):
            try:
                connection.execute(sql)
            except _ERRORS:
                continue  # What uses it will be refused.
        for relation in self._relations:
            self._create(connection, relation, types)
        listed = ",".join(map(definitions.quoted, path))
        if listed:
            connection.execute(f"SET search_path = {definitions.literal(listed)}")
        connection.execute("SET lock_configuration = true")

    def _types(self, types: frozenset[str]) -> list[str]:
        # CREATE for the user's types: a query may cast to them.
        found: list[str] = []
        for part in self._schema.schemas.values():
            named = [enum.name for enum in part.enums.values()]
            for name in (*named, *(kind.name for kind in part.types.values())):
                try:
                    made = definitions.of_type(part.name, name, self._schema, types)
                except definitions.Unbuildable:
                    continue
                found.append(f"CREATE SCHEMA IF NOT EXISTS {definitions.quoted(part.name)}")
                found.append(made.sql)
        return found[: 2 * _MOST_TYPES]

    def _create(self, connection: Any, relation: catalog.Relation, types: frozenset[str]) -> None:
        written = checks.written(relation, self._schema.dialect, "duckdb")
        columns = []
        for column in relation.columns:
            try:
                kind = definitions.type_of(column.type, self._schema, types)
            except definitions.Unbuildable:
                kind = ""
            if not kind:
                self._unknown.add((relation.name, column.name))
            columns.append((column, kind or "VARCHAR"))
        for tried in dict.fromkeys((written, ())):
            try:
                connection.execute(_definition(relation, columns, tried))
                return
            except duckdb.Error:
                if not tried:
                    raise

    def _load(self, database: Database) -> None:
        self._connection.execute("BEGIN")
        self._loaded = True
        for table in database:
            if table.rows:
                self._connection.execute(_insert(table))

    def _unload(self) -> None:
        if not self._loaded or self._connection is None:
            return
        self._loaded = False
        try:
            self._connection.execute("ROLLBACK")
        except _ERRORS as error:
            # After some errors nothing is left to roll back.
            if "no transaction is active" not in str(error):
                self._drop()

    def _outcome(self, query: str, database: Database, until: float) -> Outcome:
        if query not in self._admitted and (refused := self._refused(query)) is not None:
            return refused
        if query in self._sizing and limits.is_large(database):
            return limits.BOUNDLESS
        if self._connection is None or time.monotonic() > until:
            return limits.TOO_LONG
        try:
            if not self._loaded:
                self._load(database)
            if query not in self._admitted:
                found = judging.kinds(self._connection.extract_statements(query))
                if found != ["SELECT"]:
                    return _UNASKED
                self._admitted.add(query)
            return self._answer(self._rewritten.get(query, query), query)
        except duckdb.InterruptException:
            return limits.TOO_LONG
        except (*_ERRORS, MemoryError) as error:
            # The engine gives the transaction up with an error: the next query needs its rows anew.
            self._unload()
            self._lose(error)
            return _failed(error)

    def _refused(self, query: str) -> Outcome | None:
        tokens = statements.single(query, self._rules)
        if not self._may_run(query, tokens):
            return _UNASKED
        if unknown_types.read(tokens, self._rules, self._unknown):
            return unknown_types.OUTCOME
        if growth.is_boundless(tokens, self._rules):
            return limits.BOUNDLESS
        if growth.is_computed(tokens, self._rules):
            self._sizing.add(query)
        return None

    def _may_run(self, query: str, tokens: tuple[Token, ...]) -> bool:
        first = next((token for token in tokens if token.text != "("), None)
        if first is None or not first.is_word(*_FIRST_WORDS):
            return False
        if any(token.is_word(*_CHANGES) for token in tokens):
            return False
        if not admission.may_be_asked(query, tokens, self._rules, _vocabulary()[1]):
            return False
        calls = list(statements.calls(tokens, self._rules))
        return admission.amplified(tokens, calls) <= growth.MOST_MADE

    def _answer(self, text: str, query: str) -> Outcome:
        cursor = self._connection.execute(text)
        columns = tuple(str(column[0]) for column in cursor.description or ())
        types = tuple(str(column[1]) for column in cursor.description or ())
        if _ZONED in types and text == query:
            # The driver gives such values only with a library that is not there.
            self._rewritten[query] = _with_texts(query, columns, types)
            return self._answer(self._rewritten[query], query)
        rows = limits.collected(_rows(cursor))
        return limits.TOO_MUCH if rows is None else Outcome(columns, types, rows)

    def _lose(self, error: BaseException) -> None:
        if isinstance(error, _GONE):
            self._drop()

    def _drop(self) -> None:
        # It is opened anew for the next database.
        connection, self._connection = self._connection, None
        self._loaded = False
        try:
            connection.close()
        except _ERRORS:
            return


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    connection = duckdb.connect(":memory:", config=judging.SETTINGS)
    try:
        return judging.vocabulary(connection)
    finally:
        connection.close()


def _definition(
    relation: catalog.Relation,
    columns: Sequence[tuple[catalog.Column, str]],
    written: Sequence[str],
) -> str:
    # A table with its keys, whatever kind of relation it is. Computed columns are given values.
    quoted = definitions.quoted
    temporary = relation.kind == "temporary table" or relation.schema == "temp"
    target = f"{quoted('temp' if temporary else relation.schema or 'main')}.{quoted(relation.name)}"
    parts = [
        f"{quoted(column.name)} {kind}{'' if column.nullable else ' NOT NULL'}"
        for column, kind in columns
    ]
    known = {column.name.lower() for column in relation.columns}
    keys = [("UNIQUE", index.columns) for index in relation.indexes if index.unique]
    keys += [("PRIMARY KEY" if key.primary else "UNIQUE", key.columns) for key in relation.keys]
    for word, names in dict.fromkeys(keys):
        if names and known.issuperset(map(str.lower, names)):
            parts.append(f"{word} ({', '.join(map(quoted, names))})")
    parts += [f"CHECK ({check})" for check in written]
    return f"CREATE {'TEMP ' * temporary}TABLE {target} ({', '.join(parts)})"


def _insert(table: Table) -> str:
    quoted = definitions.quoted
    where = f"{quoted(table.schema)}." if table.schema else ""
    listed = ", ".join(map(quoted, table.columns))
    rows = ", ".join(f"({', '.join(map(_constant, row))})" for row in table.rows)
    return f"INSERT INTO {where}{quoted(table.name)} ({listed}) VALUES {rows}"


def _constant(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return definitions.literal("".join(f"\\x{byte:02X}" for byte in value)) + "::BLOB"
    return definitions.literal(values.text(value))


def _rows(cursor: Any) -> Any:
    while chunk := cursor.fetchmany(200):
        for row in chunk:
            yield tuple(map(values.plain, row))


def _with_texts(query: str, columns: Sequence[str], types: Sequence[str]) -> str:
    # The query with its times in a zone as texts, all in one zone.
    names = [definitions.quoted(f"column {index}") for index in range(len(columns))]
    shown = (
        f"{f'CAST({name} AS VARCHAR)' if kind == _ZONED else name} AS {definitions.quoted(column)}"
        for name, kind, column in zip(names, types, columns, strict=True)
    )
    return f"SELECT {', '.join(shown)} FROM (\n{query.rstrip().rstrip(';')}\n) AS t({', '.join(names)})"


def _message(error: BaseException) -> str:
    kind, details = messages.details(str(error))
    text = str(details.get("exception_message", "")) or str(error)
    return messages.first_sentence(text) or kind


def _failed(error: BaseException) -> Outcome:
    kind, details = messages.details(str(error))
    text = str(details.get("exception_message", ""))
    limited = isinstance(error, MemoryError | RuntimeError) and not isinstance(error, duckdb.Error)
    limited = limited or isinstance(error, _GONE) or kind.startswith(_OURS)
    return Outcome(error=_message(error), limited=limited or bool(_ABSENT.search(text)))
