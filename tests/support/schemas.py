"""The schemas that tests share: `tests/fixtures/schemas/<name>.sql` as a catalog."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from support import cases
from sureql.catalog.model import Catalog, empty
from sureql.semantics import ddl
from sureql.sources.dbt import load as dbt
from sureql.syntax import dialects, script


def path(name: str) -> Path:
    """Where a shared schema is."""
    return cases.FIXTURES / "schemas" / f"{name}.sql"


def text(name: str) -> str:
    """The DDL of a shared schema."""
    return path(name).read_text(encoding="utf-8")


@cache
def catalog(name: str, dialect: str = "postgres") -> Catalog:
    """A shared schema as a closed catalog; the name `none` is a catalog that knows nothing, and
    `dbt/<name>` a dbt project of `tests/fixtures`."""
    if name.startswith("dbt/"):
        return dbt.load(cases.FIXTURES / name, cases.FIXTURES / name, dialect)
    if name == "none":
        return empty(dialect)
    return of(text(name), dialect, str(path(name)))


def of(definitions: str, dialect: str = "postgres", where: str = "schema.sql") -> Catalog:
    """The closed catalog of some DDL text."""
    rules = dialects.get(dialect)
    loaded = empty(dialect)
    for found in script.of(definitions, rules).statements:
        line = definitions.count("\n", 0, found.start)
        loaded = ddl.apply(loaded, found.text, rules, where, found.start, line)
    closed = {name: replace(schema, closed=True) for name, schema in loaded.schemas.items()}
    digest = hashlib.sha256(f"{dialect}\n{definitions}".encode()).hexdigest()[:12]
    path = loaded.search_path or (rules.default_schema,)
    return replace(
        loaded, schemas=closed, search_path=path, closed=True, version=digest, sources=(where,)
    )
