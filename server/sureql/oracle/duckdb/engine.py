"""DuckDB in memory as an engine that judges: statements are prepared over an empty shadow.

Access to files, the network, extensions and Python's variables is switched off and locked. Still,
`PREPARE` runs what comes after a semicolon, and binding calls table functions: so three rules stand
before the engine (`admission`), and its own parser must count exactly one statement of a kind that
may be prepared. The optimizer is off, because it computes constants.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from sureql.catalog import model as catalog
from sureql.oracle import statements
from sureql.oracle.duckdb import admission, definitions, messages
from sureql.oracle.engine import EngineSpec
from sureql.ports.errors import JudgeError
from sureql.ports.judge import Judgement, Ruling
from sureql.syntax import dialects
from sureql.syntax.tokens import Kind, Token

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "errors_as_json": "true",
    "threads": "1",
    "memory_limit": "256MB",
    "temp_directory": "",
    "allow_persistent_secrets": "false",
}
_PREPARE = ("PREPARE sureql AS ", "PREPARE", ("SELECT", "INSERT", "UPDATE", "DELETE"))
_MERGE = ("MERGE_INTO",)
# Beside its own errors the driver raises these for texts that are no UTF-8.
_ERRORS = (duckdb.Error, RuntimeError, TypeError, UnicodeEncodeError)
_UNJUDGED = Judgement(Ruling.UNJUDGED)
_TOO_SLOW = Judgement(Ruling.UNJUDGED, "It took too long.", passing=True)


_Key = tuple[str, str, str]  # "relation" or "type", schema, name.
_Value = catalog.Relation | catalog.Enum | catalog.UserType


@dataclass(frozen=True, slots=True)
class _Made:
    """What the shadow holds of something, and for which catalog that was last compared."""

    definition: definitions.Definition | None
    version: str
    failed: bool = False

    @property
    def usable(self) -> bool:
        return self.definition is not None and not self.failed


@dataclass(frozen=True, slots=True)
class _Wanted:
    names: set[str]
    values: dict[_Key, _Value]


class DuckdbJudge:
    """Answers for one catalog of dialect duckdb, with its engine's shadow."""

    dialect = "duckdb"

    def __init__(self, engine: DuckdbEngine, schema: catalog.Catalog) -> None:
        self._engine = engine
        self._catalog = schema

    def judge(self, statement: str) -> Judgement:
        """The engine's ruling on `statement`, as written (parameters stay unbound)."""
        return self._engine.judge(statement, self._catalog)


class DuckdbEngine:
    """One DuckDB in memory, whose shadow is fitted to what each statement names."""

    dialect = "duckdb"

    def __init__(self, spec: EngineSpec) -> None:
        """Raises JudgeError if the installed DuckDB can't be closed off."""
        self._deadline = spec.deadline
        self._limit = 0.0
        self._rules = dialects.get("duckdb")
        try:
            self._connection: Any = duckdb.connect(":memory:", config=SETTINGS)
            self._types, self._table_functions = vocabulary(self._connection)
            self._connection.execute("PRAGMA disable_optimizer")
            self._connection.execute("SET lock_configuration = true")
        except duckdb.Error as error:
            text = str(error).splitlines()[0]
            raise JudgeError(f"DuckDB can't be used to judge: {text}") from error
        self._made: dict[_Key, _Made] = {}
        self._schemas = {"main", "temp"}
        self._path: tuple[str, ...] = ()

    def judge_for(self, schema: catalog.Catalog) -> DuckdbJudge:
        """A judge for that catalog: cheap, nothing is built yet."""
        return DuckdbJudge(self, schema)

    def close(self) -> None:
        """Forget the shadow."""
        self._connection.close()

    def judge(self, statement: str, schema: catalog.Catalog) -> Judgement:
        """The ruling on one statement over the shadow of `schema`."""
        tokens = statements.single(statement, self._rules)
        if not tokens or not admission.may_be_asked(
            statement, tokens, self._rules, self._table_functions
        ):
            return _UNJUDGED
        self._limit = time.monotonic() + self._deadline
        alarm = threading.Timer(self._deadline, self._connection.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            self._fit(tokens, schema)
            answer = self._asked(statement, tokens, schema)
        except duckdb.InterruptException:
            return _TOO_SLOW
        except _ERRORS as error:
            return Judgement(Ruling.UNJUDGED, str(error)[:200])
        finally:
            alarm.cancel()
        return answer if time.monotonic() < self._limit else _TOO_SLOW

    def _asked(
        self, statement: str, tokens: tuple[Token, ...], schema: catalog.Catalog
    ) -> Judgement:
        merge = tokens[0].is_word("MERGE")
        # MERGE can't be prepared; EXPLAIN plans it and shows the plan.
        prefix, behind, allowed = ("EXPLAIN ", "EXPLAIN", _MERGE) if merge else _PREPARE
        # The engine's own parser has to see one statement of a harmless kind, also behind the
        # prefix. A text that it can't read raises its syntax error, and nothing was run.
        before = 0
        try:
            found = kinds(self._connection.extract_statements(statement))
            if len(found) != 1 or found[0] not in allowed:
                return _UNJUDGED
            before = len(prefix)
            if kinds(self._connection.extract_statements(prefix + statement)) != [behind]:
                return _UNJUDGED
            self._connection.execute(prefix + statement).fetchall()
        except _ERRORS as error:
            return self._ruling(str(error), statement, tokens, schema, before)
        return Judgement(Ruling.ACCEPTED, results=self._results(statement, tokens, schema))

    def _results(
        self, statement: str, tokens: tuple[Token, ...], schema: catalog.Catalog
    ) -> tuple[tuple[str, str], ...]:
        # DESCRIBE binds the query once more and runs nothing of it.
        if not tokens[0].is_word("SELECT", "WITH", "FROM", "VALUES") or any(
            token.kind is Kind.PARAMETER or token.is_word("INSERT", "UPDATE", "DELETE")
            for token in tokens
        ):
            return ()
        text = "DESCRIBE " + statement
        try:
            if len(self._connection.extract_statements(text)) != 1:
                return ()
            rows = self._connection.execute(text).fetchall()
        except duckdb.Error:
            return ()
        return tuple((row[0], definitions.named_again(row[1], schema)) for row in rows)

    def _ruling(
        self,
        error: str,
        statement: str,
        tokens: tuple[Token, ...],
        schema: catalog.Catalog,
        before: int,
    ) -> Judgement:
        # `before` is the length of what stood in front of the statement when it was refused.
        kind, details = messages.details(error)
        message = str(details.get("exception_message", ""))
        brief = messages.first_sentence(message)
        if kind not in messages.REFUSALS or messages.UNKNOWN.search(message):
            return Judgement(Ruling.UNJUDGED, brief or error[:200])
        bound = all(token.kind is not Kind.PARAMETER for token in tokens)
        if not bound and kind != "Parser" and messages.UNTIL_BOUND.search(message):
            return Judgement(Ruling.UNJUDGED, brief)
        if self._is_our_gap(message, tokens, schema):
            return Judgement(Ruling.UNJUDGED, brief)
        position = str(details.get("position", ""))
        if position.isdecimal():
            offset: int | None = messages.offset(statement, max(0, int(position) - before), message)
        else:
            offset = messages.place(message, tokens, self._rules)
        return Judgement(Ruling.REFUSED, brief, offset, f"{kind} Error", messages.hint(message))

    def _is_our_gap(self, message: str, tokens: tuple[Token, ...], schema: catalog.Catalog) -> bool:
        # True if the engine missed something that the catalog may simply not know.
        if message.startswith("syntax error"):
            return False
        if missing := messages.NO_TABLE.match(message):
            name = missing[1]
            parts = name.split(".")
            # A file or a variable of the program that runs it may be read by its name.
            if not name.replace(".", "").replace("_", "").isalnum() or len(parts) > 2:
                return True
            return schema.find(parts) is not None or not schema.closed_for(parts)
        named = self._names(tokens)
        doubtful, vague = False, False
        for part in schema.schemas.values():
            for name in named:
                key = ("relation", part.name.lower(), name)
                relation = part.relations.get(schema.key(name))
                doubtful |= name in part.functions
                if relation is not None:
                    made = self._made.get(key)
                    doubtful |= made is None or not made.usable or not relation.closed
                    vague |= bool(made and made.definition and made.definition.vague)
                    # A unique index over expressions is not in the catalog.
                    doubtful |= "conflict target" in message and any(
                        not index.columns for index in relation.indexes if index.unique
                    )
        return doubtful or (vague and not messages.UNTYPED.match(message))

    def _names(self, tokens: tuple[Token, ...]) -> set[str]:
        # A table may be named by a string as well.
        strings = {token.text[1:-1].lower() for token in tokens if token.kind is Kind.STRING}
        return statements.names(tokens, self._rules) | strings

    def _fit(self, tokens: tuple[Token, ...], schema: catalog.Catalog) -> None:
        # Makes the shadow hold what the catalog holds under each name that the statement may mean.
        self._set_path(schema)
        wanted = self._wanted(self._names(tokens), schema)
        for key in [
            key for key in self._made if key[2] in wanted.names and key not in wanted.values
        ]:
            self._undo(key)
        for key, value in wanted.values.items():
            if time.monotonic() > self._limit:
                raise duckdb.InterruptException(_TOO_SLOW.message)
            made = self._made.get(key)
            if made is not None and made.version and made.version == schema.version:
                continue
            definition = self._definition(value, schema)
            if made is None or made.definition != definition or made.failed:
                self._undo(key)
                self._made[key] = self._make(key, definition, schema.version)
            else:
                self._made[key] = replace(made, version=schema.version)

    def _wanted(self, named: set[str], schema: catalog.Catalog) -> _Wanted:
        values: dict[_Key, _Value] = {}
        for part in schema.schemas.values():
            for name in named:
                key = schema.key(name)
                place = (part.name.lower(), name)
                relation = part.relations.get(key)
                if relation is None and (hidden := part.hidden.get(key)):
                    relation = hidden if hidden.kind == "sequence" else None
                if relation is not None:
                    values["relation", *place] = relation
                if kind := part.enums.get(key) or part.types.get(key):
                    values["type", *place] = kind
        return _Wanted(named, values)

    def _definition(self, value: _Value, schema: catalog.Catalog) -> definitions.Definition | None:
        # None if it can't be built: then nothing is said about statements that name it.
        try:
            if isinstance(value, catalog.Relation):
                return definitions.of_relation(value, schema, self._types)
            return definitions.of_type(value.schema, value.name, schema, self._types)
        except definitions.Unbuildable:
            return None

    def _make(self, key: _Key, definition: definitions.Definition | None, version: str) -> _Made:
        if definition is None:
            return _Made(None, version)
        try:
            self._make_schema(key[1])
            self._run(definition.sql)
        except duckdb.InterruptException:
            raise  # Tried again for the next statement.
        except _ERRORS:
            return _Made(definition, version, failed=True)
        return _Made(definition, version)

    def _undo(self, key: _Key) -> None:
        made = self._made.pop(key, None)
        if made is not None and made.definition is not None and not made.failed:
            self._run(made.definition.drop)

    def _make_schema(self, name: str) -> None:
        if name.lower() not in self._schemas:
            self._run(f"CREATE SCHEMA IF NOT EXISTS {definitions.quoted(name)}")
            self._schemas.add(name.lower())

    def _set_path(self, schema: catalog.Catalog) -> None:
        path = tuple(name for name in schema.search_path if name.lower() in schema.schemas)
        if path == self._path:
            return
        for name in path:
            self._make_schema(name)
        listed = ",".join(definitions.quoted(name) for name in path or ("main",))
        self._run(f"SET search_path = {definitions.literal(listed)}")
        self._path = path

    def _run(self, sql: str) -> None:
        self._connection.execute(sql)


def vocabulary(connection: Any) -> tuple[frozenset[str], frozenset[str]]:
    """The engine's own names of types and of table functions, in lower case."""
    types = _column(connection, "SELECT type_name FROM duckdb_types()")
    functions = _column(
        connection,
        "SELECT function_name FROM duckdb_functions() "
        "WHERE function_type NOT IN ('scalar', 'aggregate', 'window', 'macro')",
    )
    return types, functions | frozenset(("query", "query_table"))


def _column(connection: Any, sql: str) -> frozenset[str]:
    return frozenset(str(row[0]).lower() for row in connection.execute(sql).fetchall())


def kinds(found: list[Any]) -> list[str]:
    """The kinds of the statements that the engine's parser found, such as SELECT."""
    return [str(statement.type).rpartition(".")[2] for statement in found]
