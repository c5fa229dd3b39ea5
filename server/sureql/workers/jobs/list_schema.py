"""Reads the tables and views of a schema in pages, or those that are called like a text. A large schema
is decoded for that."""

from __future__ import annotations

from sureql.ide import schema_tree
from sureql.ide.schema_tree import Page
from sureql.syntax import dialects
from sureql.workers import catalogs
from sureql.workers.context import Context
from sureql.workers.requests import ListSchema as Request

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> Page:
    """All of one schema by name, or what a search finds, best first."""
    schema = catalogs.opened(request.file)
    if schema is None:
        return Page(())
    dialect = dialects.get(request.dialect)
    if request.search:
        return schema_tree.search(schema, dialect, request.search, request.start)
    return schema_tree.relations(schema, dialect, request.schema, request.start)
