"""The schema of a DuckDB file: opened read-only, read and closed at once.

While it is open the user's own writer is locked out, so nothing is computed in between.
"""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.catalog.statistics import Statistics
from sureql.ports.errors import SourceBusy, SourceError

_SECONDS = 5.0  # A file that takes longer is given up.

# A file's views may name other files and extensions: nothing outside it is touched.
_SAFE = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
}
_QUERIES = {
    "relations": "SELECT schema_name, table_name, CASE WHEN temporary THEN 'temporary table' ELSE "
    "'table' END, comment, '' FROM duckdb_tables() WHERE NOT internal UNION ALL "
    "SELECT schema_name, view_name, 'view', comment, sql FROM duckdb_views() WHERE NOT internal",
    "columns": "SELECT schema_name, table_name, column_name, data_type, is_nullable, "
    "column_default, comment FROM duckdb_columns() WHERE NOT internal "
    "ORDER BY schema_name, table_name, column_index",
    "constraints": "SELECT schema_name, table_name, constraint_type, constraint_column_names, "
    "expression, constraint_text FROM duckdb_constraints()",
    "references": "SELECT schema_name, table_name, constraint_column_names, referenced_table, "
    "referenced_column_names FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'",
    "enums": "SELECT schema_name, type_name, labels FROM duckdb_types() "
    "WHERE NOT internal AND logical_type = 'ENUM' AND labels IS NOT NULL",
    "sizes": "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() "
    "WHERE NOT internal",
    "schemas": "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal",
}

Rows = dict[str, list[tuple[Any, ...]]]


def load(path: Path) -> catalog.Catalog:
    """The catalog of the file. Raises SourceBusy or SourceError with a plain sentence."""
    return _built(_read(path), path)


def _read(path: Path) -> Rows:
    try:
        import duckdb
    except ImportError as error:
        message = f"{path} is a DuckDB file: run `pip install 'sureql[duckdb]'` to read it."
        raise SourceError(message) from error
    if not path.is_file():
        raise SourceError(f"{path} does not exist.")
    try:
        with closing(duckdb.connect(str(path), read_only=True, config=dict(_SAFE))) as connection:
            alarm = threading.Timer(_SECONDS, connection.interrupt)
            alarm.start()
            try:
                return {name: connection.execute(sql).fetchall() for name, sql in _QUERIES.items()}
            finally:
                alarm.cancel()
    except duckdb.Error as error:
        text = str(error).splitlines()[0]
        if "lock" in text.lower():
            message = f"{path} is open in another program; the schema stays as it was."
            raise SourceBusy(message) from error
        if "interrupt" in text.lower():
            raise SourceBusy(f"{path} took longer than {_SECONDS:.0f} s to read.") from error
        raise SourceError(f"{path} can't be read: {text}") from error


def _built(rows: Rows, path: Path) -> catalog.Catalog:
    columns: dict[tuple[str, str], list[catalog.Column]] = defaultdict(list)
    for schema, table, name, kind, nullable, default, comment in rows["columns"]:
        columns[schema, table].append(
            catalog.Column(name, kind, nullable, default, comment=comment or "")
        )
    statistics = {
        (schema, name): Statistics(float(size))
        for schema, name, size in rows["sizes"]
        if size is not None
    }
    relations: dict[str, dict[str, catalog.Relation]] = defaultdict(dict)
    for schema, name, kind, comment, sql in rows["relations"]:
        found = tuple(columns[schema, name])
        relation = catalog.Relation(
            schema,
            name,
            kind,
            found,
            comment=comment or "",
            closed=bool(found),
            definition=sql,
            statistics=statistics.get((schema, name)),
        )
        relations[schema][name.lower()] = _with_keys(relation, rows)
    enums: dict[str, dict[str, catalog.Enum]] = defaultdict(dict)
    for schema, name, labels in rows["enums"]:
        enums[schema][name.lower()] = catalog.Enum(schema, name, tuple(labels))
    names = {name for (name,) in rows["schemas"]} | {"main"}
    schemas = {
        name.lower(): catalog.Schema(
            name,
            MappingProxyType(relations[name]),
            MappingProxyType(_named(enums[name], relations[name])),
            closed=True,
            hidden=builtins.hidden("duckdb") if name == "main" else MappingProxyType({}),
        )
        for name in sorted(names)
    }
    described = sorted((name, found) for name, found in rows.items() if name != "sizes")
    sizes = sorted((name, found.magnitude) for name, found in statistics.items())
    base = catalog.empty("duckdb")
    return replace(
        base,
        schemas=MappingProxyType(schemas),
        search_path=("main", "pg_catalog"),
        sources=(str(path),),
        version=hashlib.blake2b(f"{path}{described}{sizes}".encode(), digest_size=12).hexdigest(),
    )


def _with_keys(relation: catalog.Relation, rows: Rows) -> catalog.Relation:
    def mine(found: Sequence[Any]) -> bool:
        return bool(found[0] == relation.schema and found[1] == relation.name)

    keys, checks = [], []
    for _, _, kind, columns, expression, _ in filter(mine, rows["constraints"]):
        if kind in ("PRIMARY KEY", "UNIQUE"):
            keys.append(catalog.Key(tuple(columns), kind == "PRIMARY KEY"))
        elif kind == "CHECK":
            checks.append(expression)
    foreign_keys = tuple(
        catalog.ForeignKey(tuple(columns), (relation.schema, target), tuple(targets))
        for _, _, columns, target, targets in filter(mine, rows["references"])
    )
    return replace(relation, keys=tuple(keys), foreign_keys=foreign_keys, checks=tuple(checks))


def _named(
    enums: dict[str, catalog.Enum], relations: dict[str, catalog.Relation]
) -> dict[str, catalog.Enum]:
    """DuckDB spells a column's enum out: give such columns a type that leads to the values."""
    by_text = {
        "ENUM(" + ", ".join("'" + v.replace("'", "''") + "'" for v in enum.values) + ")": enum.name
        for enum in enums.values()
    }
    for key, relation in relations.items():
        relations[key] = replace(
            relation,
            columns=tuple(
                replace(column, type=by_text.get(column.type, column.type))
                for column in relation.columns
            ),
        )
    return enums
