"""What DDL statements make of a catalog, in every form and dialect."""

from __future__ import annotations

from support import cases
from support.fixture import Case
from sureql.catalog import render
from sureql.sources import ddl_files
from sureql.syntax import dialects


@cases.parametrize("ddl")
def test_statements_make_the_schema(case: Case) -> None:
    dialect = dialects.get(case.options["dialect"])
    text = case.source.text if case.files else ""
    found = ddl_files.load([ddl_files.SchemaText("schema.sql", text)], dialect)

    shown = render.text(found)
    path = ", ".join(name for name in found.search_path if name not in found.system)
    cases.check(case, "schema", f"{shown}search path {path}")
