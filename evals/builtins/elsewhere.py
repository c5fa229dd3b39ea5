"""Asks the real SQLite and DuckDB which well-known functions of other engines they lack; writes
`sqlite.elsewhere.txt` and `duckdb.elsewhere.txt`.

Run it after a new version: `python evals/builtins/elsewhere.py`. It needs the development environment.
What an extension that the engine's makers ship brings is left out.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb

from sureql.catalog import builtins
from sureql.catalog.builtins import arities
from sureql.ide.diagnostics.mending import translations
from sureql.semantics.kinds import extensions

FOLDER = Path(__file__).parents[2] / "server/sureql/catalog/builtins"
_HEAD = "# What {} lacks and others have; written by evals/builtins/elsewhere.py."
_DIALECTS = ("postgres", "sqlite", "duckdb", "tsql", "oracle", "mysql")

_MYSQL = """adddate addtime conv convert_tz crc32 curdate curtime date_add date_format date_sub
    datediff dayname dayofmonth dayofweek dayofyear elt export_set field find_in_set found_rows
    from_days from_unixtime get_format group_concat inet_aton inet_ntoa insert_id json_contains
    json_depth json_keys json_length json_merge_patch json_merge_preserve json_overlaps json_search
    json_unquote last_insert_id lcase locate makedate maketime microsecond monthname oct ord
    period_add period_diff rand row_count sec_to_time space std str_to_date strcmp subdate
    substring_index subtime sysdate time_format time_to_sec timestampadd timestampdiff to_base64
    from_base64 to_days to_seconds truncate ucase unix_timestamp utc_date utc_time utc_timestamp
    week weekday weekofyear yearweek year month day hour minute second quarter isnull"""
_TSQL = """charindex checksum datalength dateadd datediff datediff_big datefromparts datename datepart
    datetimefromparts eomonth getdate getutcdate host_name isdate isnull isnumeric len newid
    newsequentialid object_id object_name parsename patindex quotename replicate scope_identity
    square stdev stdevp string_escape string_split stuff suser_name switchoffset sysdatetime
    sysdatetimeoffset sysutcdatetime try_convert try_parse varp datetrunc choose"""
_ORACLE = """add_months decode instrb last_day listagg months_between next_day numtodsinterval nvl nvl2
    ratio_to_report regexp_substr regexp_instr sys_guid sysdate sys_context systimestamp to_char
    to_clob to_date to_number to_nchar to_timestamp to_timestamp_tz trunc userenv wm_concat"""

# Extensions of SQLite's makers bring these, or later versions, or so many programs that nothing is odd
# about them; and words that a program may well have taken for something of its own.
_OF_EXTENSIONS = frozenset(
    """base64 base85 checksum compress uncompress decimal decimal_add decimal_cmp decimal_mul
    decimal_pow2 decimal_sub decimal_sum edit editdist editdist3 eval generate_series
    icu_load_collation ieee754 lsmode mode percentile median percentile_cont percentile_disc readfile
    regexp regexpi regexp_instr regexp_like regexp_replace regexp_substr rot13 series sha1 sha3 sha256
    sha384 sha512 md5 md4 stmtrand strtod uuid gen_random_uuid uuidv7 writefile zipfile concat
    concat_ws string_agg octet_length if iif lpad rpad repeat reverse cot any_value stddev_pop
    stddev_samp var_pop var_samp age bar contains element_at entropy error even flatten hamming hash
    host list map network prefix product range row sem suffix summary version levenshtein
    jaccard divide field ord mad encode decode grouping position extract overlay""".split()  # noqa: SIM905
)
# DuckDB's grammar knows these in forms that are no plain calls.
_OF_GRAMMAR = frozenset(
    """percentile_cont percentile_disc current_time current_timestamp localtime localtimestamp like
    every""".split()  # noqa: SIM905
)


def missing(names: list[str], says: Callable[[str], str], absent: re.Pattern[str]) -> list[str]:
    """Those of `names` that the engine does not have."""
    forms = ("SELECT {}()", "SELECT {}(1)", "SELECT {}(1, 2)")
    return [name for name in names if all(absent.match(says(one.format(name))) for one in forms)]


def candidates(dialect: str) -> list[str]:
    """Well-known functions of the other engines that this one is not known to have."""
    found = {*_MYSQL.split(), *_TSQL.split(), *_ORACLE.split()}
    for other in ("postgres", "sqlite", "duckdb"):
        for name, overloads in builtins.functions(other).items():
            # In FROM the name is an unknown table, which is told already.
            if any(one.kind != "table" for one in overloads):
                found.add(name)
    for one in _DIALECTS:
        found.update(known.partition("/")[0].lower() for known in translations.known(one))
    return sorted(
        name
        for name in found - set(arities.lines(dialect))
        if name.isidentifier()
        and not extensions.brings(name)
        and not name.startswith(("pragma_", "duckdb_"))
    )


def sqlite() -> list[str]:
    names = [name for name in candidates("sqlite") if name not in _OF_EXTENSIONS]
    with closing(sqlite3.connect(":memory:")) as connection:

        def says(text: str) -> str:
            try:
                connection.execute(f"EXPLAIN {text}")
            except sqlite3.Error as error:
                return str(error)
            return ""

        return missing(names, says, re.compile("no such function"))


def duck() -> list[str]:
    with closing(duckdb.connect(":memory:")) as connection:
        for option in ("autoinstall_known_extensions", "autoload_known_extensions"):
            connection.execute(f"SET {option} = false")

        def says(text: str) -> str:
            try:
                connection.execute(f"EXPLAIN {text}")
            except duckdb.Error as error:
                return str(error)
            return ""

        # DuckDB names the extension if one of its own has the function.
        absent = re.compile(r".*Function with name \S+ does not exist(?!.*extension)", re.DOTALL)
        return missing(
            [one for one in candidates("duckdb") if one not in _OF_GRAMMAR], says, absent
        )


def main() -> None:
    for name, title, found in (("sqlite", "SQLite", sqlite()), ("duckdb", "DuckDB", duck())):
        text = "\n".join((_HEAD.format(title), *found, ""))
        (FOLDER / f"{name}.elsewhere.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
