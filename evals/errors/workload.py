"""Schemas in each dialect with the statements that the real engine accepts there."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.completion import corpus, engines
from evals.errors.query import family
from sureql.catalog import model as catalog
from sureql.syntax import dialects, script

DIALECTS = ("postgres", "sqlite", "duckdb")
_LONGEST = 4_000
_ENTRY = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "VALUES")


@dataclass(frozen=True, slots=True)
class Unit:
    """One schema in one dialect: what a process measures at a time. `original` are the files'."""

    folder: Path
    name: str
    dialect: str


def units(corpora: Path, wanted: tuple[str, ...], half: str) -> list[Unit]:
    """All (schema, dialect) pairs of a half: tune, report or both."""
    root = corpora / "schemas"
    folders = [root / name for name in corpus.DIALECTS]
    folders += sorted(path.parent for path in (root / "spider").glob("*/schema.sql"))
    found = []
    for folder in folders:
        if not (folder / "schema.sql").is_file():
            continue
        tuning = corpus.Schema(folder.name, dialects.get(""), "", catalog.empty(""), ()).tuning
        if half != "both" and tuning != (half == "tune"):
            continue
        found += [Unit(folder, folder.name, dialect) for dialect in wanted]
    return found


def read(unit: Unit) -> corpus.Schema:
    """The schema with every statement of its files, as written, and some plain DML."""
    dialect = dialects.get(unit.dialect)
    ddl = (unit.folder / "schema.sql").read_text(encoding="utf-8")
    ddl = re.sub(r"(?m)^(SET|SELECT pg_catalog\.set_config).*;$", "", ddl)
    if unit.dialect != corpus.DIALECTS.get(unit.name, "sqlite"):
        ddl = _ported(ddl, unit.dialect)
    schema = corpus.read(unit.name, unit.dialect, ddl, ())
    statements = list(dict.fromkeys([*_written(unit.folder, dialect), *_changes(schema)]))
    return corpus.Schema(unit.name, dialect, ddl, schema.catalog, tuple(statements))


class Postgres(engines.Postgres):
    """Tells as well when it cannot say, because it knows too little about a parameter."""

    def refuses(self, statement: str) -> str:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(b"DEALLOCATE ALL")
                cursor.execute(b"PREPARE p AS " + statement.encode())
        except self._errors as error:
            return str(error).split("\n")[0]
        return ""


def unsure(message: str) -> bool:
    """True if the engine stopped at a parameter without a type, before it saw all else."""
    return "could not determine data type of parameter" in message


def engine(schema: corpus.Schema, uri: str) -> engines.Engine | None:
    """The real engine over the empty schema, None if it cannot have this schema."""
    try:
        if schema.dialect.name == "postgres":
            return Postgres(schema, uri)
        return (engines.Duckdb if schema.dialect.name == "duckdb" else engines.Sqlite)(schema)
    except Exception:  # Whatever the engine's driver raises: this schema is not for it.
        return None


def _written(folder: Path, dialect: dialects.Dialect) -> Iterator[str]:
    single = folder / "queries.sql"
    files = [single] if single.is_file() else sorted((folder / "queries").glob("*.sql"))
    for path in files:
        text = corpus.numbered(path.read_text(encoding="utf-8"))
        for statement in script.of(text, dialect).statements:
            written = re.sub(r"\A(\s|--[^\n]*\n)+", "", statement.text)
            if statement.kind.split(" ")[0] in _ENTRY and 20 <= len(written) <= _LONGEST:
                yield written


def _ported(ddl: str, dialect: str) -> str:
    """Another engine's DDL for one that has other types and no forward references."""
    ddl = re.sub(r'"([A-Za-z_]\w*)"', lambda m: dialects.get(dialect).write(m[1].lower()), ddl)
    ddl = re.sub(r"(?m)^\s*FOREIGN KEY.*\n|(?i:\bautoincrement\b)", "", ddl)
    ddl = re.sub(r",(\s*\)\s*;)", r"\1", ddl)
    ddl = re.sub(r"(?i)\bdatetime\b", "TIMESTAMP", ddl)
    ddl = re.sub(r"(?i)\b(medium|long)text\b", "TEXT", ddl)
    return re.sub(r"(?i)\bdouble\b(?! precision)", "DOUBLE PRECISION", ddl)


_VALUES = {"number": "7", "text": "'x'", "time": "'2024-01-31'", "bool": "TRUE"}


def _changes(schema: corpus.Schema) -> list[str]:
    """INSERT, UPDATE and DELETE statements over the schema's tables: the files have few."""
    chance = random.Random(schema.name)
    write = schema.dialect.write
    tables = [
        relation
        for space in schema.catalog.search_path
        if space in schema.catalog.schemas
        for relation in schema.catalog.schemas[space].relations.values()
        if relation.kind == "table" and all(family(one.type) for one in relation.columns[:4])
    ]
    chance.shuffle(tables)
    found = []
    for table in tables[:6]:
        name = write(table.name)
        columns = table.columns[:4]
        if len(columns) < 2:
            continue
        names = [write(one.name) for one in columns]
        values = [_VALUES[family(one.type)] for one in columns]
        found.append(f"INSERT INTO {name} ({', '.join(names)}) VALUES ({', '.join(values)})")
        found.append(
            f"INSERT INTO {name} ({', '.join(names[:2])})\nSELECT {', '.join(names[:2])}\n"
            f"FROM {name}\nWHERE {names[0]} = {values[0]}"
        )
        found.append(f"UPDATE {name}\nSET {names[1]} = {values[1]}\nWHERE {names[0]} = {values[0]}")
        found.append(f"DELETE FROM {name}\nWHERE {names[1]} = {values[1]}")
    return found


def size(unit: Unit) -> int:
    """How many statements the schema's files hold, roughly."""
    single = unit.folder / "queries.sql"
    if single.is_file():
        return single.read_text(encoding="utf-8").count(";")
    return len(list((unit.folder / "queries").glob("*.sql")))
