"""Which dialect a text is written in, by its own words. Pure rules; the first certain one wins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

DEFAULT = "postgres"

_PLAIN = 14
"""The weight from which on a text is certainly of a dialect: two marks that no other one has."""
_RELATED = (
    frozenset({"postgres", "redshift"}),
    frozenset({"postgres", "duckdb"}),
    frozenset({"spark", "databricks"}),
)
_READ = 200_000  # Characters that are looked at: the head of a dump says enough.

_STATED = re.compile(
    r"^\s*(?:--|#|/\*)\s*(?:sureql\s*:\s*)?dialect\s*[:=]\s*([\w/-]+)", re.IGNORECASE | re.MULTILINE
)
_EXTENSIONS = {
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db3": "sqlite",
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
    ".pgsql": "postgres",
    ".psql": "postgres",
    ".pks": "oracle",
    ".pkb": "oracle",
    ".hql": "spark",
    ".bq": "bigquery",
}
_FOLDERS = {
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "duckdb": "duckdb",
    "postgres": "postgres",
    "postgresql": "postgres",
    "pgsql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "bigquery": "bigquery",
    "snowflake": "snowflake",
    "clickhouse": "clickhouse",
    "oracle": "oracle",
    "redshift": "redshift",
    "spark": "spark",
    "databricks": "databricks",
    "supabase": "postgres",
}


def _rules(*lines: tuple[str, int, str]) -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    return tuple(
        (name, weight, re.compile(text, re.IGNORECASE | re.MULTILINE))
        for name, weight, text in lines
    )


# (dialect, weight, pattern): 9 is as good as certain, 1 a hint. Patterns run over text without
# comments and strings, except the ones of `_HEADERS`.
_HEADERS = _rules(
    ("postgres", 9, r"^-- PostgreSQL database dump|^-- Dumped (from|by) .*pg_dump"),
    ("mysql", 9, r"^-- (MySQL|MariaDB) dump|^/\*!\d{5} "),
    ("sqlite", 9, r"^PRAGMA foreign_keys\s*=\s*(OFF|ON)\b|^-- SQLite"),
)
_RULES = _rules(
    ("sqlite", 9, r"\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b"),
    ("sqlite", 9, r"^[ \t]*+PRAGMA\s+\w+|\bsqlite_(master|schema)\b"),
    ("sqlite", 9, r"\bUSING\s+fts[345]\b|\bINSERT\s+OR\s+(IGNORE|REPLACE|ABORT|FAIL|ROLLBACK)\b"),
    ("sqlite", 4, r"\)\s*STRICT\s*[;,]|\b(julianday|strftime|group_concat|datetime)\s*\("),
    ("duckdb", 9, r"\bread_(parquet|csv|csv_auto|json|json_auto)\s*\(|\bEXCLUDE\s*\(|\bASOF\s+JOIN\b"),
    ("duckdb", 9, r"\bGROUP\s+BY\s+ALL\b|\bORDER\s+BY\s+ALL\b|\bFROM\s+'[^']*\.(parquet|csv|json)'"),
    ("duckdb", 9, r"\b(HUGEINT|UBIGINT|UINTEGER|USMALLINT|UTINYINT)\b|\bCREATE\s+(OR\s+REPLACE\s+)?MACRO\b"),
    ("duckdb", 5, r"\bSTRUCT\s*\(\s*\w+\s+\w+|\bMAP\s*\(\s*\w+\s*,|\bduckdb_\w+\s*\(|^[ \t]*+(INSTALL|LOAD)\s+\w+"),
    ("duckdb", 4, r"\b(list_value|struct_pack|list_aggregate|arg_max|unnest\s*\(\s*\[)|\bPOSITIONAL\s+JOIN\b"),
    ("postgres", 9, r"\b(BIG|SMALL)?SERIAL\b(?!\s*\()|\bLANGUAGE\s+'?plpgsql"),
    ("postgres", 9, r"\$\$|\$\w+\$"),
    ("postgres", 9, r"\bCREATE\s+EXTENSION\b|\bOWNER\s+TO\b|\bALTER\s+TABLE\s+ONLY\b|\bpg_catalog\b"),
    ("postgres", 6, r"\bjsonb\b|\bTIMESTAMPTZ\b|\bTSVECTOR\b|\bBYTEA\b|\bGENERATED\s+(ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY"),
    ("postgres", 4, r"\bpublic\.\w+|\bUSING\s+(gin|gist|btree|brin|hash)\b|\bON\s+CONFLICT\b.*\bDO\b|\bDISTINCT\s+ON\b"),
    ("postgres", 3, r"\w\s*::\s*\w+|\bILIKE\b|\bgenerate_series\s*\(|\bto_char\s*\(|->>|@>|\bCREATE\s+TYPE\b.*\bENUM\b"),
    ("mysql", 9, r"\bENGINE\s*=\s*\w+|\bUNSIGNED\b|^[ \t]*+DELIMITER\b|\bON\s+UPDATE\s+CURRENT_TIMESTAMP"),
    ("mysql", 9, r"\bAUTO_INCREMENT\b|\bON\s+DUPLICATE\s+KEY\b"),
    ("mysql", 5, r"^[ \t]*+(SOURCE\s+[\w./]+|FLUSH\s+(LOGS|TABLES|PRIVILEGES)|LOCK\s+TABLES\s+`?\w+`?\s+WRITE|UNLOCK\s+TABLES)\s*;"),
    ("mysql", 3, r"`\w+`"),
    ("tsql", 9, r"^[ \t]*+GO\s*$|\bDECLARE\s+@\w+|\bCROSS\s+APPLY\b"),
    ("tsql", 9, r"\bIDENTITY\s*\(\s*\d+\s*,|\bNVARCHAR\s*\(\s*MAX|\bSET\s+(NOCOUNT|QUOTED_IDENTIFIER|ANSI_NULLS)\s+O"),
    ("tsql", 6, r"\[dbo\]|\bdbo\.|\bSELECT\s+(DISTINCT\s+)?TOP\s*\(?\d+|\bGETDATE\s*\(|\bISNULL\s*\(|\bUNIQUEIDENTIFIER\b"),
    ("tsql", 3, r"\[[A-Za-z_][\w ]*\]\s*(?:\.|,|\n|AS\b|=)"),
    ("bigquery", 9, r"`[\w-]+\.[\w-]+\.[\w*-]+`|\bSAFE_CAST\b|\bARRAY<|\bSTRUCT<|\bUNNEST\(\w+\)\s+WITH\s+OFFSET"),
    ("bigquery", 5, r"\b(INT64|FLOAT64|BIGNUMERIC)\b|\bDATE_TRUNC\(\w+,\s*(DAY|WEEK|MONTH|YEAR)\)"),
    ("snowflake", 9, r"\bVARIANT\b|\bLATERAL\s+FLATTEN\b|\bCREATE\s+(OR\s+REPLACE\s+)?(STAGE|WAREHOUSE|FILE\s+FORMAT)\b"),
    ("oracle", 9, r"\bVARCHAR2\b|\bNUMBER\s*\(\s*\d"),
    ("oracle", 9, r"\bFROM\s+DUAL\b|\bSYSDATE\b|\bCONNECT\s+BY\b|\bROWNUM\b"),
    ("clickhouse", 9, r"\bENGINE\s*=\s*\w*MergeTree|\bLowCardinality\s*\(|\bNullable\s*\("),
    ("spark", 9, r"\bUSING\s+(DELTA|PARQUET|ORC|ICEBERG)\b|\bLATERAL\s+VIEW\b|\bSTORED\s+AS\s+\w+"),
    ("redshift", 9, r"\bDISTKEY\b|\bSORTKEY\b|\bDISTSTYLE\b"),
)  # fmt: skip
_NOISE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^'\n]|'')*'", re.DOTALL)


def stated(text: str) -> str:
    """The dialect that a `-- dialect: name` comment among the first lines names; '' if none."""
    match = _STATED.search("\n".join(text[:4000].splitlines()[:20]))
    return match[1].lower() if match else ""


def weights(text: str, path: str = "") -> dict[str, int]:
    """How much speaks for each dialect, the most likely first."""
    found: dict[str, int] = {}

    def add(dialect: str, weight: int) -> None:
        found[dialect] = found.get(dialect, 0) + weight

    pure = PurePath(path)
    if pure.suffix.lower() in _EXTENSIONS:
        add(_EXTENSIONS[pure.suffix.lower()], 9)
    for part in re.split(r"[\\/._-]", path.lower()):
        if part in _FOLDERS:
            add(_FOLDERS[part], 5)
    head = text[:_READ]
    for dialect, weight, pattern in _HEADERS:
        if pattern.search(head):
            add(dialect, weight)
    # A quoted file name is a mark of DuckDB: look for it before strings are taken out.
    # White space is folded so that no pattern can walk over the same blank lines again and again.
    lines = (" ".join(line.split()) for line in _NOISE.sub(_kept, head).split("\n"))
    code = "\n".join(line for line in lines if line)
    for dialect, weight, pattern in _RULES:
        if pattern.search(code):
            add(dialect, weight)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def of(text: str, path: str = "", default: str = DEFAULT) -> str:
    """The dialect of one text: stated, else the likeliest by its words, else `default`."""
    if name := stated(text):
        return name
    found = weights(text, path)
    best = next(iter(found), default)
    return best if found.get(best, 0) >= 3 else default


def is_foreign(text: str, path: str, dialect: str) -> bool:
    """True if a text is plainly written in another dialect than `dialect`, of which it shows nothing."""
    found = weights(text, path)
    best = next(iter(found), dialect)
    if best == dialect or {best, dialect} in _RELATED:
        return False
    return found[best] >= _PLAIN and found.get(dialect, 0) < 4


def of_many(texts: Iterable[tuple[str, str]], default: str = DEFAULT) -> str:
    """The dialect of a workspace: of (path, text) pairs together."""
    total: dict[str, int] = {}
    for path, text in texts:
        if name := stated(text):
            total[name] = total.get(name, 0) + 30
            continue
        for dialect, weight in weights(text, path).items():
            total[dialect] = total.get(dialect, 0) + min(weight, 20)
    best = max(total, key=lambda name: total[name], default=default)
    return best if total.get(best, 0) >= 3 else default


def _kept(match: re.Match[str]) -> str:
    text = match[0]
    is_file = text.startswith("'") and text.lower().endswith((".parquet'", ".csv'", ".json'"))
    return text if is_file else " "
