"""The statements of the corpora, each with its catalog."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from evals.completion import corpus
from sureql.catalog import model as catalog
from sureql.ide.diagnostics import context
from sureql.ide.diagnostics.context import Context
from sureql.syntax import dialects, script

FOLDERS = {
    "tpch": "duckdb",
    "tpcds": "duckdb",
    "chinook": "sqlite",
    "minder": "postgres",
    "stackexchange_sede": "tsql",
    "mozilla_bigquery_etl": "bigquery",
}
_RULES = re.compile(r"(?m)^(SET|SELECT pg_catalog\.set_config).*;$")


def read(corpora: Path, most: int, seed: int = 5) -> Iterator[tuple[str, Context]]:
    """Every statement of a corpus (at most `most` of each, drawn with `seed`), by the corpus's name."""
    for name, dialect in FOLDERS.items():
        folder = corpora / "schemas" / name
        if folder.is_dir():
            yield from ((name, one) for one in _contexts([folder], dialect, most, seed))
    spider = sorted(path.parent for path in (corpora / "schemas" / "spider").glob("*/schema.sql"))
    yield from (("spider", one) for one in _contexts(spider, "sqlite", most, seed))


def _contexts(folders: list[Path], dialect: str, most: int, seed: int) -> Iterator[Context]:
    rules = dialects.get(dialect)
    found: list[tuple[catalog.Catalog, str]] = []
    for folder in folders:
        schema = catalog.empty(dialect)
        ddl = folder / "schema.sql"
        if ddl.is_file() and dialect not in ("tsql", "bigquery"):
            text = _RULES.sub("", ddl.read_text(encoding="utf-8"))
            schema = corpus.read(folder.name, dialect, text, ()).catalog
        single = folder / "queries.sql"
        for path in [single] if single.is_file() else sorted((folder / "queries").rglob("*.sql")):
            found.append((schema, path.read_text(encoding="utf-8")))
    random.Random(seed).shuffle(found)
    count = 0
    for schema, text in found:
        for statement in script.of(text, rules).statements:
            if count == most:
                return
            if statement.kind.split(" ")[0] in ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"):
                count += 1
                yield context.of(statement, schema, rules, "")
