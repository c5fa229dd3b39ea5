"""Schemas and queries from a corpora folder, split by schema into a tuning and a reporting half."""

from __future__ import annotations

import random
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from sureql.catalog import model as catalog
from sureql.sources import ddl_files
from sureql.syntax import dialects, lexer, script
from sureql.syntax.tokens import Kind, Token

DIALECTS = {"chinook": "sqlite", "tpch": "duckdb", "tpcds": "duckdb", "minder": "postgres"}


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema with its queries, each laid out on one line with single spaces."""

    name: str
    dialect: dialects.Dialect
    ddl: str
    catalog: catalog.Catalog
    queries: tuple[str, ...]

    @property
    def tuning(self) -> bool:
        """True if the schema may be looked at while tuning; figures are reported on the others."""
        return zlib.crc32(self.name.encode()) % 2 == 0


def load(folder: Path, most: int, seed: int = 7) -> list[Schema]:
    """Every schema below `folder`/schemas that a real engine here can run.

    At most `most` queries of each, drawn with `seed`.
    """
    roots = [folder / "schemas" / name for name in DIALECTS]
    roots += sorted(path.parent for path in (folder / "schemas" / "spider").glob("*/schema.sql"))
    found = []
    for root in roots:
        if not (root / "schema.sql").is_file():
            continue
        dialect = dialects.get(DIALECTS.get(root.name, "sqlite"))
        ddl = (root / "schema.sql").read_text(encoding="utf-8")
        if dialect.name == "postgres":
            ddl = re.sub(r"(?m)^(SET|SELECT pg_catalog\.set_config).*;$", "", ddl)
        queries = [line for text in _query_files(root) for line in _statements(text, dialect)]
        queries = sorted(set(queries))
        random.Random(seed).shuffle(queries)
        found.append(read(root.name, dialect.name, ddl, tuple(queries[:most])))
    return found


def read(name: str, dialect: str, ddl: str, queries: tuple[str, ...]) -> Schema:
    """A schema from its DDL."""
    rules = dialects.get(dialect)
    schema = ddl_files.load([ddl_files.SchemaText(f"/{name}.sql", ddl)], rules)
    return Schema(name, rules, ddl, schema, queries)


def _query_files(root: Path) -> list[str]:
    single = root / "queries.sql"
    files = [single] if single.is_file() else sorted((root / "queries").glob("*.sql"))
    return [path.read_text(encoding="utf-8") for path in files]


def _statements(text: str, dialect: dialects.Dialect) -> list[str]:
    laid_out = []
    text = numbered(text)
    for statement in script.of(text, dialect).statements:
        if statement.kind.split(" ")[0] in ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"):
            line = lay_out(lexer.code(statement.text, dialect))
            if 20 <= len(line) <= 1200:
                laid_out.append(line)
    return laid_out


_SQLC = re.compile(r"sqlc\.n?arg\('?(\w+)'?\)|(?<![\w@])@(\w+)")


def numbered(text: str) -> str:
    """sqlc's named arguments as numbered parameters, which is what PostgreSQL gets to see."""
    names: dict[str, int] = {}
    return _SQLC.sub(lambda m: f"${names.setdefault(m[1] or m[2], len(names) + 20)}", text)


def lay_out(tokens: tuple[Token, ...]) -> str:
    """The tokens on one line, spaced as people do: `count(*)`, `a, b`, `t.c`."""
    out = ""
    previous: Token | None = None
    for token in tokens:
        if previous is not None and not _tight(previous, token):
            out += " "
        out += token.text
        previous = token
    return out


_CALLABLE = re.compile(
    r"^(?!(?:AND|OR|NOT|IN|AS|ON|USING|FROM|JOIN|WHERE|SELECT|VALUES|EXISTS|OVER|BY|HAVING|UNION|ALL"
    r"|EXCEPT|INTERSECT|WHEN|THEN|ELSE|CASE|BETWEEN|LIKE|INTO|SET|ANY|SOME|WITH|DISTINCT)$)\w+$"
)


def _tight(left: Token, right: Token) -> bool:
    if right.text in (",", ")", ".", ";", "]", "::") or left.text in ("(", ".", "[", "::"):
        return True
    if right.text == "[":
        return True
    if right.text == "(":
        return left.kind is Kind.WORD and bool(_CALLABLE.match(left.upper))
    return False


def shape(query: str, dialect: dialects.Dialect) -> str:
    """The query with literals masked: two queries of one shape are near-duplicates."""
    literal = (Kind.STRING, Kind.NUMBER, Kind.PARAMETER)
    return " ".join(
        "?" if token.kind in literal else token.upper for token in lexer.code(query, dialect)
    )
