"""Asks the real SQLite and DuckDB how many arguments their functions take, and DuckDB which kinds
of values its functions and operators refuse; writes `sqlite.arities.txt` and `duckdb.arities.txt`.

Run it after a new version: `python evals/builtins/arities.py`. It needs the development environment.
A count or kind is written as refused only if the engine itself refused it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parents[2] / "server/sureql/catalog/builtins"
_HEAD = "# What {} itself has; written by evals/builtins/arities.py."
_MOST = 9  # More arguments than any function without repeated ones takes, but for a few.
_WORD = re.compile(r"[a-z_][a-z0-9_]*")

# SQLite from 3.41 on takes or has these; the one that this runs on may be older.
_NEWER = {
    "concat": "1+", "concat_ws": "2+", "if": "2+", "iif": "2+", "json_array_insert": "0+",
    "json_error_position": "1", "json_pretty": "1-2", "json_valid": "1-2", "jsonb": "1",
    "jsonb_array": "0+", "jsonb_array_insert": "0+", "jsonb_extract": "0+",
    "jsonb_group_array": "1", "jsonb_group_object": "2", "jsonb_insert": "0+",
    "jsonb_object": "0+", "jsonb_patch": "2", "jsonb_remove": "0+", "jsonb_replace": "0+",
    "jsonb_set": "0+", "median": "1", "octet_length": "1", "percentile": "2",
    "percentile_cont": "2", "percentile_disc": "2", "string_agg": "2", "subtype": "1",
    "timediff": "2", "unhex": "1-2", "unistr": "1", "unistr_quote": "1",
}  # fmt: skip

# One letter for kinds that are refused together, and the types that must all be.
KINDS = {
    "N": ("INTEGER", "BIGINT", "SMALLINT", "DOUBLE", "FLOAT", "DECIMAL(10,2)", "HUGEINT"),
    "S": ("VARCHAR",),
    "B": ("BOOLEAN",),
    "D": ("DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP_NS"),
    "T": ("TIME",),
    "I": ("INTERVAL",),
    "U": ("UUID",),
}
_FORMS = {
    "scalar": "SELECT {}", "aggregate": "SELECT {}", "macro": "SELECT {}",
    "window": "SELECT {} OVER ()", "table": "SELECT * FROM {}", "table_macro": "SELECT * FROM {}",
}  # fmt: skip
_WRONG = (
    "No function matches", "does not support the supplied arguments", "Wrong number of arguments",
    'syntax error at or near ")"', 'syntax error at or near ","',
)  # fmt: skip
_GRAMMAR = ("coalesce", "ifnull")
_TYPES_OF_GRAMMAR = ("character", "double", "enum", "list", "map", "struct", "union", "row")
_OPERATORS = ("+", "-", "*", "/", "%", "||", "~~", "=", "<", "&")


def sqlite() -> Iterator[str]:
    """Lines of `name counts`."""
    with closing(sqlite3.connect(":memory:")) as connection:
        rows = connection.execute("SELECT name, narg FROM pragma_function_list").fetchall()

        def refuses(call: str) -> bool:
            return message(call).startswith("wrong number") and message(
                f"{call} OVER ()"
            ).startswith(("wrong number", f"{call.partition('(')[0]}() may not be used"))

        def message(call: str) -> str:
            try:
                connection.execute(f"EXPLAIN SELECT {call}")
            except sqlite3.Error as error:
                return str(error)
            return ""

        listed: dict[str, set[int]] = {}
        for name, count in rows:
            if _WORD.fullmatch(name):
                listed.setdefault(name, set()).add(count)
        for name in sorted({*listed, *_NEWER}):
            counts = listed.get(name, set())
            taken = _taken(name, refuses) if name in listed else []
            more = -1 in counts or _MOST in taken
            yield f"{name} {_NEWER.get(name) or _written(taken, more)}"


def duckdb_lines() -> Iterator[str]:
    """Lines of `name counts [place:kinds …]`, then operators with the pairs that they refuse."""
    with closing(duckdb.connect(":memory:")) as connection:

        def message(text: str) -> str:
            try:
                connection.execute(f"PREPARE p AS {text}")
            except duckdb.Error as error:
                return str(error)
            return ""

        rows = connection.execute(
            "SELECT function_name, bool_or(varargs IS NOT NULL), list_distinct(list(function_type))"
            " FROM duckdb_functions() WHERE function_type <> 'pragma' GROUP BY 1 ORDER BY 1"
        ).fetchall()
        for name, open_, roles in [*((name, False, ["scalar"]) for name in _GRAMMAR), *rows]:
            if not _WORD.fullmatch(name):
                continue
            forms = sorted({_FORMS[role] for role in roles})

            def refuses(call: str, forms: list[str] = forms) -> bool:
                told = (message(form.format(call)) for form in forms)
                return all(any(one in text for one in _WRONG) for text in told)

            taken = _taken(name, refuses)
            line = f"{name} {_written(taken, open_ or _MOST in taken)}"
            plain = {"scalar", "aggregate"}.issuperset(roles) and name not in _GRAMMAR
            yield " ".join([line, *(_refused(name, taken, message) if plain else ())])
        columns = ", ".join(
            f"{letter}{index} {type_}"
            for letter, types in KINDS.items()
            for index, type_ in enumerate(types)
        )
        connection.execute(f"CREATE TABLE t ({columns})")
        types = connection.execute(
            "SELECT DISTINCT lower(type_name) FROM duckdb_types() ORDER BY 1"
        )
        names = sorted({*_TYPES_OF_GRAMMAR, *(name for (name,) in types.fetchall())})
        yield " ".join(["[types]", *(name for name in names if _WORD.fullmatch(name))])
        for operator in _OPERATORS:
            yield " ".join([operator, *_pairs(operator, message)])


def _taken(name: str, refuses: Callable[[str], bool]) -> list[int]:
    return [
        count for count in range(_MOST + 1) if not refuses(f"{name}({', '.join(['NULL'] * count)})")
    ]


def _refused(name: str, taken: Iterable[int], message: Callable[[str], str]) -> Iterator[str]:
    """The kinds that no overload takes at a place, whatever stands at the others."""
    counts = [count for count in taken if count < 5]
    for place in range(max(counts, default=0)):
        letters = ""
        for letter, types in KINDS.items():
            asked = [
                [*["NULL"] * place, f"NULL::{type_}", *["NULL"] * (count - place - 1)]
                for count in counts
                if count > place
                for type_ in types
            ]
            told = [message(f"SELECT {name}({', '.join(items)})") for items in asked]
            letters += letter * all("No function matches" in text for text in told)
        if letters:
            yield f"{place + 1}:{letters}"


def _pairs(operator: str, message: Callable[[str], str]) -> Iterator[str]:
    """The pairs of kinds that an operator refuses; `1` is a number as written."""
    written = {
        letter: [f"{letter}{index}" for index in range(len(types))]
        for letter, types in KINDS.items()
    }
    written["1"] = ["1", "1.5"]
    for left, right in product(written, repeat=2):
        told = [
            message(f"SELECT {one} {operator} {two} FROM t")
            for one in written[left]
            for two in written[right]
        ]
        wrong = ("No function matches", "Cannot compare values")
        if all(any(one in text for one in wrong) for text in told):
            yield left + right


def _written(taken: list[int], more: bool) -> str:
    if not taken:
        return "?"
    groups: list[str] = []
    first = last = taken[0]
    for count in [*taken[1:], -1]:
        if count == last + 1:
            last = count
            continue
        end = "+" if count < 0 and more else "" if first == last else f"-{last}"
        groups.append(f"{first}{end}")
        first = last = count
    return ",".join(groups)


def _write(dialect: str, title: str, lines: Iterable[str]) -> None:
    text = "\n".join([_HEAD.format(title), *lines, ""])
    (FOLDER / f"{dialect}.arities.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write("sqlite", "SQLite", sqlite())
    _write("duckdb", "DuckDB", duckdb_lines())
