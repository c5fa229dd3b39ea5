"""What a continuation must add so that names resolve: relations still to come, and GROUP BY."""

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

AGGREGATES = frozenset(
    [
        "COUNT",
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "STRING_AGG",
        "ARRAY_AGG",
        "GROUP_CONCAT",
        "TOTAL",
        "JSON_AGG",
        "JSONB_AGG",
        "LIST",
        "JSON_OBJECT_AGG",
        "BOOL_AND",
        "BOOL_OR",
        "EVERY",
        "STDDEV",
        "STDDEV_POP",
        "STDDEV_SAMP",
        "VARIANCE",
        "VAR_POP",
        "VAR_SAMP",
        "MEDIAN",
        "MODE",
        "PERCENTILE_CONT",
        "PERCENTILE_DISC",
        "FIRST",
        "LAST",
        "ANY_VALUE",
        "ARG_MAX",
        "ARG_MIN",
        "JSON_GROUP_ARRAY",
        "JSON_GROUP_OBJECT",
        "APPROX_COUNT_DISTINCT",
    ]
)
# These engines take any column beside an aggregate.
_LAX_GROUPING = frozenset(("sqlite", "mysql"))
_EXTENDABLE = frozenset(("select", "from", "on"))
_GROUPABLE = frozenset(("select", "from", "on", "where", "group"))
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
        if not _is_plain_name(token):
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
    relation = _having_most(bare, schema) if bare else None
    return chosen + ([_written(relation, schema, dialect)] if relation and not chosen else [])


def groups(tokens: Sequence[Token], parts: Sequence[Part], dialect: Dialect) -> dict[int, str]:
    """The GROUP BY (or the rest of it) that each open level needs, by its index in `parts`."""
    found: dict[int, str] = {}
    for depth, part in enumerate(parts):
        level = part.level
        if level.kind != "query" or level.clause not in _GROUPABLE or "select" not in level.clauses:
            continue
        lax = dialect.name in _LAX_GROUPING and level.clause != "group"
        names = "" if lax else ", ".join(_ungrouped(tokens, level))
        if not names:
            continue
        if level.clause != "group":
            found[depth] = f" GROUP BY {names}"
        else:
            found[depth] = names if part.piece.endswith(" 1") else f", {names}"
    return found


def regrouped(parts: Sequence[Part], grouped: dict[int, str]) -> list[Part]:
    """`parts` without the placeholder `1` where `grouped` says what to group by."""
    return [
        Part(part.level, part.piece[:-1], part.closer)
        if depth in grouped and part.level.clause == "group" and part.piece.endswith(" 1")
        else part
        for depth, part in enumerate(parts)
    ]


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
        if after < len(tokens) and _is_plain_name(tokens[after]):
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
    return _is_plain_name(token) and dialect.normalize(token.text) == name


def _is_plain_name(token: Token) -> bool:
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


def _ungrouped(tokens: Sequence[Token], level: levels.Level) -> list[str]:
    # Column texts of the select list that stand outside aggregates beside one, not grouped by yet.
    begin = level.clauses["select"] + 1
    later = [at for name, at in level.clauses.items() if name != "select" and at > begin]
    end = min(later, default=len(tokens))
    names, aggregated = _outside_aggregates(tokens[begin:end])
    if not aggregated and "group" not in level.clauses:
        return []
    start = level.clauses.get("group")
    written = "".join(t.text for t in tokens[start + 2 :]) if start is not None else ""
    listed = set(written.lower().split(","))
    numbered = any(name.isdigit() for name in listed)
    return [] if numbered else [name for name in names if name.lower() not in listed]


def _outside_aggregates(tokens: Sequence[Token]) -> tuple[list[str], bool]:
    names: list[str] = []
    aggregated = False
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if following == "(" and token.kind is Kind.WORD:
            end = _closing(tokens, index + 1)
            windowed = end + 1 < len(tokens) and tokens[end + 1].is_word("OVER")
            if token.upper in AGGREGATES or windowed:
                aggregated |= not windowed
                index = end + 1
                continue
        elif token.text == "(" and following.upper() in levels.QUERY_WORDS:
            index = _closing(tokens, index) + 1
            continue
        elif token.is_word("AS"):
            index += 2
            continue
        elif _is_plain_name(token) and token.upper not in _NO_COLUMN:
            path = token.text
            while index + 2 < len(tokens) and tokens[index + 1].text == ".":
                path += "." + tokens[index + 2].text
                index += 2
            if path not in names and not path.endswith("*"):
                names.append(path)
        index += 1
    return names, aggregated


_NO_COLUMN = frozenset(
    [
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "NULL",
        "TRUE",
        "FALSE",
        "AND",
        "OR",
        "NOT",
        "IS",
        "ASC",
        "DESC",
        "INTEGER",
        "TEXT",
        "NUMERIC",
        "DATE",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
        "OVER",
        "PARTITION",
        "DISTINCT",
        "ALL",
        "FILTER",
    ]
)


def _closing(tokens: Sequence[Token], index: int) -> int:
    depth = 0
    for at in range(index, len(tokens)):
        depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        if depth == 0:
            return at
    return len(tokens)
