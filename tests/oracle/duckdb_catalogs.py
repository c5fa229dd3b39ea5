"""Small catalogs of dialect duckdb, and the engine that the tests of its judge open."""

from __future__ import annotations

from sureql.catalog.model import Catalog, Column, Relation, Schema
from sureql.oracle.engine import EngineSpec

# The machine may be busy: what is slow is tested on its own.
SPEC = EngineSpec("duckdb", deadline=10)


def catalog_of(*relations: Relation, closed: bool = True, **more: object) -> Catalog:
    found = {relation.name.lower(): relation for relation in relations}
    main = Schema("main", relations=found, closed=closed, **more)  # type: ignore[arg-type]
    return Catalog("duckdb", {"main": main}, ("main",), closed=closed)


def table(name: str, *columns: str, **more: object) -> Relation:
    made = tuple(Column(*column.split(" ", 1)) for column in columns)
    return Relation("main", name, columns=made, **more)  # type: ignore[arg-type]
