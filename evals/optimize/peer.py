"""sqlglot's own optimizer, whose output sureql never shows, for comparison."""

from __future__ import annotations

import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.optimizer import optimizer

from sureql.catalog import model as catalog


def optimised(text: str, schema: catalog.Catalog, dialect: str) -> str:
    """What it makes of a query, '' if it fails."""
    tables = {
        relation.name: {column.name: column.type or "text" for column in relation.columns}
        for found in schema.schemas.values()
        for relation in found.relations.values()
    }
    try:
        tree = sqlglot.parse_one(text, read=dialect)
        return optimizer.optimize(tree, schema=tables, dialect=dialect).sql(dialect)
    except (SqlglotError, ValueError, AttributeError, KeyError):
        return ""
