"""Type names in casts and column definitions that certainly mean no type, in PostgreSQL and
DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA
from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.catalog.builtins import arities, signatures
from sureql.semantics import similar, sources
from sureql.semantics.kinds import extensions, naming
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.syntax import lexer
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

# Types that their names begin with, or that only their grammar has.
_GRAMMAR = frozenset(("national", "setof", "double", "character", "time", "timestamp", "bit"))
_OFFERED = (
    "integer", "bigint", "smallint", "numeric", "decimal", "real", "text", "varchar", "char",
    "boolean", "date", "time", "timestamp", "timestamptz", "interval", "uuid", "json", "jsonb",
    "bytea", "inet", "cidr", "serial", "bigserial", "money", "xml", "point", "tsvector", "int",
)  # fmt: skip

# What other engines call these.
_MEANT = {
    "datetime": "timestamp", "string": "text", "tinyint": "smallint", "mediumint": "integer",
    "blob": "bytea", "longblob": "bytea", "binary": "bytea", "varbinary": "bytea", "clob": "text",
    "tinytext": "text", "mediumtext": "text", "longtext": "text", "nvarchar": "varchar",
    "number": "numeric", "uniqueidentifier": "uuid", "datetime2": "timestamp", "hugeint": "numeric",
}  # fmt: skip


def check(resolver: Resolver, tree: exp.Expr) -> Iterator[Problem]:
    """Each type of a cast or column that isn't there."""
    if resolver.dialect.name not in ("postgres", "duckdb") or "*" in resolver.schema.operators:
        return
    tokens = lexer.code(resolver.text, resolver.dialect)
    starts = {token.start: index for index, token in enumerate(tokens)}
    places = [*_casts(tokens), *_columns(resolver, tree, tokens, starts)]
    for place in sorted(set(places)):
        found = _named(tokens, place)
        if found is None:
            continue
        parts, span = found
        if parts[-1] in _GRAMMAR or extensions.brings_type(parts[-1]):
            continue
        if resolver.dialect.name == "duckdb":
            yield from _of_duckdb(resolver, parts, span)
            continue
        if naming.exists(parts, resolver.schema) is False:
            meant = _MEANT.get(parts[-1].lower())
            names = (meant,) if meant else _similar(parts[-1], resolver.schema)
            yield Problem(span, "unknown-type", f"No type `{parts[-1]}` is known.", names)


def _of_duckdb(resolver: Resolver, parts: list[str], span: Span) -> Iterator[Problem]:
    """Extensions bring types: only what resembles one of DuckDB's own is certainly misspelt."""
    name, known = parts[-1].lower(), arities.types("duckdb")
    spaces = resolver.schema.schemas.values()
    users = {key.lower() for space in spaces for key in (*space.enums, *space.types)}
    if len(parts) > 1 or name in known or name in users or not resolver.schema.closed_for(parts):
        return
    close = similar.names(name, [*_OFFERED, *sorted(known - set(_OFFERED)), *sorted(users)])
    close = tuple(one for one in close if one in known | users)
    slips = [one for one in close if OSA.distance(name, one) <= (1 if len(name) < 6 else 2)]
    if slips:
        yield Problem(span, "unknown-type", f"No type `{parts[-1]}` is known.", tuple(slips))


def _casts(tokens: Sequence[Token]) -> Iterator[int]:
    """Where the types of `x::type` and `CAST(x AS type)` begin."""
    opened: list[bool] = []
    for index, token in enumerate(tokens):
        if token.text == "::":
            yield index + 1
        elif token.text == "(":
            before = tokens[index - 1].upper if index else ""
            opened.append(before in ("CAST", "TRY_CAST"))
        elif token.text == ")" and opened:
            opened.pop()
        elif token.upper == "AS" and token.kind is Kind.WORD and opened and opened[-1]:
            yield index + 1


def _columns(
    resolver: Resolver, tree: exp.Expr, tokens: Sequence[Token], starts: dict[int, int]
) -> Iterator[int]:
    """Where the types of defined and altered columns begin."""
    if not isinstance(tree, (exp.Create, exp.Alter)):
        return
    if isinstance(tree, exp.Create) and str(tree.args.get("kind")) != "TABLE":
        return
    for node in tree.find_all(exp.ColumnDef, exp.AlterColumn):
        identifier = node.this.this if isinstance(node.this, exp.Column) else node.this
        span = sources.span_of(identifier)
        index = starts.get(span.start) if span is not None else None
        if index is None:
            continue
        after = index + 1
        if isinstance(node, exp.ColumnDef):
            if node.args.get("kind") is not None:
                yield after
            continue
        words = [token.upper for token in tokens[after : after + 3]]
        if words == ["SET", "DATA", "TYPE"]:
            yield after + 3
        elif words[:1] == ["TYPE"]:
            yield after + 1


def _named(tokens: Sequence[Token], place: int) -> tuple[list[str], Span] | None:
    """The folded parts of the type name at `place`, and where its last part stands."""
    parts: list[str] = []
    while place < len(tokens):
        token = tokens[place]
        if token.kind is Kind.WORD:
            parts.append(token.text.lower())
        elif token.kind is Kind.QUOTED and token.text.startswith('"'):
            parts.append(token.text[1:-1].replace('""', '"'))
        else:
            return None
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        if following != ".":
            return None if following == "%" else (parts, Span(token.start, token.end))
        place += 2
    return None


def _similar(name: str, schema: catalog.Catalog) -> tuple[str, ...]:
    users = [key for space in schema.schemas.values() for key in (*space.enums, *space.types)]
    known = [*_OFFERED, *users]
    if name in signatures.postgres().categories:
        return ()
    return similar.names(name, known)
