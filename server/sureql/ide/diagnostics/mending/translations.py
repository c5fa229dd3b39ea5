"""Functions of other engines, and what says the same in an engine that lacks them.

What differs for NULL or in rounding is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from sureql.ide.diagnostics.mending import translated_dates

_CASE = "CASE WHEN {0} THEN {1} ELSE {2} END"
_EVERYWHERE = {
    "NVL/2": "COALESCE",
    "ISNULL/2": "COALESCE",
    "NVL2/3": "CASE WHEN {0} IS NOT NULL THEN {1} ELSE {2} END",
    "GETDATE/0": "CURRENT_TIMESTAMP",
    "SYSDATETIME/0": "CURRENT_TIMESTAMP",
    "SYSDATE/0": "CURRENT_TIMESTAMP",
    "CURDATE/0": "CURRENT_DATE",
    "LEN/1": "LENGTH",
    "LCASE/1": "LOWER",
    "UCASE/1": "UPPER",
    "MID/3": "SUBSTR",
    "IFF/3": _CASE,
}
_POSTGRES = {
    **_EVERYWHERE,
    "IFNULL/2": "COALESCE",
    "IF/3": _CASE,
    "IIF/3": _CASE,
    "CHARINDEX/2": "STRPOS({1}, {0})",
    "LOCATE/2": "STRPOS({1}, {0})",
    "INSTR/2": "STRPOS",
    "YEAR/1": "EXTRACT(YEAR FROM {0})",
    "MONTH/1": "EXTRACT(MONTH FROM {0})",
    "DAY/1": "EXTRACT(DAY FROM {0})",
    "GROUP_CONCAT/1": "STRING_AGG({0}::text, ',')",
    "GROUP_CONCAT/2": "STRING_AGG({0}::text, {1})",
    "RAND/0": "RANDOM",
    "LISTAGG/2": "STRING_AGG",
    "TOTAL/1": "COALESCE(SUM({0}), 0)",
    "UNICODE/1": "ASCII",
    "NEWID/0": "GEN_RANDOM_UUID",
    "UUID/0": "GEN_RANDOM_UUID",
    "HOUR/1": "EXTRACT(HOUR FROM {0})",
    "MINUTE/1": "EXTRACT(MINUTE FROM {0})",
    "QUARTER/1": "EXTRACT(QUARTER FROM {0})",
    "DAYOFMONTH/1": "EXTRACT(DAY FROM {0})",
    "DAYOFYEAR/1": "EXTRACT(DOY FROM {0})",
    "REPLICATE/2": "REPEAT",
    "SPACE/1": "REPEAT(' ', {0})",
    "CHAR/1": "CHR",
    "TRUNCATE/2": "TRUNC",
    "STARTSWITH/2": "STARTS_WITH",
    "FROM_UNIXTIME/1": "TO_TIMESTAMP",
    "STDEV/1": "STDDEV",
    "VAR/1": "VARIANCE",
    "MEDIAN/1": "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {0})",
    "COUNTIF/1": "COUNT(*) FILTER (WHERE {0})",
    "COUNT_IF/1": "COUNT(*) FILTER (WHERE {0})",
    "BOOLOR_AGG/1": "BOOL_OR",
    "BOOLAND_AGG/1": "BOOL_AND",
}
_SQLITE = {
    **_EVERYWHERE,
    "IF/3": _CASE,
    "NOW/0": "CURRENT_TIMESTAMP",
    "CHARINDEX/2": "INSTR({1}, {0})",
    "LOCATE/2": "INSTR({1}, {0})",
    "STRPOS/2": "INSTR",
    "LEFT/2": "SUBSTR({0}, 1, {1})",
    "CHAR_LENGTH/1": "LENGTH",
    "CHARACTER_LENGTH/1": "LENGTH",
    "STRING_AGG/2": "GROUP_CONCAT",
    "YEAR/1": "CAST(STRFTIME('%Y', {0}) AS INTEGER)",
    "MONTH/1": "CAST(STRFTIME('%m', {0}) AS INTEGER)",
    "DAY/1": "CAST(STRFTIME('%d', {0}) AS INTEGER)",
    "DAYOFMONTH/1": "CAST(STRFTIME('%d', {0}) AS INTEGER)",
    "DAYOFYEAR/1": "CAST(STRFTIME('%j', {0}) AS INTEGER)",
    "HOUR/1": "CAST(STRFTIME('%H', {0}) AS INTEGER)",
    "MINUTE/1": "CAST(STRFTIME('%M', {0}) AS INTEGER)",
    "CHR/1": "CHAR",
    "ASCII/1": "UNICODE",
    "COUNTIF/1": "COUNT(*) FILTER (WHERE {0})",
    "COUNT_IF/1": "COUNT(*) FILTER (WHERE {0})",
    "LAST_INSERT_ID/0": "LAST_INSERT_ROWID",
    "SCOPE_IDENTITY/0": "LAST_INSERT_ROWID",
}
_DUCKDB = {
    **_EVERYWHERE,
    "IIF/3": _CASE,
    "CHARINDEX/2": "STRPOS({1}, {0})",
    "LOCATE/2": "STRPOS({1}, {0})",
    "RAND/0": "RANDOM",
    "NEWID/0": "UUID",
    "REPLICATE/2": "REPEAT",
    "SPACE/1": "REPEAT(' ', {0})",
    "STARTSWITH/2": "STARTS_WITH",
    "STDEV/1": "STDDEV",
    "VAR/1": "VARIANCE",
}
_TSQL = {
    "IFNULL/2": "COALESCE",
    "NVL/2": "COALESCE",
    "NOW/0": "CURRENT_TIMESTAMP",
    "LENGTH/1": "LEN",
    "INSTR/2": "CHARINDEX({1}, {0})",
    "STRPOS/2": "CHARINDEX({1}, {0})",
}
_ORACLE = {"IFNULL/2": "COALESCE", "ISNULL/2": "COALESCE", "LEN/1": "LENGTH"}
_MYSQL = {
    "NVL/2": "COALESCE",
    "ISNULL/2": "COALESCE",
    "GETDATE/0": "CURRENT_TIMESTAMP",
    "LEN/1": "LENGTH",
    "CHARINDEX/2": "LOCATE",
    "STRPOS/2": "LOCATE({1}, {0})",
    "RANDOM/0": "RAND",
}
_BY_DIALECT: Mapping[str, Mapping[str, str]] = {
    "postgres": _POSTGRES,
    "redshift": _POSTGRES,
    "sqlite": _SQLITE,
    "duckdb": _DUCKDB,
    "tsql": _TSQL,
    "oracle": _ORACLE,
    "mysql": _MYSQL,
}
_WORDS = {
    "SYSDATE": "CURRENT_TIMESTAMP",
    "SYSTIMESTAMP": "CURRENT_TIMESTAMP",
    "TODAY": "CURRENT_DATE",
}


def of_call(name: str, arguments: tuple[str, ...], dialect: str, lower: bool) -> str:
    """What to write for a call; a bare name stands for a change of the name alone. '' if unknown.

    `lower` writes the words in lower case; the arguments stay as they are.
    """
    if not all(arguments):
        return ""
    found = _BY_DIALECT.get(dialect, {}).get(f"{name.upper()}/{len(arguments)}", "")
    if not found:
        found, arguments = translated_dates.of_call(name.upper(), arguments, dialect)
    return _cased(found, lower).format(*arguments) if "{" in found else _cased(found, lower)


def of_word(name: str, lower: bool) -> str:
    """What to write for a word that is a value of its own in another engine; '' if unknown."""
    return _cased(_WORDS.get(name.upper(), ""), lower)


def known(dialect: str) -> tuple[str, ...]:
    """What is translated for a dialect, as `NAME/arguments`."""
    return tuple(_BY_DIALECT.get(dialect, {}))


def _cased(text: str, lower: bool) -> str:
    # What stands in quotes has a meaning by its case: '%Y' and '%y' are two things.
    parts = text.split("'")
    return "'".join(
        part.lower() if lower and not index % 2 else part for index, part in enumerate(parts)
    )
