"""Every translation of another engine's function is something that the engine itself takes."""

from __future__ import annotations

import sqlite3

import duckdb
import pytest

from sureql.ide.diagnostics.mending import translations

SAMPLES = {
    "YEAR": ("'2024-02-29'",),
    "MONTH": ("'2024-02-29'",),
    "DAY": ("'2024-02-29'",),
    "NVL2": ("'a'", "'b'", "'c'"),
    "IF": ("1 = 1", "'b'", "'c'"),
    "IIF": ("1 = 1", "'b'", "'c'"),
    "IFF": ("1 = 1", "'b'", "'c'"),
    "MID": ("'abc'", "1", "2"),
    "LEFT": ("'abc'", "2"),
    "HOUR": ("'2024-02-29 10:11:12'",),
    "MINUTE": ("'2024-02-29 10:11:12'",),
    "DAYOFMONTH": ("'2024-02-29'",),
    "DAYOFYEAR": ("'2024-02-29'",),
    "CHR": ("65",),
    "SPACE": ("2",),
    "REPLICATE": ("'ab'", "2"),
    "STDEV": ("2",),
    "VAR": ("2",),
    "COUNTIF": ("1 = 1",),
    "COUNT_IF": ("1 = 1",),
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


_DAY = "TIMESTAMP '2024-02-29 10:11:12'"
_TIME = "'2024-02-29 10:11:12'"


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("DATE_FORMAT", (_TIME, "'%Y-%m-%d %H:%i:%s'"), "2024-02-29 10:11:12"),
        ("TO_CHAR", ("DATE(" + _TIME + ")", "'YYYY/MM, DDD'"), "2024/02, 060"),
        ("DATEDIFF", ("'2024-03-01 00:30:00'", _TIME), 1),
        ("DATEDIFF", ("day", _TIME, "'2024-02-28 23:59:59'"), -1),
    ],
)
def test_dates_in_sqlite(name: str, arguments: tuple[str, ...], value: object) -> None:
    # A literal as the first argument is the format elsewhere.
    given = tuple(f"DATETIME({one})" if one.startswith("'20") else one for one in arguments)
    text = translations.of_call(name, given, "sqlite", False)
    assert sqlite3.connect(":memory:").execute(f"SELECT {text}").fetchone() == (value,)


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("DATE_FORMAT", (_DAY, "'%Y-%m-%d %H:%i:%s'"), "2024-02-29 10:11:12"),
        ("TO_CHAR", (_DAY, "'YYYY/MM, DDD HH24'"), "2024/02, 060 10"),
        ("DATEDIFF", ("DATE '2024-03-01'", _DAY), 1),
        ("DATEDIFF", ("day", _DAY, "DATE '2024-02-28'"), -1),
    ],
)
def test_dates_in_duckdb(name: str, arguments: tuple[str, ...], value: object) -> None:
    text = translations.of_call(name, arguments, "duckdb", False)
    assert duckdb.connect().execute(f"SELECT {text}").fetchone() == (value,)


def test_dates_in_postgres() -> None:
    assert translations.of_call("strftime", ("'%Y-%m'", "d"), "postgres", True) == (
        "to_char(d, 'YYYY-MM')"
    )
    assert translations.of_call("DATEADD", ("month", "-3", "d"), "postgres", False) == (
        "(d + INTERVAL '-3 MONTH')"
    )
    assert translations.of_call("DATEDIFF", ("a", "b"), "postgres", False) == (
        "(CAST(a AS DATE) - CAST(b AS DATE))"
    )


@pytest.mark.parametrize(
    "arguments",
    [("d", "'%Y week %v'"), ("d", "'%M'"), ("d", "f"), ("'a'", "'%Y'"), ("d", "'%Y%'")],
)
def test_a_format_that_is_not_sure_is_left_alone(arguments: tuple[str, ...]) -> None:
    assert translations.of_call("DATE_FORMAT", arguments, "postgres", False) == ""


def test_differences_in_other_units_are_left_alone() -> None:
    assert translations.of_call("DATEDIFF", ("month", "a", "b"), "postgres", False) == ""
    assert translations.of_call("DATEADD", ("day", "n", "d"), "postgres", False) == ""


def test_what_has_no_equal_is_left_alone() -> None:
    assert translations.of_call("NVL", ("a",), "postgres", False) == ""
    assert translations.of_call("GREATEST", ("a", "b"), "sqlite", False) == ""
    assert translations.of_call("IFNULL", ("a", "b"), "sqlite", False) == ""
