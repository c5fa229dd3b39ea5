"""The labelled pairs, each with the schema that it is about."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sureql.catalog.model import Catalog, empty
from sureql.semantics import ddl
from sureql.syntax import dialects, script

HERE = Path(__file__).parent
FILES = ("pairs.jsonl", "pairs_certified_nonequivalent.jsonl")
DIALECTS = ("sqlite", "duckdb", "postgres")
_INLINE = re.compile(r"(\w+)\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements and what they are said to be: `equal` is None where the label says neither."""

    name: str
    schema: str
    source: str
    first: str
    second: str
    equal: bool | None


def pairs(corpora: Path) -> list[Pair]:
    """Every pair of the corpora that has a schema here."""
    found = []
    for file in FILES:
        for line in (corpora / "equivalence" / file).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            label = row["label"]
            equal = {"equivalent": True, "non-equivalent": False}.get(label)
            if label == "equivalent-under-constraints":
                continue  # The constraints are not in the corpus.
            source = re.sub(r"\s*\(.*|\d+$|[qs]\d+$", "", row["source"]).strip()
            found.append(Pair(row["id"], row["schema"], source, row["q1"], row["q2"], equal))
    return found


@cache
def definitions(name: str, corpora: Path) -> str:
    """The DDL of a schema, '' if it is not known."""
    if name.startswith("inline:"):
        return _inline(name.removeprefix("inline:"))
    own = HERE / "schemas" / f"{name.split('/')[0]}.sql"
    theirs = corpora / "schemas" / name / "schema.sql"
    for file in (own, theirs):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return ""


@cache
def catalog(name: str, dialect: str, corpora: Path) -> Catalog:
    """A schema as a closed catalog."""
    text = definitions(name, corpora)
    rules = dialects.get(dialect)
    loaded = empty(dialect)
    for found in script.of(text, rules).statements:
        loaded = ddl.apply(loaded, found.text, rules, "schema.sql", found.start, 0)
    closed = {key: replace(schema, closed=True) for key, schema in loaded.schemas.items()}
    version = hashlib.sha256(f"{dialect}\n{text}".encode()).hexdigest()[:12]
    path = loaded.search_path or (rules.default_schema,)
    return replace(loaded, schemas=closed, search_path=path, closed=True, version=version)


def _inline(text: str) -> str:
    """`r(a:int, ??)` as DDL; further columns that are not named are one more column."""
    made = []
    for name, listed in _INLINE.findall(text):
        columns = []
        for at, part in enumerate(listed.split(",")):
            column, _, kind = part.strip().partition(":")
            column = f"further_{at}" if column == "??" else column
            columns.append(f'"{column}" {"TEXT" if kind == "string" else "INTEGER"}')
        made.append(f'CREATE TABLE "{name}" ({", ".join(columns)});')
    return "\n".join(made)
