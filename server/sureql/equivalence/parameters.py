"""Statements with parameters: the same values are put in for the same parameter in both.

Which kind of value a parameter takes is told from the column named before it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from sureql.catalog import model as catalog
from sureql.equivalence import families, values
from sureql.equivalence.families import Family
from sureql.syntax import dialects, lexer
from sureql.syntax.tokens import Kind, Token

BINDINGS = 3
_ENUM = "enum:"
_BETWEEN = frozenset(
    (
        "=",
        "<",
        ">",
        "<=",
        ">=",
        "<>",
        "!=",
        "(",
        ",",
        "LIKE",
        "ILIKE",
        "IN",
        "BETWEEN",
        "AND",
        "ANY",
    )
)
_COUNTS = frozenset(("LIMIT", "OFFSET", "FETCH", "TOP", "FIRST", "NEXT"))


def bound(
    first: str, second: str, schema: catalog.Catalog, dialect: str
) -> tuple[tuple[str, str], ...]:
    """The pairs of statements with values for their parameters: one pair, as given, if there are none."""
    rules = dialects.get(dialect)
    tokens = [lexer.code(text, rules) for text in (first, second)]
    if not any(token.kind is Kind.PARAMETER for found in tokens for token in found):
        return ((first, second),)
    kinds: dict[str, str] = {}
    for found in tokens:
        for name, index in _places(found):
            told = _kind(found, index, schema)
            if not kinds.get(name):
                kinds[name] = told
    order = {name: position for position, name in enumerate(kinds)}
    pairs = []
    for binding in range(BINDINGS):
        texts = []
        for text, found in zip((first, second), tokens, strict=True):
            parts, end = [], 0
            for name, index in _places(found):
                token = found[index]
                parts.append(text[end : token.start])
                parts.append(_literal(kinds[name], binding + order[name], rules.name))
                end = token.end
            texts.append("".join([*parts, text[end:]]))
        pairs.append((texts[0], texts[1]))
    return tuple(dict.fromkeys(pairs))


def _places(tokens: Sequence[Token]) -> list[tuple[str, int]]:
    # A parameter without a name is the same as the other statement's at that position.
    found, position = [], 0
    for index, token in enumerate(tokens):
        if token.kind is Kind.PARAMETER:
            position += 1
            named = token.text not in ("?", "%s")
            found.append((token.text if named else f"{token.text}{position}", index))
    return found


def _kind(tokens: Sequence[Token], index: int, schema: catalog.Catalog) -> str:
    for token in reversed(tokens[max(0, index - 8) : index]):
        if token.upper in _COUNTS:
            return "count"
        if token.upper in _BETWEEN or token.kind is Kind.PARAMETER:
            continue
        if token.kind not in (Kind.WORD, Kind.QUOTED):
            return ""
        name = token.text.strip('"`[]').lower()
        for namespace in schema.schemas.values():
            for relation in namespace.relations.values():
                for column in relation.columns:
                    if column.name.lower() == name:
                        if enum := families.enum_values(column.type, schema):
                            return _ENUM + "\n".join(enum)
                        return families.of(column.type, schema).value
        return ""
    return ""


def _literal(kind: str, turn: int, dialect: str) -> str:
    if kind == "count":
        return str((2, 1, 3)[turn % 3])
    if kind.startswith(_ENUM):
        names = kind.removeprefix(_ENUM).split("\n")
        return "'" + names[turn % len(names)].replace("'", "''") + "'"
    family = Family(kind) if kind else Family.UNKNOWN
    plain: Sequence[Any] = values.PLAIN.get(family, ())[:3]
    if not plain:
        number = str(turn % 3 + 1)
        return f"'{number}'" if dialect in ("postgres", "duckdb") else number
    value = plain[turn % len(plain)]
    if isinstance(value, bool):
        return str(int(value)) if dialect in ("sqlite", "tsql") else str(value).upper()
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime.datetime):
        return f"'{value.isoformat(sep=' ')}'"
    if isinstance(value, datetime.date | datetime.time):
        return f"'{value.isoformat()}'"
    if isinstance(value, datetime.timedelta):
        return "'1 day'"
    return f"'{value!r}'" if isinstance(value, bytes) else str(value)
