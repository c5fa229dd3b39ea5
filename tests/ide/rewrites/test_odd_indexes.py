"""Unique indexes that say nothing about their columns alone prove nothing."""

from __future__ import annotations

import pytest

from support import schemas
from sureql.ide.diagnostics import context
from sureql.ide.rewrites import distinct_needless, join_eliminated, scalar_lookup_to_join
from sureql.syntax import dialects, script

_SCHEMA = """
CREATE TABLE tag (tag_id INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT, wanted INTEGER);
CREATE TABLE use (use_id INTEGER PRIMARY KEY, code TEXT NOT NULL);
"""
_LOOKUP = "SELECT (SELECT t.name FROM tag t WHERE t.code = u.code) AS name FROM use u"
_OUTER = "SELECT u.use_id FROM use u LEFT JOIN tag t ON t.code = u.code"
_DISTINCT = "SELECT DISTINCT t.code, t.name FROM tag t"
_REWRITES = (
    (scalar_lookup_to_join, _LOOKUP),
    (join_eliminated, _OUTER),
    (distinct_needless, _DISTINCT),
)


def _steps(index: str) -> list[int]:
    dialect = dialects.get("postgres")
    schema = schemas.of(_SCHEMA + index, "postgres")
    found = []
    for rewrite, text in _REWRITES:
        (statement,) = script.of(text, dialect).statements
        found.append(len(list(rewrite.REWRITE.find(context.of(statement, schema, dialect, "")))))
    return found


def test_a_unique_index_proves() -> None:
    assert _steps("CREATE UNIQUE INDEX tag_code ON tag (code);") == [1, 1, 1]


@pytest.mark.parametrize(
    "index",
    [
        "CREATE UNIQUE INDEX tag_code ON tag (code) WHERE wanted > 0;",
        "CREATE UNIQUE INDEX tag_code ON tag (lower(name), code);",
        "CREATE INDEX tag_code ON tag (code);",
    ],
)
def test_other_indexes_do_not(index: str) -> None:
    assert _steps(index) == [0, 0, 0]
