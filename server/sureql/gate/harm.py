"""What a model may not bring into a statement unasked: changes, and functions that reach outside."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.gate import levels
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.syntax.vocabulary import words
from sureql.text.span import Span

# The only words with which a statement may be begun unasked.
_READING = frozenset(("SELECT", "WITH", "VALUES", "FROM", "TABLE", "EXPLAIN"))
_DOING = words(
    "ALTER ANALYZE ATTACH BACKUP BEGIN BULK CALL CHECKPOINT CLUSTER COMMENT COMMIT COPY "
    "CREATE DEALLOCATE DECLARE DELETE DENY DETACH DISCARD DO DROP EXEC EXECUTE EXPORT GRANT "
    "HANDLER IMPORT INSERT INSTALL KILL LISTEN LOAD LOCK MERGE NOTIFY OPTIMIZE PRAGMA "
    "PREPARE PURGE PUT REASSIGN REFRESH REINDEX RENAME REPLACE RESET RESTORE REVOKE "
    "ROLLBACK SAVEPOINT SECURITY SET SHUTDOWN START TRUNCATE UNLOAD UPDATE USE VACUUM"
)
# Behind these a word of the above begins what is done.
_HEADS = frozenset(("EXPLAIN", "ANALYZE", "VERBOSE", "THEN", "BEGIN", "MATERIALIZED", "ELSE"))
_OBJECTS = words(
    "AGGREGATE CATALOG COLUMN CONSTRAINT DATABASE DOMAIN EVENT EXTENSION EXTERNAL FOREIGN FUNCTION "
    "GLOBAL INDEX LOGIN MACRO MATERIALIZED OR OWNED POLICY PROCEDURE PUBLICATION ROLE RULE SCHEMA "
    "SECRET SEQUENCE SERVER STAGE SUBSCRIPTION SYSTEM TABLE TABLESPACE TEMP TEMPORARY TRIGGER TYPE "
    "UNIQUE UNLOGGED USER VIEW VIRTUAL WAREHOUSE"
)
# With the word behind it each of these is a command wherever it stands: some engines need no semicolon
# between two statements.
_COMMANDS = {
    "DELETE": frozenset(("FROM",)),
    "INSERT": frozenset(("INTO", "OVERWRITE")),
    "MERGE": frozenset(("INTO",)),
    "REPLACE": frozenset(("INTO",)),
    "TRUNCATE": frozenset(("TABLE",)),
    "CREATE": _OBJECTS,
    "ALTER": _OBJECTS,
    "DROP": _OBJECTS,
    "ATTACH": frozenset(("DATABASE",)),
}
# After a name these would be an alias, were they not commands by themselves.
_ALONE = words("CHECKPOINT COMMIT DELETE DROP EXEC EXECUTE KILL ROLLBACK SHUTDOWN TRUNCATE VACUUM")
_BEFORE_EVENTS = frozenset(("AFTER", "BEFORE", "FOR", "OF", "OR", "ON", "THEN", "NO"))
_BUILDING = ("ALTER", "CREATE", "GRANT", "REVOKE")
_FUNCTIONS = words(
    "benchmark cluster csv_scan current_setting cursor_to_xml database_to_xml delta_scan "
    "dictionary duckdb_scan edit eval executable external_query file fts3_tokenizer getenv "
    "getvariable glob hdfs http http_delete http_get http_post http_put iceberg_metadata "
    "iceberg_scan jdbc lo_export lo_from_bytea lo_import lo_put lo_unlink load_extension "
    "load_file mongodb mysql mysql_execute mysql_query mysql_scan odbc opendatasource "
    "openquery openrowset parquet_metadata parquet_scan parquet_schema pg_cancel_backend "
    "pg_current_logfile pg_file_write pg_promote pg_read_binary_file pg_read_file "
    "pg_reload_conf pg_rotate_logfile pg_sleep pg_sleep_for pg_sleep_until pg_stat_file "
    "pg_terminate_backend pg_write_file postgres_attach postgres_execute postgres_query "
    "postgres_scan postgresql query query_table query_to_xml query_to_xml_and_xmlschema "
    "query_to_xmlschema read_blob read_csv read_csv_auto read_json read_json_auto "
    "read_json_objects read_ndjson read_ndjson_auto read_parquet read_text read_xlsx "
    "readfile redis remote remotesecure s3 s3cluster schema_to_xml set_config setval sleep "
    "sniff_csv sqlite sqlite_attach sqlite_scan st_read sys_eval sys_exec sys_get sys_set "
    "table_to_xml url urlcluster waitfor writefile"
)
_FAMILIES = (
    "dblink",
    "pg_ls_",
    "pg_logical_",
    "pg_replication_",
    "xp_",
    "sp_",
    "utl_",
    "dbms_",
    "system$",
)
_INTO_FILES = ("OUTFILE", "DUMPFILE")
WELL_BEGUN = 3
"""Letters of a word from which on the user has begun it."""


def brought(spliced: str, added: Span, theirs: str, dialect: Dialect, typed: str = "") -> str:
    """What of that kind the text `added` brings into `spliced`, as a reason; '' if nothing.

    `theirs` is the statement as the user wrote it: what stands there is asked for, and so is what
    was half `typed`.
    """
    tokens = lexer.code(spliced, dialect)
    inside = [at for at, token in enumerate(tokens) if added.start < token.end <= added.end]
    own = {token.upper for token in lexer.code(theirs, dialect)}
    for at in inside:
        token = tokens[at]
        if len(typed) >= WELL_BEGUN and at == inside[0] and token.upper.startswith(typed.upper()):
            continue
        if token.kind not in (Kind.WORD, Kind.QUOTED):
            if _reads_a_file(tokens, at):
                return "it reads a file"
            continue
        if token.kind is Kind.WORD and _does_something(tokens, at) and token.upper not in own:
            return f"it would {token.upper}, which was not asked for"
        if _reaches_out(tokens, at, dialect) and token.upper not in own:
            return f"`{token.text}` reaches outside of the query"
    return ""


def _does_something(tokens: Sequence[Token], at: int) -> bool:
    token, before = tokens[at], tokens[at - 1] if at else None
    follows = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if before is None or before.text == ";":
        return token.upper not in _READING
    if token.is_word("INTO"):
        # `SELECT … INTO t` makes a table or writes a file.
        return tokens[0].is_word("SELECT", "WITH") and not _inserts(tokens[:at])
    if token.is_word("PROGRAM", *_INTO_FILES):
        return True
    if before.text == ".":
        return False
    if follows.upper() in _COMMANDS.get(token.upper, ()) and not tokens[0].is_word("ALTER"):
        return True
    alone = token.upper in _ALONE and follows not in (".", "(") and _is_operand(before)
    if alone and not tokens[0].is_word(*_BUILDING):
        return True
    if tokens[0].is_word("COPY", "EXPORT", "UNLOAD") and token.upper in _DOING:
        return True
    called = follows == "(" and token.is_word("INSERT", "REPLACE", "TRUNCATE")
    if called or token.upper not in _DOING or follows in (".", ",", ")", "="):
        return False
    if tokens[0].is_word("ALTER"):
        return token.is_word("DROP", "RENAME", "TRUNCATE")
    return before.text in ("(", ")") or (before.kind is Kind.WORD and before.upper in _HEADS)


def _is_operand(token: Token) -> bool:
    if token.kind is Kind.WORD:
        return token.upper not in levels.RESERVED and token.upper not in _BEFORE_EVENTS
    return token.kind in (Kind.QUOTED, Kind.STRING, Kind.NUMBER) or token.text == ")"


def _inserts(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and tokens[-1].is_word("INSERT", "MERGE", "REPLACE", "IGNORE", "OVERWRITE")


def _reaches_out(tokens: Sequence[Token], at: int, dialect: Dialect) -> bool:
    if at + 1 >= len(tokens) or tokens[at + 1].text != "(":
        return False
    name = dialect.normalize(tokens[at].text).lower()
    return name in _FUNCTIONS or name.startswith(_FAMILIES) or name.endswith(("_to_xml", "_exec"))


def _reads_a_file(tokens: Sequence[Token], at: int) -> bool:
    # DuckDB and others: `FROM 'file.csv'`.
    if tokens[at].kind is not Kind.STRING or at == 0:
        return False
    moves = tokens[0].is_word("COPY", "EXPORT", "IMPORT", "UNLOAD", "LOAD")
    return moves or tokens[at - 1].is_word("FROM", "JOIN", "COPY")
