"""Every translation of another engine's function is something that the engine itself takes."""

from __future__ import annotations

import sqlite3

import duckdb
import pytest

from sureql.ide.diagnostics import translations

SAMPLES = {
    "YEAR": ("'2024-02-29'",),
    "MONTH": ("'2024-02-29'",),
    "DAY": ("'2024-02-29'",),
    "NVL2": ("'a'", "'b'", "'c'"),
    "IF": ("1 = 1", "'b'", "'c'"),
    "IIF": ("1 = 1", "'b'", "'c'"),
    "MID": ("'abc'", "1", "2"),
    "LEFT": ("'abc'", "2"),
}


def _texts(dialect: str) -> list[str]:
    texts = []
    for key in translations.known(dialect):
        name, _, count = key.partition("/")
        arguments = SAMPLES.get(name, ("'a'", "'b'", "'c'"))[: int(count)]
        text = translations.of_call(name, arguments, dialect, False)
        if text.isidentifier() and not text.startswith("CURRENT_"):
            text = f"{text}({', '.join(arguments)})"
        texts.append(text)
    return texts


@pytest.mark.parametrize("text", _texts("sqlite"))
def test_sqlite_takes_it(text: str) -> None:
    sqlite3.connect(":memory:").execute(f"SELECT {text}").fetchall()


@pytest.mark.parametrize("text", _texts("duckdb"))
def test_duckdb_takes_it(text: str) -> None:
    duckdb.connect().execute(f"EXPLAIN SELECT {text}").fetchall()


def test_arguments_keep_their_place_and_case() -> None:
    assert translations.of_call("CharIndex", ("'A'", "Name"), "postgres", True) == (
        "strpos(Name, 'A')"
    )
    assert translations.of_call("year", ("d",), "sqlite", True) == (
        "cast(strftime('%Y', d) as integer)"
    )


def test_what_has_no_equal_is_left_alone() -> None:
    assert translations.of_call("NVL", ("a",), "postgres", False) == ""
    assert translations.of_call("GREATEST", ("a", "b"), "sqlite", False) == ""
    assert translations.of_call("IFNULL", ("a", "b"), "sqlite", False) == ""
