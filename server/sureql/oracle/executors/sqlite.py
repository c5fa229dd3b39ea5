"""SQLite in memory as an engine that runs queries on small generated databases.

Here the user's queries are really run, so the authorizer lets them do nothing but read these tables
and call built-in functions, and time, memory, texts and results have limits. Rows live in a
transaction that is rolled back.
"""

from __future__ import annotations

import datetime
import sqlite3
import time
from collections.abc import Sequence
from decimal import Decimal

from sureql.catalog import model as catalog
from sureql.oracle import growth, sqlite_memory, statements
from sureql.oracle.executors import checks, limits, references
from sureql.ports.errors import JudgeError
from sureql.ports.executor import Database, Outcome, Table, Trial, Value
from sureql.syntax import dialects

LONGEST_VALUE = 100_000
"""Bytes: what makes longer ones of small values means harm."""

_RULES = dialects.get("sqlite")
_MOST_MEMORY = 256_000_000
_LONGEST_PATTERN = 200
_FIRST_WORDS = ("SELECT", "WITH", "VALUES")
_TO_READ = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE))
# These are our limits, or what is missing here: not what the user's engine would say.
_ENDED = (
    "no such function",
    "no such table",
    "no such collation",
    "no such module",
    "interrupted",
    "string or blob too big",
    "out of memory",
    "LIKE or GLOB pattern",
    "not au",
)
_UNASKED = limits.unasked("Statements of this kind are not run.")


class SqliteExecutor:
    """Tables of one catalog in a SQLite of their own. Used by one thread."""

    dialect = "sqlite"

    def __init__(self, schema: catalog.Catalog, relations: Sequence[catalog.Relation]) -> None:
        """Empty tables for `relations`. Raises JudgeError if one cannot be made."""
        self.engine = f"SQLite {sqlite3.sqlite_version}"
        self._references = references.between(schema, relations)
        self._limit = float("inf")
        self._ours = True
        # The same texts come again for each database: they are looked at once.
        self._admitted: set[str] = set()
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._functions = sqlite_memory.built_in_functions(self._connection)
        self._tables = {relation.name.lower() for relation in relations}
        self._counted = dict(filter(None, map(_counted, relations)))
        try:
            self._prepare(schema, relations)
        except (sqlite3.Error, ValueError) as error:
            self._connection.close()
            raise JudgeError(f"SQLite cannot hold tables of this schema: {error}.") from error

    def run(self, database: Database, queries: Sequence[str], seconds: float) -> Trial:
        """See `Executor`."""
        if refusal := references.broken(database, self._references):
            return Trial(refusal)
        self._limit = time.monotonic() + seconds
        try:
            self._connection.execute("BEGIN")
            for table in database:
                self._insert(table)
            return Trial(outcomes=tuple(self._outcome(query) for query in queries))
        except (sqlite3.Error, OverflowError, ValueError, MemoryError) as error:
            return Trial(str(error) or "The rows are too large.")
        finally:
            self._limit = float("inf")
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Forget tables and rows."""
        self._connection.close()

    def _prepare(self, schema: catalog.Catalog, relations: Sequence[catalog.Relation]) -> None:
        link = self._connection
        # The limit is one for the whole process, and far above what its other databases need.
        link.execute(f"PRAGMA hard_heap_limit = {_MOST_MEMORY}")
        link.execute("PRAGMA temp_store = MEMORY")
        attached = {"main", "temp"}
        for relation in relations:
            where = relation.schema.lower()
            if where and where not in attached:
                link.execute(f"ATTACH ':memory:' AS {sqlite_memory.quoted(where)}")
                attached.add(where)
            self._create(relation, schema.dialect)
        sqlite_memory.warm_up(link)
        link.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        link.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 2 * statements.LONGEST)
        link.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, _LONGEST_PATTERN)
        link.set_authorizer(self._authorize)
        link.set_progress_handler(self._expired, 1000)

    def _create(self, relation: catalog.Relation, source: str) -> None:
        written = checks.written(relation, source, "sqlite")
        try:
            self._connection.execute(_definition(relation, written))
        except sqlite3.Error:
            if not written:
                raise
            self._connection.execute(_definition(relation, ()))

    def _insert(self, table: Table) -> None:
        if not table.rows:
            return
        key = self._counted.get((table.schema, table.name))
        place = table.columns.index(key) if key in table.columns else -1
        if key and (place < 0 or any(row[place] is None for row in table.rows)):
            raise sqlite3.IntegrityError(f"NOT NULL constraint failed: {table.name}.{key}")
        where = sqlite_memory.quoted(table.schema) + "." if table.schema else ""
        listed = ", ".join(map(sqlite_memory.quoted, table.columns))
        marks = ", ".join("?" * len(table.columns))
        target = f"{where}{sqlite_memory.quoted(table.name)}"
        self._connection.executemany(
            f"INSERT INTO {target} ({listed}) VALUES ({marks})",
            ([given(value) for value in row] for row in table.rows),
        )

    def _outcome(self, query: str) -> Outcome:
        if query not in self._admitted:
            tokens = statements.single(query, _RULES)
            if not tokens or not tokens[0].is_word(*_FIRST_WORDS):
                return _UNASKED
            if not sqlite_memory.may_be_asked(query, tokens, _RULES) or growth.is_widening(
                tokens, _RULES, LONGEST_VALUE
            ):
                return _UNASKED
            self._admitted.add(query)
        self._ours = False
        try:
            cursor = self._connection.execute(query)
            columns = tuple(column[0] for column in cursor.description or ())
            rows = limits.collected(cursor)
            cursor.close()
        except (sqlite3.Error, sqlite3.Warning, MemoryError, UnicodeEncodeError) as error:
            return _failed(str(error) or "out of memory")
        finally:
            self._ours = True
        if rows is None:
            return limits.TOO_MUCH
        return Outcome(columns, ("",) * len(columns), rows)

    def _authorize(
        self, action: int, first: str | None, second: str | None, _base: str | None, _by: str | None
    ) -> int:
        if self._ours:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            allowed = (second or "").lower() in self._functions
        elif action == sqlite3.SQLITE_READ:
            allowed = self._may_be_read((first or "").lower(), second or "")
        else:
            allowed = action in _TO_READ
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def _may_be_read(self, name: str, column: str) -> bool:
        if name in self._tables or name in sqlite_memory.TABLE_FUNCTIONS or not name:
            return True
        # Without a column it may be any CTE, whose rows are only counted.
        return not column and not name.startswith(("sqlite_", "pragma_"))

    def _expired(self) -> int:
        return int(time.monotonic() > self._limit)


def given(value: Value) -> int | float | str | bytes | None:
    """A value as SQLite stores it: dates and times are texts, exact numbers are numbers."""
    if value is None or isinstance(value, int | float | str | bytes):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _counted(relation: catalog.Relation) -> tuple[tuple[str, str], str] | None:
    # The column that SQLite would fill in by itself, as it does for a NULL in such a key.
    if len(relation.primary_key) != 1:
        return None
    key = relation.primary_key[0].lower()
    for column in relation.columns:
        if column.name.lower() == key and column.type.strip().lower() == "integer":
            return (relation.schema, relation.name), column.name
    return None


def _failed(message: str) -> Outcome:
    if message.startswith("interrupted"):
        return limits.TOO_LONG
    limited = message.startswith(_ENDED) or "is prohibited" in message or "decode" in message
    return Outcome(error=message, limited=limited)


def _definition(relation: catalog.Relation, written: Sequence[str]) -> str:
    # A table with its keys, whatever kind of relation it is. Computed columns are given values.
    quoted = sqlite_memory.quoted
    target = f"{quoted(relation.schema)}." * bool(relation.schema) + quoted(relation.name)
    parts = []
    for column in relation.columns:
        kind = sqlite_memory.safe_type(column.type)
        parts.append(f"{quoted(column.name)} {kind}{'' if column.nullable else ' NOT NULL'}")
    known = {column.name.lower() for column in relation.columns}
    keys = [("UNIQUE", index.columns) for index in relation.indexes if index.unique]
    keys += [("PRIMARY KEY" if key.primary else "UNIQUE", key.columns) for key in relation.keys]
    for word, columns in dict.fromkeys(keys):
        if columns and known.issuperset(map(str.lower, columns)):
            parts.append(f"{word} ({', '.join(map(quoted, columns))})")
    parts += [f"CHECK ({check})" for check in written]
    return f"CREATE TABLE {target} ({', '.join(parts)})"
