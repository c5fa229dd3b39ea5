"""SQL dialects as values: names, quoting, folding and lexical rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sureql.syntax import keywords

_PLAIN_NAME = re.compile(r"[^\W\d][\w$]*")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The lexical and naming rules of one engine.

    `sqlglot` is sqlglot's name for it. `fold`: what happens to an unquoted name ('lower', 'upper',
    'keep'). `case_sensitive`: whether stored names are compared exactly. `quotes`: opening quotes of
    identifiers; `]` closes `[`, every other quote closes itself and is escaped by doubling.
    `escape_strings` are strings such as E'…' in which a backslash escapes. `at_operators` says that
    `@>`, `<@` and their like are operators, so that a lone `@` does not begin a variable.
    `script` names the client whose script commands split a file: 'psql' (meta commands, COPY data),
    'dot' (shell commands such as `.mode csv`), 'go' (GO lines), 'delimiter' (DELIMITER lines), 'slash' (a line with only `/`).
    """

    name: str
    sqlglot: str
    fold: str = "keep"
    case_sensitive: bool = False
    quotes: str = '"'
    nested_comments: bool = False
    dollar_quotes: bool = False
    backslash_escapes: bool = False
    hash_comments: bool = False
    double_quoted_strings: bool = False
    default_schema: str = ""
    escape_strings: bool = False
    slash_comments: bool = False
    triple_quoted_strings: bool = False
    at_operators: bool = False
    word_marks: str = "$"
    script: str = ""
    aliases: tuple[str, ...] = ()
    reserved: frozenset[str] = keywords.RESERVED

    def normalize(self, written: str) -> str:
        """The name that an identifier as written (with or without quotes) denotes."""
        if not written:
            return ""
        quote = written[0]
        if quote in self.quotes:
            closing = "]" if quote == "[" else quote
            inner = written[1:]
            if inner.endswith(closing):
                inner = inner[:-1]
            return inner.replace(closing * 2, closing)
        return self._folded(written)

    def write(self, name: str) -> str:
        """`name` as it must be written in a statement: quoted only when that is needed."""
        if (
            _PLAIN_NAME.fullmatch(name)
            and self._folded(name) == name
            and name.lower() not in self.reserved
        ):
            return name
        quote = self.quotes[0]
        closing = "]" if quote == "[" else quote
        return quote + name.replace(closing, closing * 2) + closing

    def _folded(self, name: str) -> str:
        if self.fold == "lower":
            return name.lower()
        return name.upper() if self.fold == "upper" else name


_POSTGRES = Dialect(
    name="postgres",
    sqlglot="postgres",
    fold="lower",
    case_sensitive=True,
    nested_comments=True,
    dollar_quotes=True,
    escape_strings=True,
    at_operators=True,
    default_schema="public",
    script="psql",
    aliases=("postgresql", "pg", "pgsql", "psql", "plpgsql", "cockroachdb", "timescaledb"),
    reserved=keywords.POSTGRES,
)
_SQLITE = Dialect(
    name="sqlite",
    sqlglot="sqlite",
    quotes='"`[',
    default_schema="main",
    script="dot",
    aliases=("sqlite3", "libsql", "d1"),
    reserved=keywords.SQLITE,
)
_DUCKDB = Dialect(
    name="duckdb",
    sqlglot="duckdb",
    quotes='"`',
    nested_comments=True,
    dollar_quotes=True,
    escape_strings=True,
    at_operators=True,
    default_schema="main",
    script="dot",
    aliases=("duck", "motherduck"),
    reserved=keywords.DUCKDB,
)
_MYSQL = Dialect(
    name="mysql",
    sqlglot="mysql",
    case_sensitive=False,
    quotes="`",
    backslash_escapes=True,
    hash_comments=True,
    double_quoted_strings=True,
    script="delimiter",
    aliases=("mariadb", "tidb", "singlestore"),
    reserved=keywords.MYSQL,
)
_BIGQUERY = Dialect(
    name="bigquery",
    sqlglot="bigquery",
    quotes="`",
    backslash_escapes=True,
    hash_comments=True,
    double_quoted_strings=True,
    triple_quoted_strings=True,
    aliases=("bq", "googlesql", "zetasql"),
    reserved=keywords.BIGQUERY,
)
_SNOWFLAKE = Dialect(
    name="snowflake",
    sqlglot="snowflake",
    fold="upper",
    case_sensitive=True,
    dollar_quotes=True,
    backslash_escapes=True,
    slash_comments=True,
    default_schema="PUBLIC",
    aliases=("snow",),
    reserved=keywords.SNOWFLAKE,
)
_TSQL = Dialect(
    name="tsql",
    sqlglot="tsql",
    quotes='["',
    nested_comments=True,
    default_schema="dbo",
    word_marks="$#@",
    script="go",
    aliases=("mssql", "sqlserver", "t-sql", "transact-sql", "fabric", "azuresql"),
    reserved=keywords.TSQL,
)
_REDSHIFT = Dialect(
    name="redshift",
    sqlglot="redshift",
    fold="lower",
    nested_comments=True,
    dollar_quotes=True,
    escape_strings=True,
    at_operators=True,
    default_schema="public",
    script="psql",
    aliases=(),
    reserved=keywords.POSTGRES,
)
_ORACLE = Dialect(
    name="oracle",
    sqlglot="oracle",
    fold="upper",
    case_sensitive=True,
    word_marks="$#",
    script="slash",
    aliases=("plsql", "pl/sql"),
    reserved=keywords.ORACLE,
)
_CLICKHOUSE = Dialect(
    name="clickhouse",
    sqlglot="clickhouse",
    case_sensitive=True,
    quotes='"`',
    nested_comments=True,
    backslash_escapes=True,
    default_schema="default",
    aliases=("ch",),
    reserved=keywords.RESERVED,
)
_SPARK = Dialect(
    name="spark",
    sqlglot="spark",
    quotes="`",
    nested_comments=True,
    backslash_escapes=True,
    double_quoted_strings=True,
    default_schema="default",
    aliases=("sparksql", "spark2", "hive", "pyspark"),
    reserved=keywords.RESERVED,
)
_DATABRICKS = Dialect(
    name="databricks",
    sqlglot="databricks",
    quotes="`",
    nested_comments=True,
    backslash_escapes=True,
    double_quoted_strings=True,
    default_schema="default",
    reserved=keywords.RESERVED,
)
_GENERIC = Dialect(
    name="generic",
    sqlglot="",
    quotes='"`',
    dollar_quotes=True,
    aliases=("ansi", "sql", "standard", ""),
)

ALL: tuple[Dialect, ...] = (
    _POSTGRES,
    _SQLITE,
    _DUCKDB,
    _MYSQL,
    _BIGQUERY,
    _SNOWFLAKE,
    _TSQL,
    _REDSHIFT,
    _ORACLE,
    _CLICKHOUSE,
    _SPARK,
    _DATABRICKS,
    _GENERIC,
)
_BY_NAME = {name: dialect for dialect in ALL for name in (dialect.name, *dialect.aliases)}


@lru_cache(maxsize=256)
def get(name: str) -> Dialect:
    """The dialect of that name or alias (postgresql, sqlite3 …); generic SQL if unknown."""
    return _BY_NAME.get(name.strip().lower(), _GENERIC)


def known(name: str) -> bool:
    """True if `name` is a dialect's name or alias."""
    return name.strip().lower() in _BY_NAME
