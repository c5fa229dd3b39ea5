"""`sureql schema`: the schema that a file or folder is checked against."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from sureql import settings
from sureql.catalog import render, wording
from sureql.catalog.model import Catalog, Column, Relation
from sureql.cli import CLEAN, UNUSABLE, project
from sureql.cli.files import UnreadableError
from sureql.cli.printable import printable
from sureql.ide.optimise import index_review
from sureql.ide.optimise.index_review import IndexFinding
from sureql.syntax import dialects
from sureql.workers import catalogs


def run(options: argparse.Namespace) -> int:
    """Print the schema; `refresh` reads it anew first."""
    path = Path(options.at)
    if not path.exists():
        raise UnreadableError(f"{path} does not exist.")
    if options.action == "refresh":
        forget()
    place = project.of(path, options.schema, options.dialect)
    for problem in place.problems:
        sys.stderr.write(f"sureql: {problem.message}\n")
    found = place.catalog(path)
    for gap in found.problems:
        sys.stderr.write(f"{gap.path}:{gap.line + 1}: {gap.message}\n")
    if not found.sources:
        sys.stderr.write(
            "sureql: no schema was found here. Point --schema or `schema` in sureql.toml at DDL "
            "files, migrations or a database file.\n"
        )
        return UNUSABLE if options.action == "refresh" else CLEAN
    if options.format == "json":
        sys.stdout.write(json.dumps(_as_json(found), ensure_ascii=False, indent=2) + "\n")
    elif options.action == "refresh":
        count = sum(len(schema.relations) for schema in found.schemas.values())
        sys.stdout.write(f"Read {wording.relations(count)} from {', '.join(found.sources)}.\n")
    else:
        sys.stdout.write(render.text(found) + _indexes_as_text(found))
    return CLEAN


def forget() -> None:
    """Drop the cached schemas, and what was found with them."""
    import os

    # Models that took long to fetch are in that folder too.
    folder = settings.cache_folder(os.environ)
    shutil.rmtree(folder / "catalogs", ignore_errors=True)
    (folder / "checks.sqlite").unlink(missing_ok=True)
    catalogs.opened.cache_clear()


def _as_json(found: Catalog) -> dict[str, Any]:
    return {
        "dialect": found.dialect,
        "sources": list(found.sources),
        "closed": found.closed,
        "relations": [_relation(relation) for relation in found.relations()],
        "indexes": [
            {"kind": one.kind, "table": one.relation.name, "message": one.message, "sql": one.ddl}
            for one in _indexes(found)
        ],
    }


def _indexes_as_text(found: Catalog) -> str:
    lines = [f"  {printable(one.message)}\n    {printable(one.ddl)}\n" for one in _indexes(found)]
    return "".join(["indexes to think about\n", *lines]) if lines else ""


def _indexes(found: Catalog) -> list[IndexFinding]:
    dialect = dialects.get(found.dialect)
    return [
        *index_review.redundant(found, dialect),
        *index_review.unindexed(found, dialect),
    ]


def _relation(relation: Relation) -> dict[str, Any]:
    return {
        "schema": relation.schema,
        "name": relation.name,
        "kind": relation.kind,
        "closed": relation.closed,
        "comment": relation.comment,
        "columns": [_column(column) for column in relation.columns],
        "primaryKey": list(relation.primary_key),
        "foreignKeys": [
            {
                "columns": list(key.columns),
                "schema": key.target[0],
                "table": key.target[1],
                "targetColumns": list(key.target_columns),
            }
            for key in relation.foreign_keys
        ],
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type,
        "nullable": column.nullable,
        "default": column.default,
        "comment": column.comment,
    }
