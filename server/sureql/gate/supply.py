"""What a continuation must add so that names resolve: relations that are still to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from sureql.catalog import model as catalog
from sureql.gate import levels
from sureql.gate.closing import Part
from sureql.semantics import analysis
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

_EXTENDABLE = frozenset(("select", "from", "on"))
_MISSING = frozenset(("unknown-column", "unknown-alias"))
_MOST_RELATIONS = 2000


def sources(
    whole: str, length: int, parts: Sequence[Part], schema: catalog.Catalog, dialect: Dialect
) -> dict[int, str]:
    """What to add to each open level (by its index in `parts`) so that the names of the first
    `length` characters of `whole` resolve; {} if nothing is missing or nothing helps."""
    wanted = _wanted(whole, length, parts, schema, dialect)
    return {depth: _joined(parts[depth], names, schema, dialect) for depth, names in wanted.items()}


def derived(
    whole: str, length: int, parts: Sequence[Part], schema: catalog.Catalog, dialect: Dialect
) -> dict[int, str]:
    """The same as `sources` with derived tables: names may come from a sub-query still to come."""
    wanted = _wanted(whole, length, parts, schema, dialect)
    found: dict[int, str] = {}
    for depth, names in wanted.items():
        tables = []
        for number, (qualifier, columns) in enumerate(sorted(names.items())):
            if not qualifier and _has_relation(parts[depth]):
                continue
            listed = sorted(columns - {""}) or ["x1"]
            fields = ", ".join(f"NULL AS {dialect.write(column)}" for column in listed)
            alias = dialect.write(qualifier) if qualifier else f"x{number + 2}"
            tables.append(f"(SELECT {fields}) AS {alias}")
        if tables:
            found[depth] = _opening(parts[depth]) + " CROSS JOIN ".join(tables)
    return found


def columns(
    whole: str, length: int, parts: Sequence[Part], schema: catalog.Catalog, dialect: Dialect
) -> dict[int, str]:
    """Columns that a sub-query in FROM must still yield, while it is at its select list."""
    if not any(_reads(parts, depth) for depth in range(1, len(parts))):
        return {}
    found: dict[int, str] = {}
    for depth, names in _wanted(whole, length, parts, schema, dialect).items():
        if depth and _reads(parts, depth):
            listed = sorted(names.get("", set()))
            found[depth - 1] = "".join(f", NULL AS {dialect.write(name)}" for name in listed)
    return found


def _reads(parts: Sequence[Part], depth: int) -> bool:
    inner = parts[depth - 1].level
    return _extendable(parts[depth]) and inner.kind == "query" and inner.clause == "select"


def _has_relation(part: Part) -> bool:
    # True if a relation stands in FROM already: a plain name that it lacks is a mistake.
    return part.level.clause != "select" and "(SELECT" not in part.piece


def local_sources(
    tokens: Sequence[Token], parts: Sequence[Part], schema: catalog.Catalog, dialect: Dialect
) -> dict[int, str]:
    """Relations for the names in the select lists of sub-queries that have no relation yet: such a
    name may resolve outside, but is rarely meant so."""
    found: dict[int, str] = {}
    for depth, part in enumerate(parts[:-1]):
        level = part.level
        if level.kind != "query" or "select" not in level.clauses:
            continue
        if level.clause != "select" and not (level.clause == "from" and "(SELECT" in part.piece):
            continue
        chosen = _local(tokens[level.clauses["select"] :], schema, dialect)
        if chosen:
            found[depth] = _opening(part) + " CROSS JOIN ".join(chosen)
    return found


def _local(tokens: Sequence[Token], schema: catalog.Catalog, dialect: Dialect) -> list[str]:
    bare: set[str] = set()
    qualified: dict[str, set[str]] = {}
    for index, token in enumerate(tokens):
        if not is_plain_name(token):
            continue
        qualifier, column = _path(tokens, index, dialect)
        if qualifier:
            qualified.setdefault(qualifier, set()).add(column)
        else:
            bare.add(schema.key(column))
    chosen: list[str] = []
    for qualifier, columns in sorted(qualified.items()):
        relation = _having(columns - {""}, schema, qualifier)
        if relation is not None:
            chosen.append(f"{_written(relation, schema, dialect)} AS {dialect.write(qualifier)}")
    if chosen or not bare:
        return chosen
    if relation := _having_most(bare, schema):
        return [_written(relation, schema, dialect)]
    # Of a CTE or of another sub-query: a table of nothing with these columns does as well.
    fields = ", ".join(f"NULL AS {dialect.write(name)}" for name in sorted(bare))
    return [f"(SELECT {fields}) AS x2"]


def aliases(
    tokens: Sequence[Token], schema: catalog.Catalog, dialect: Dialect
) -> dict[str, catalog.Relation]:
    """Relations by the alias or name that the text gives them; later ones win."""
    found: dict[str, catalog.Relation] = {}
    for index, token in enumerate(tokens):
        opens = token.is_word("FROM", "JOIN", "UPDATE", "INTO", "USING") or token.text == ","
        if not opens or index + 1 >= len(tokens):
            continue
        parts, after = _name_path(tokens, index + 1, dialect)
        relation = schema.find(parts) if parts else None
        if relation is None:
            continue
        found[schema.key(relation.name)] = relation
        if after < len(tokens) and tokens[after].is_word("AS"):
            after += 1
        if after < len(tokens) and is_plain_name(tokens[after]):
            found[schema.key(dialect.normalize(tokens[after].text))] = relation
    return found


def _wanted(
    whole: str, length: int, parts: Sequence[Part], schema: catalog.Catalog, dialect: Dialect
) -> dict[int, dict[str, set[str]]]:
    # Unresolved columns by open level and qualifier.
    if not any(_extendable(part) for part in parts):
        return {}
    problems = [
        problem
        for problem in analysis.analyse(whole, schema, dialect).problems
        if problem.code in _MISSING and problem.span.start < length
    ]
    if not problems:
        return {}
    tokens = {token.start: index for index, token in enumerate(lexer.code(whole, dialect))}
    code = lexer.code(whole, dialect)
    wanted: dict[int, dict[str, set[str]]] = {}
    for problem in problems:
        index = tokens.get(problem.span.start)
        depth = _holder(parts, problem.span.start)
        if index is None or depth is None:
            continue
        qualifier, column = _path(code, index, dialect)
        wanted.setdefault(depth, {}).setdefault(schema.key(qualifier), set()).add(column)
        if qualifier:
            for at, token in enumerate(code[:-2]):
                # Every column taken from that alias must be in the relation that is supplied.
                if _names(token, qualifier, dialect) and code[at + 1].text == ".":
                    wanted[depth][schema.key(qualifier)].add(_path(code, at, dialect)[1])
    return wanted


def _extendable(part: Part) -> bool:
    return part.level.kind == "query" and part.level.clause in _EXTENDABLE


def _holder(parts: Sequence[Part], offset: int) -> int | None:
    # The innermost level around `offset` that can still take a source.
    for depth, part in enumerate(parts):
        if part.level.start <= offset and _extendable(part):
            return depth
    return None


def _joined(
    part: Part, wanted: dict[str, set[str]], schema: catalog.Catalog, dialect: Dialect
) -> str:
    chosen: list[str] = []
    covered: set[str] = set()
    for qualifier, columns in sorted(wanted.items(), reverse=True):
        if not qualifier:
            continue
        relation = _having(columns - {""}, schema, qualifier)
        if relation is None:
            return ""
        covered |= {schema.key(column.name) for column in relation.columns}
        plain = schema.find([qualifier]) is relation
        chosen.append(
            _written(relation, schema, dialect)
            + ("" if plain else f" AS {dialect.write(qualifier)}")
        )
    bare = {schema.key(name) for name in wanted.get("", set())} - covered
    while bare:
        relation = _having_most(bare, schema)
        if relation is None:
            return ""
        bare -= {schema.key(column.name) for column in relation.columns}
        chosen.append(_written(relation, schema, dialect))
    if not chosen:
        return ""
    return _opening(part) + " CROSS JOIN ".join(chosen)


def _opening(part: Part) -> str:
    started = "from" in part.level.clauses or part.level.clause != "select"
    return " CROSS JOIN " if started else " FROM "


def _written(relation: catalog.Relation, schema: catalog.Catalog, dialect: Dialect) -> str:
    name = dialect.write(relation.name)
    if schema.find([relation.name]) is relation or not relation.schema:
        return name
    return f"{dialect.write(relation.schema)}.{name}"


def _having(
    columns: Iterable[str], schema: catalog.Catalog, preferred: str
) -> catalog.Relation | None:
    names = {schema.key(column) for column in columns}
    first = schema.find([preferred])
    for relation in ([first] if first else []) + list(islice(schema.relations(), _MOST_RELATIONS)):
        if names <= {schema.key(column.name) for column in relation.columns}:
            return relation
    return None


def _having_most(columns: set[str], schema: catalog.Catalog) -> catalog.Relation | None:
    def share(relation: catalog.Relation) -> int:
        return len(columns & {schema.key(column.name) for column in relation.columns})

    best = max(islice(schema.relations(), _MOST_RELATIONS), key=share, default=None)
    return best if best is not None and share(best) else None


def _path(tokens: Sequence[Token], index: int, dialect: Dialect) -> tuple[str, str]:
    # (qualifier, column) of the name that the token at `index` is part of.
    name = dialect.normalize(tokens[index].text)
    if index > 1 and tokens[index - 1].text == ".":
        return dialect.normalize(tokens[index - 2].text), name
    if index + 2 < len(tokens) and tokens[index + 1].text == ".":
        column = tokens[index + 2]
        return name, dialect.normalize(column.text) if column.text != "*" else ""
    return "", name


def _names(token: Token, name: str, dialect: Dialect) -> bool:
    return is_plain_name(token) and dialect.normalize(token.text) == name


def is_plain_name(token: Token) -> bool:
    """True if the token can be a name: quoted, or a word that is not reserved."""
    if token.kind is Kind.QUOTED:
        return True
    return token.kind is Kind.WORD and token.upper not in levels.RESERVED


def _name_path(tokens: Sequence[Token], index: int, dialect: Dialect) -> tuple[list[str], int]:
    parts: list[str] = []
    while index < len(tokens) and tokens[index].kind in (Kind.WORD, Kind.QUOTED):
        parts.append(dialect.normalize(tokens[index].text))
        if index + 1 >= len(tokens) or tokens[index + 1].text != ".":
            return parts, index + 1
        index += 2
    return parts, index
