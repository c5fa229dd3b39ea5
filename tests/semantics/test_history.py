"""Which files speak of a schema that was, and which of the one that is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support import schemas
from sureql.semantics import analysis
from sureql.syntax import dialects

WRONG = "DROP TABLE nothing_like_it"


def problems(path: str, *sources: str) -> list[str]:
    known = replace(schemas.catalog("music"), sources=sources, version="".join(sources))
    found = analysis.analyse(WRONG, known, dialects.get("postgres"), path=path)
    return [one.code for one in (*found.problems, *found.structure)]


@pytest.mark.parametrize(
    "path",
    [
        "/p/q.sql",
        "/p/017.sql",
        "/p/cases/017.sql",
        "/p/create_index.sql",
        "/p/initial_orders.sql",
        "/p/tables_of_sales/q.sql",
    ],
)
def test_a_query_file_is_told_what_is_wrong(path: str) -> None:
    assert problems(path, "/p/schema.sql") == ["unknown-table"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/p/schema.sql", "/p/schema.sql"),
        ("/p/db/migrate/x.sql", "/p/schema.sql"),
        ("/p/003_more.sql", "/p/001_first.sql"),
        ("/p/a/down.sql", "/p/a/up.sql"),
        ("/p/structure-2.sql", "/p/schema.sql"),
        ("C:\\p\\003_more.sql", "C:\\p\\001_first.sql"),
    ],
)
def test_a_part_of_the_schemas_history_is_not(path: str, source: str) -> None:
    assert problems(path, source) == []
