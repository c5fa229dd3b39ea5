"""What the names in a program say of the texts that bear them, and of those that are given to them."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_BEFORE = re.compile(r"([\w$]+)(?:\([^()]*\))?\s*(?:\?\.|!!\.|&\.|\.|->|::)\s*$")
_OF_SQL = frozenset({"sql", "ddl", "dml"})
_OF_TEXTS = _OF_SQL | {
    "q", "query", "queries", "qry", "statement", "statements", "stmt", "stmts", "migration", "migrations",
}  # fmt: skip
_OF_CALLS = _OF_TEXTS | {
    "select", "insert", "update", "delete", "exec", "execute", "executes", "fetch", "prepare", "migrate",
    "db", "database", "row", "rows",
}  # fmt: skip
_OF_DATABASES = frozenset({
    "db", "database", "dbh", "dbal", "pdo", "wpdb", "conn", "connection", "con", "cnx", "cur", "cursor",
    "tx", "txn", "trx", "transaction", "session", "pool", "jdbc", "jdbi", "sql", "sqlite", "postgres",
    "postgresql", "pg", "psql", "pgx", "mysql", "mysqli", "sqlx", "duckdb", "knex", "sequelize", "dao",
    "snowflake", "bigquery", "clickhouse",
})  # fmt: skip


_APPENDS = frozenset({
    "append", "appendline", "appendformat", "insert", "push", "push_str", "add", "writestring", "write",
})  # fmt: skip


@lru_cache(maxsize=4096)
def of_text(name: str, verb: str = "") -> bool:
    """Is what a variable, field or key of this name holds a statement, if it reads like one that begins
    with `verb`?"""
    words = _words(name)
    return of_sql(name) or not _OF_TEXTS.isdisjoint(words) or verb.lower() in words


@lru_cache(maxsize=4096)
def of_sql(name: str) -> bool:
    """Does the name say SQL, and not only that a question is asked in some language?"""
    low = name.lower()
    return low.startswith("sql") or low.endswith("sql") or not _OF_SQL.isdisjoint(_words(name))


@lru_cache(maxsize=4096)
def of_call(name: str) -> bool:
    """Does a function of this name take statements?"""
    words = _words(name)
    # It takes selectors.
    if words == ["j", "query"]:
        return False
    return of_sql(name) or not _OF_CALLS.isdisjoint(words)


def appends(name: str) -> bool:
    """Does a function of this name put more into something: a text, a list?"""
    return name.lower() in _APPENDS


def on_database(before: str) -> bool:
    """Is what is written before a method's name a database, a connection, or a list of statements?"""
    found = _BEFORE.search(before)
    return found is not None and _is_database(found[1])


@lru_cache(maxsize=4096)
def _is_database(name: str) -> bool:
    words = _words(name)
    return not _OF_DATABASES.isdisjoint(words) or not _OF_TEXTS.isdisjoint(words)


def _words(name: str) -> list[str]:
    return [one.lower() for one in _WORDS.findall(name)]
