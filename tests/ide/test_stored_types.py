"""Changes of a column's type that cost nothing, as measured: the table's file stays the same."""

from __future__ import annotations

import pytest

from sureql.ide.diagnostics.facts import stored_types

FREE = (
    ("numeric(8,2)", "numeric"),
    ("NUMERIC(8, 2)", "decimal(10,2)"),
    ("text", "varchar"),
    ("varchar", "text"),
    ("character varying(10)", "varchar(20)"),
    ("varchar(10)", "varchar"),
    ("timestamp(3)", "timestamp"),
    ("time(3) without time zone", "time(6)"),
    ("interval(3)", "interval"),
    ("cidr", "inet"),
    ("varbit(4)", "bit varying(8)"),
    ("bit(4)", "varbit"),
    ("integer", "oid"),
    ("xml", "text"),
    ("INTEGER", "int4"),
)
REWRITES = (
    ("integer", "bigint"),
    ("bigint", "integer"),
    ("numeric", "numeric(10,2)"),
    ("numeric(10,2)", "numeric(8,2)"),
    ("numeric(8,2)", "numeric(10,4)"),
    ("text", "varchar(10)"),
    ("varchar(20)", "varchar(10)"),
    ("char(10)", "text"),
    ("char(10)", "char(20)"),
    ("timestamp", "timestamp(3)"),
    ("timestamp", "timestamptz"),
    ("inet", "cidr"),
    ("json", "jsonb"),
    ("json", "text"),
    ("date", "timestamp"),
    ("uuid", "text"),
)


@pytest.mark.parametrize(("before", "after"), FREE)
def test_the_rows_stay(before: str, after: str) -> None:
    assert stored_types.same(before, after, plain=True)
    assert not stored_types.same(before, after, plain=False)


@pytest.mark.parametrize(("before", "after"), REWRITES)
def test_the_rows_are_written_anew(before: str, after: str) -> None:
    assert not stored_types.same(before, after, plain=True)


def test_what_is_not_known_is_taken_as_harmless_only_where_that_is_likely() -> None:
    assert stored_types.same("", "text", plain=True)
    assert stored_types.same("", "varchar(10)", plain=False)
    assert not stored_types.same("", "bigint", plain=True)
