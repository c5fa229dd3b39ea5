"""Which names a suggestion adds that stand neither in the catalog nor in the user's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.gate import levels
from sureql.syntax import jinja, lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_WORDS = (
    levels.OPERAND_WORDS
    | levels.JOINS
    | levels.SET_OPERATORS
    | frozenset(levels.CLAUSES)
    | frozenset(
        [
            "JOIN",
            "AS",
            "INTO",
            "ASC",
            "DESC",
            "NULLS",
            "FIRST",
            "LAST",
            "END",
            "NULL",
            "TRUE",
            "FALSE",
            "OVER",
            "PARTITION",
            "FILTER",
            "USING",
            "TABLE",
            "DEFAULT",
            "DO",
            "NOTHING",
            "ROWS",
            "RANGE",
            "PRECEDING",
            "FOLLOWING",
            "UNBOUNDED",
            "CURRENT",
            "ROW",
            "RECURSIVE",
            "MATERIALIZED",
            "LATERAL",
            "ONLY",
            "CURRENT_DATE",
            "CURRENT_TIMESTAMP",
            "CURRENT_TIME",
            "ONLY",
            "TIES",
            "NEXT",
            "KEY",
            "DAY",
            "MONTH",
            "YEAR",
            "HOUR",
            "MINUTE",
            "SECOND",
            "WEEK",
            "QUARTER",
            "EPOCH",
            "ZONE",
            "AT",
            "TIME",
            "WITHOUT",
            "PRIMARY",
            "FOREIGN",
            "REFERENCES",
            "UNIQUE",
            "CHECK",
            "INDEX",
            "VIEW",
            "CREATE",
            "ALTER",
            "DROP",
            "ADD",
            "COLUMN",
            "IF",
            "CONSTRAINT",
            "TEMPORARY",
            "TEMP",
            "CASCADE",
            "RESTRICT",
            "MATCHED",
            "EXCLUDED",
            "GROUPING",
            "SETS",
            "ROLLUP",
            "CUBE",
            "WITHIN",
            "BOTH",
            "LEADING",
            "TRAILING",
            "UNKNOWN",
            "IGNORE",
            "ABORT",
            "FAIL",
            "ROLLBACK",
            "ROWID",
            "SYMMETRIC",
            "ORDINALITY",
            "EXPLAIN",
            "ANALYZE",
            "BEGIN",
            "COMMIT",
            "TRANSACTION",
            "VACUUM",
            "TRUNCATE",
            "RENAME",
            "GENERATED",
            "ALWAYS",
            "IDENTITY",
            "STORED",
            "GRANT",
            "FUNCTION",
            "PROCEDURE",
            "TRIGGER",
            "SCHEMA",
            "SEQUENCE",
            "TYPE",
            "ENUM",
            "RETURNS",
            "LANGUAGE",
        ]
    )
)
_TYPES = frozenset(name.upper() for name in exp.DataType.Type.__members__) | frozenset(
    [
        "INTEGER",
        "NUMERIC",
        "STRING",
        "VARYING",
        "PRECISION",
        "BOOL",
        "INT4",
        "INT8",
        "SERIAL",
        "BIGSERIAL",
        "REAL",
        "CHARACTER",
    ]
)


def unknown(
    spliced: str, added: Span, user: str, schema: catalog.Catalog, dialect: Dialect
) -> tuple[Span, ...]:
    """Spans (of `spliced`) of names inside `added` that are neither known nor in the text `user`."""
    tokens = lexer.code(spliced, dialect)
    inside = [index for index, token in enumerate(tokens) if added.start < token.end <= added.end]
    asked = [index for index in inside if _is_name(tokens[index], dialect)]
    found = [tokens[index].span for index in inside if _is_strange(tokens[index], user, schema)]
    if not asked:
        return tuple(found)
    theirs = {_key(token, schema, dialect) for token in lexer.code(user, dialect)}
    columns: set[str] | None = None
    for index in asked:
        token = tokens[index]
        key = _key(token, schema, dialect)
        if key in theirs or _is_new(tokens, index) or _is_known(tokens, index, key, schema):
            continue
        if columns is None:
            columns = _columns(tokens, schema, dialect)
            columns |= _invented(tokens, inside, schema, dialect)
        if key not in columns:
            found.append(token.span)
    return tuple(sorted(found))


def is_function(token: Token, schema: catalog.Catalog) -> bool:
    """True if a function of that name is known."""
    if token.upper in exp.FUNCTION_BY_NAME or token.upper in _WINDOW:
        return True
    key = schema.key(token.text.lower())
    return any(key in found.functions for found in schema.schemas.values())


def is_usual_function(token: Token, schema: catalog.Catalog) -> bool:
    """True if a name is hardly ever anything else than a function's."""
    columns_too = exp.FUNCTION_BY_NAME.keys() - _USUAL
    return is_function(token, schema) and token.upper not in columns_too


_USUAL = frozenset(
    [
        "COUNT",
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "COALESCE",
        "NULLIF",
        "UPPER",
        "LOWER",
        "ROUND",
        "ABS",
        "LENGTH",
        "GREATEST",
        "LEAST",
        "CAST",
        "EXTRACT",
        "SUBSTRING",
        "SUBSTR",
        "TRIM",
        "CONCAT",
        "ROW_NUMBER",
        "RANK",
        "DENSE_RANK",
        "LAG",
        "LEAD",
        "NTILE",
        "DATE_TRUNC",
        "NOW",
        "STRFTIME",
        "REPLACE",
        "STRING_AGG",
        "ARRAY_AGG",
        "GROUP_CONCAT",
        "CEIL",
        "FLOOR",
    ]
)


def _is_name(token: Token, dialect: Dialect) -> bool:
    if token.kind is Kind.QUOTED:
        return True
    if token.kind is not Kind.WORD:
        return False
    return token.upper not in _WORDS and token.text.lower() not in dialect.reserved


def _is_strange(token: Token, user: str, schema: catalog.Catalog) -> bool:
    """True of a template that names no known relation: what it will become nobody can check."""
    return _is_template(token) and token.text not in user and _named(token, schema) is None


def _is_template(token: Token) -> bool:
    return token.kind is Kind.PARAMETER and token.text.startswith("{{")


def _named(token: Token, schema: catalog.Catalog) -> catalog.Relation | None:
    """The relation that a template stands for."""
    name = jinja.relation(token.text)
    return schema.find((name,)) if name else None


def _key(token: Token, schema: catalog.Catalog, dialect: Dialect) -> str:
    if token.kind not in (Kind.WORD, Kind.QUOTED):
        return ""
    return schema.key(dialect.normalize(token.text))


def _is_new(tokens: Sequence[Token], index: int) -> bool:
    # True if the name is being given here: an alias after AS, a table, `)` or another name.
    if index == 0:
        return False
    before = tokens[index - 1]
    follows = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if before.is_word("AS", "WITH", "RECURSIVE"):
        return True
    plain = before.kind is Kind.QUOTED or (before.kind is Kind.WORD and before.upper not in _WORDS)
    ends = plain or before.text == ")" or _is_template(before)
    return ends and follows not in (".", "(")


def _is_known(tokens: Sequence[Token], index: int, key: str, schema: catalog.Catalog) -> bool:
    token = tokens[index]
    if token.kind is Kind.WORD and index + 1 < len(tokens) and tokens[index + 1].text == "(":
        own = builtins.functions(schema.dialect)  # Those that the parser has no class for too.
        return is_function(token, schema) or token.text.lower() in own
    if token.kind is Kind.WORD and token.upper in _TYPES:
        return True
    return key in schema.schemas or any(
        key in found.relations or key in found.enums for found in schema.schemas.values()
    )


_WINDOW = frozenset(
    ["ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "LAG", "LEAD"]
)


def _columns(tokens: Sequence[Token], schema: catalog.Catalog, dialect: Dialect) -> set[str]:
    # The columns of every relation that the statement mentions.
    found: set[str] = set()
    for relation in _mentioned(tokens, schema, dialect):
        found.update(schema.key(column.name) for column in relation.columns)
    return found or _reachable(schema)


def _reachable(schema: catalog.Catalog) -> set[str]:
    # With no relation mentioned yet, columns of any relation may be meant; not on a huge schema.
    found: set[str] = set()
    for count, relation in enumerate(schema.relations()):
        if count > 500:
            break
        found.update(schema.key(column.name) for column in relation.columns)
    return found


def _mentioned(
    tokens: Sequence[Token], schema: catalog.Catalog, dialect: Dialect
) -> Iterator[catalog.Relation]:
    for token in tokens:
        if _is_template(token) and (told := _named(token, schema)):
            yield told
    for key in {_key(token, schema, dialect) for token in tokens} - {""}:
        for found in schema.schemas.values():
            if relation := found.relations.get(key):
                yield relation


def _invented(
    tokens: Sequence[Token], inside: Sequence[int], schema: catalog.Catalog, dialect: Dialect
) -> set[str]:
    # Names that the suggestion gives itself may be used in it.
    return {_key(tokens[index], schema, dialect) for index in inside if _is_new(tokens, index)}
