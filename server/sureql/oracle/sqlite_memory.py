"""The SQLite judge: an empty in-memory shadow of the schema that prepares statements.

Nothing of the user's is ever executed: a statement is prepared under `EXPLAIN`, which lists byte
code instead of running it. `EXPLAIN PRAGMA` would still take effect, so three rules stand before
the engine: the parsed statement must be of an allowed kind, it must be a single one, and the
authorizer denies everything but reading and changing shadow tables with built-in functions.
The shadow is built from catalog values, table by table, when a statement first names one.
"""

from __future__ import annotations

import re
import sqlite3
import time

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.oracle import sqlite_messages, statements
from sureql.ports.judge import Judgement, Ruling
from sureql.syntax import dialects, parse
from sureql.syntax.tokens import Token

TIME_LIMIT = 0.05
MOST_BUILT = 200
# SQLite nests a query for each window, and works on the inner ones again: hundreds take seconds.
MOST_WINDOWS = 100

UNJUDGED = Judgement(Ruling.UNJUDGED)
ACCEPTED = Judgement(Ruling.ACCEPTED)

_FIRST_WORDS = ("SELECT", "WITH", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE")
_KINDS = (exp.Query, exp.Values, exp.Insert, exp.Update, exp.Delete)
ACTIONS = frozenset(
    (
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
        sqlite3.SQLITE_RECURSIVE,
    )
)
_SYSTEM_TABLES = frozenset(
    ("sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema")
)
TABLE_FUNCTIONS = frozenset(("json_each", "json_tree"))
_VIRTUAL_TABLES = frozenset(
    [
        "dbstat",
        "sqlite_dbpage",
        "sqlite_stmt",
        "bytecode",
        "tables_used",
        "fsdir",
        "zipfile",
        "completion",
    ]
)
_OTHER_STATEMENTS = [
    "PRAGMA",
    "ATTACH",
    "DETACH",
    "VACUUM",
    "CREATE",
    "DROP",
    "ALTER",
    "REINDEX",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "SAVEPOINT",
    "RELEASE",
    "EXPLAIN",
]
_FORBIDDEN_FUNCTIONS = frozenset(("load_extension", "fts3_tokenizer", "readfile", "writefile"))
_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]*(\(\s*\d+\s*(,\s*\d+\s*)?\))?")
# These say that the shadow lacks something that the real database may have, or that a rule of ours
# stopped the statement; neither is the engine's opinion of it.
_UNKNOWN = re.compile(
    r"^(vtable constructor failed|no such (function|module|collation sequence|index|tokenizer)|unknown database|"
    r"not authorized|access to .* is prohibited|interrupted|"
    r"too many |parser stack overflow|Expression tree is too large|cannot modify .* it is a view|"
    r"database .* is locked|out of memory|string or blob too big)"
)
_NO_TABLE = re.compile(r"^no such table: (.+)$")
_NO_CONFLICT_TARGET = "ON CONFLICT clause does not match"


class SqliteMemoryJudge:
    """Answers for one catalog of dialect sqlite. Not to be shared between threads."""

    dialect = "sqlite"

    def __init__(self, schema: catalog.Catalog) -> None:
        self._catalog = schema
        self._rules = dialects.get("sqlite")
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._functions = built_in_functions(self._connection)
        self._attached = {"main", "temp"}
        self._built: set[tuple[str, str]] = set()
        self._tables: set[str] = set()
        self._doubtful: set[str] = set()
        self._limit = 0.0
        for limit in (sqlite3.SQLITE_LIMIT_SQL_LENGTH, sqlite3.SQLITE_LIMIT_LENGTH):
            self._connection.setlimit(limit, 4 * statements.LONGEST)
        warm_up(self._connection)
        self._connection.set_authorizer(self._authorize)
        self._connection.set_progress_handler(self._expired, 1000)

    def judge(self, statement: str) -> Judgement:
        """The engine's ruling on `statement`, as written (parameters stay unbound)."""
        words = statements.single(statement, self._rules)
        if not words or not may_be_asked(statement, words, self._rules):
            return UNJUDGED
        self._build_named(words)
        message = self._prepare(statement)
        if message is None:
            return ACCEPTED
        if _UNKNOWN.match(message) or self._is_our_gap(message, words):
            return Judgement(Ruling.UNJUDGED, message, passing=message == "interrupted")
        place = sqlite_messages.place(message, statement, words, self._rules, self._prepare)
        if sqlite_messages.is_younger(message, sqlite3.sqlite_version_info, words, place):
            return Judgement(Ruling.UNJUDGED, message)
        return Judgement(Ruling.REFUSED, message, place)

    def close(self) -> None:
        """Forget the shadow."""
        self._connection.close()

    def _prepare(self, statement: str) -> str | None:
        # None if the engine prepared it, else its message.
        self._limit = time.monotonic() + TIME_LIMIT
        try:
            self._connection.execute("EXPLAIN " + statement).close()
        except sqlite3.ProgrammingError as error:
            # Parameters are counted after the statement was prepared: unbound ones are NULL, and
            # that a value is missing is no fault of the statement.
            message = str(error)
            return None if "binding" in message else "not authorized: " + message
        except sqlite3.Warning as error:
            return "not authorized: " + str(error)
        except sqlite3.Error as error:
            return str(error)
        except UnicodeEncodeError:
            return "not authorized: lone surrogate"
        return None

    def _is_our_gap(self, message: str, words: tuple[Token, ...]) -> bool:
        # True if the engine missed something that the catalog may simply not know.
        if sqlite_messages.is_syntax(message):
            return False
        named = statements.names(words, self._rules)
        if self._doubtful & named:
            return True
        if missing := _NO_TABLE.match(message):
            parts = missing[1].split(".")
            return self._catalog.find(parts) is not None or not self._catalog.closed_for(parts)
        if message.startswith(_NO_CONFLICT_TARGET):
            # A unique index over expressions is not in the catalog.
            mentioned = (relation for name in named for relation in self._named(name))
            return any(not i.columns for r in mentioned for i in r.indexes if i.unique)
        return False

    def _authorize(
        self, action: int, first: str | None, second: str | None, _base: str | None, _by: str | None
    ) -> int:
        if action == sqlite3.SQLITE_FUNCTION:
            allowed = (second or "").lower() in self._functions
        elif action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE):
            allowed = (first or "").lower() not in _SYSTEM_TABLES
        elif action == sqlite3.SQLITE_READ:
            allowed = self._may_be_read((first or "").lower())
        else:
            allowed = action in ACTIONS
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def _may_be_read(self, name: str) -> bool:
        # Only shadow tables and harmless system ones: other virtual tables act when they are opened.
        known = name in _SYSTEM_TABLES or name in TABLE_FUNCTIONS or name in self._tables
        return known or not name

    def _expired(self) -> int:
        return int(time.monotonic() > self._limit)

    def _named(self, name: str) -> list[catalog.Relation]:
        found = (schema.relations.get(name) for schema in self._catalog.schemas.values())
        return [relation for relation in found if relation is not None]

    def _build_named(self, words: tuple[Token, ...]) -> None:
        names = statements.names(words, self._rules)
        missing = [
            relation
            for name in names
            for relation in self._named(name)
            if (relation.schema.lower(), name) not in self._built
        ]
        if not missing:
            return
        # The rest waits for the next time: this process has to answer the editor.
        del missing[MOST_BUILT:]
        self._connection.set_authorizer(None)
        try:
            for relation in missing:
                self._build(relation)
        finally:
            self._connection.set_authorizer(self._authorize)

    def _build(self, relation: catalog.Relation) -> None:
        schema, name = relation.schema.lower(), relation.name.lower()
        self._built.add((schema, name))
        self._limit = time.monotonic() + TIME_LIMIT
        try:
            if schema and schema not in self._attached:
                self._connection.execute(f"ATTACH ':memory:' AS {quoted(schema)}")
                self._attached.add(schema)
            self._connection.execute(_definition(relation))
            self._tables.add(name)
        except (sqlite3.Error, UnicodeEncodeError):
            self._doubtful.add(name)
        if not relation.closed:
            self._doubtful.add(name)


def warm_up(connection: sqlite3.Connection) -> None:
    """Let table functions set themselves up, which an authorizer would stop at their first use."""
    for name in TABLE_FUNCTIONS:
        connection.execute(f"SELECT * FROM {name}('[]')").fetchall()


def built_in_functions(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of the functions that a statement may call, in lower case."""
    rows = connection.execute("SELECT DISTINCT name FROM pragma_function_list").fetchall()
    return frozenset(name.lower() for (name,) in rows) - _FORBIDDEN_FUNCTIONS


def may_be_asked(statement: str, tokens: tuple[Token, ...], rules: dialects.Dialect) -> bool:
    """True if SQLite may be given this statement, whose tokens are `tokens`, at all."""
    if not tokens[0].is_word(*_FIRST_WORDS):
        return False
    if statements.cte_uses(tokens, rules) > statements.MOST_CTE_USES:
        return False
    if sum(token.is_word("OVER") for token in tokens) > MOST_WINDOWS:
        return False
    tree = parse.parse(statement, rules).tree
    if tree is None:
        # That nobody else can parse it is no reason not to ask: most often it is an error. SQLite
        # has no other statements that begin with these words.
        return not _does_more(tokens, rules)
    if not isinstance(tree, _KINDS):
        return False
    # A table function may do anything at all; those of JSON are known to be harmless.
    calls = (table.this for table in tree.find_all(exp.Table) if isinstance(table.this, exp.Func))
    return all(
        isinstance(call, exp.Anonymous) and str(call.this).lower() in TABLE_FUNCTIONS
        for call in calls
    )


def _does_more(tokens: tuple[Token, ...], rules: dialects.Dialect) -> bool:
    # True if there is a word of another statement, or what may be a virtual table of its own.
    if any(token.is_word(*_OTHER_STATEMENTS) for token in tokens):
        return True
    if any(
        name not in TABLE_FUNCTIONS and tokens[index - 1].is_word("FROM", "JOIN")
        for index, name in statements.calls(tokens, rules)
    ):
        return True
    named = statements.names(tokens, rules)
    return bool(named & _VIRTUAL_TABLES) or any(name.startswith("pragma_") for name in named)


def safe_type(text: str) -> str:
    """The type of a column as it may be written into a definition, '' for anything odd."""
    return text if _TYPE.fullmatch(text) else ""


def quoted(name: str) -> str:
    """The name as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def _definition(relation: catalog.Relation) -> str:
    # CREATE for a relation's signature. Views are views of nothing: they have no rowid and cannot
    # be changed, and their bodies never reach the engine.
    target = quoted(relation.name)
    if relation.schema:
        target = f"{quoted(relation.schema)}.{target}"
    names = [quoted(column.name) for column in relation.columns]
    if "view" in relation.kind:
        return f"CREATE VIEW {target} ({', '.join(names)}) AS SELECT {', '.join(['NULL'] * len(names))}"
    parts = [_column(column) for column in relation.columns]
    known = {column.name.lower() for column in relation.columns}
    uniques = [key.columns for key in relation.keys if not key.primary]
    uniques += [index.columns for index in relation.indexes if index.unique]
    if relation.primary_key and known.issuperset(map(str.lower, relation.primary_key)):
        parts.append(f"PRIMARY KEY ({', '.join(map(quoted, relation.primary_key))})")
    for columns in uniques:
        if columns and known.issuperset(map(str.lower, columns)):
            parts.append(f"UNIQUE ({', '.join(map(quoted, columns))})")
    return f"CREATE TABLE {target} ({', '.join(parts)})"


def _column(column: catalog.Column) -> str:
    kind = safe_type(column.type)
    generated = " GENERATED ALWAYS AS (NULL)" if column.generated else ""
    return f"{quoted(column.name)} {kind}{generated}"
