"""How engines differ in what a name may mean: aliases, hidden columns, words that need no call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from sureql.syntax.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Rules:
    """Naming rules of one engine.

    `aliases` are the clauses whose expressions may use select aliases; `bare_aliases` those that
    take an alias only as a whole item (`ORDER BY total`, not `ORDER BY total + 1`). `lateral_aliases`
    lets the select list use its own earlier aliases. `whole_row` lets a source's name stand for its
    row. `structs` lets `a.b` be a field of column `a`. `string_fallback` reads an unknown
    double-quoted name as a string. `hidden` may be used on every table, `words` need no source.
    `strict` is False where the engine has more pseudo columns and name forms than are listed here.
    """

    aliases: frozenset[str] = frozenset(("group", "having", "order", "where", "qualify"))
    bare_aliases: frozenset[str] = frozenset()
    lateral_aliases: bool = True
    whole_row: bool = True
    structs: bool = True
    string_fallback: bool = False
    hidden: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()  # Words after IS that parse as columns.
    strict: bool = False
    comma_binds: bool = False  # A comma joins as tightly as JOIN does.
    ordered_joins: bool = False  # ON sees only what stands in its own join.
    merged_first: bool = False  # USING columns come first in `*`.
    using_first: bool = False  # What several sources of a USING have is the first one's.
    default_columns: str = "column{}"  # Column names of VALUES; counted from `first_column`.
    first_column: int = 1
    duplicates_ambiguous: bool = False  # Two equal names in one source can't be told apart.
    unknown_rows: frozenset[str] = field(default_factory=frozenset)  # NEW, OLD …


_STANDARD_WORDS = frozenset(
    (
        "current_date",
        "current_time",
        "current_timestamp",
        "current_user",
        "session_user",
        "localtime",
        "localtimestamp",
        "current_role",
        "current_catalog",
        "current_schema",
        "user",
        "true",
        "false",
        "null",
        "default",
        "unknown",
    )
)

_POSTGRES = Rules(
    aliases=frozenset(("group", "order", "distinct")),
    bare_aliases=frozenset(("group", "order", "distinct")),
    lateral_aliases=False,
    structs=False,
    hidden=frozenset(("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid")),
    words=_STANDARD_WORDS | {"system_user"},
    tests=frozenset(("normalized", "nfc", "nfd", "nfkc", "nfkd", "document")),
    strict=True,
    ordered_joins=True,
    merged_first=True,
    duplicates_ambiguous=True,
    unknown_rows=frozenset(("new", "old")),
)
_SQLITE = Rules(
    aliases=frozenset(("where", "group", "having", "order", "on", "window")),
    lateral_aliases=False,
    whole_row=False,
    structs=False,
    string_fallback=True,
    hidden=frozenset(("rowid", "oid", "_rowid_", "rank")),
    words=frozenset(("current_date", "current_time", "current_timestamp", "true", "false", "null")),
    strict=True,
    comma_binds=True,
    unknown_rows=frozenset(("new", "old")),
)
_DUCKDB = Rules(
    aliases=frozenset(("where", "group", "having", "order", "qualify", "distinct", "window")),
    hidden=frozenset(("rowid", "filename", "file_row_number", "file_index")),
    words=_STANDARD_WORDS | {"merge_action"},
    strict=True,
    ordered_joins=True,
    default_columns="col{}",
    first_column=0,
    unknown_rows=frozenset(("new", "old")),
)
_LOOSE = Rules(
    aliases=frozenset(("group", "having", "order", "where", "qualify", "on")),
    words=_STANDARD_WORDS
    | {"rownum", "level", "sysdate", "systimestamp", "sysdatetime", "dual", "getdate", "rowid"}
    | {"_partitiontime", "_partitiondate", "_table_suffix", "_file_name", "value", "uid"}
    | {"$action", "$partition", "$rowguid", "$identity", "connect_by_isleaf", "ora_rowscn"},
    unknown_rows=frozenset(("new", "old", "inserted", "deleted", "excluded", "values")),
)
_BY_NAME = {
    "postgres": _POSTGRES,
    "sqlite": _SQLITE,
    "duckdb": _DUCKDB,
    "snowflake": replace(_LOOSE, using_first=True),
    "generic": replace(_LOOSE, using_first=True),
}


@lru_cache(maxsize=64)
def of(dialect: Dialect) -> Rules:
    """The rules of a dialect; lenient ones where the engine can't be asked here."""
    return _BY_NAME.get(dialect.name, _LOOSE)
