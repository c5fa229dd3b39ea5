"""What kinds of columns may be compared with one another and with which literals."""

from __future__ import annotations

import re

from sureql.catalog import model as catalog
from sureql.prompt.grammar.model import Chars, Names, Node, either, maybe, names, seq
from sureql.syntax.dialects import Dialect

NUMBER, TEXT, TIME, BOOL, ANY, OTHER = "number", "text", "time", "bool", "any", "other"
OPAQUE = "opaque"  # Neither compared nor grouped.

_NUMBER = re.compile(
    r"(?:u?(?:tiny|small|medium|big|huge)?int(?:eger)?\d*|int\d|(?:small|big)?serial\d?|numeric|decimal|dec"
    r"|number|real|float\d*|double(?: precision)?|int64|float64|bignumeric|(?:unsigned )?big int)"
    r"(?: unsigned)?"
)
_WHOLE = re.compile(r"(?i)int|serial")
_TEXT = re.compile(
    r"(?:n?varchar2?|n?char|bpchar|text|string|citext|(?:tiny|medium|long)text|clob|nclob|character(?: varying)?"
    r"|national character(?: varying)?|native character|varying character|name)"
)
_TIME = re.compile(r"(?:date|datetime2?|timestamp(?:tz|_\w+)?(?: with(?:out)? time zone)?)")
_OPAQUE = re.compile(
    r"json|xml|point|line|lseg|box|path|polygon|circle|variant|object|geometry|geography"
)
_BOOL = re.compile(r"bool(?:ean)?|bit")
_PATTERNS = ((_NUMBER, NUMBER), (_TEXT, TEXT), (_TIME, TIME), (_BOOL, BOOL), (_OPAQUE, OPAQUE))
_LAX = frozenset(("sqlite", "mysql"))


def of(type_text: str, dialect: Dialect) -> str:
    """The family of a type; `any` only where the engine compares everything with everything."""
    if "[" in type_text:
        return OTHER
    low = re.sub(r"\s*\([^()]*\)", "", type_text).strip().lower()
    for pattern, family in _PATTERNS:
        if pattern.fullmatch(low):
            return family
    return ANY if dialect.name in _LAX and "blob" not in low else OTHER


def is_whole(type_text: str) -> bool:
    """True if a number of that type has no decimals."""
    return bool(_WHOLE.search(type_text))


def enumeration(column: catalog.Column | None, schema: catalog.Catalog) -> tuple[str, ...]:
    """The values that an enumerated column may hold."""
    enum = schema.enum_of(column) if column is not None and column.type else None
    return enum.values if enum else ()


def literal(family: str, upper: bool) -> Node | None:
    """The literals of a family; enumerations have their own."""
    if family == NUMBER:
        return NUMBERS
    if family == TEXT:
        return STRINGS
    if family == TIME:
        return DATES
    if family == BOOL:
        return Names(("TRUE", "FALSE") if upper else ("true", "false"))
    return either(NUMBERS, STRINGS) if family == ANY else None


def values(found: tuple[str, ...]) -> Node | None:
    """One of an enumeration's values."""
    return names([quoted(value) for value in found[:60]])


def quoted(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


NUMBERS = seq(Chars("0-9", 1, 4), maybe(seq(".", Chars("0-9", 1, 2))))
WHOLE = Chars("0-9", 1, 4)
ROWS = seq(Chars("1-9", 1, 1), maybe(Chars("0-9", 1, 2)))
# No braces, which templates are made of, no colons and question marks, which parameters are.
STRINGS = seq("'", Chars(r"^'\\{}:?$%@\x00-\x1f", 1, 32), "'")
PATTERNS = seq("'", Chars(r"^'\\{}:?$@\x00-\x1f", 1, 32), "'")
DATES = seq(
    "'",
    Names(("19", "20")),
    Chars("0-9", 2, 2),
    "-",
    Names(tuple(f"{month:02}" for month in range(1, 13))),
    "-",
    Names(tuple(f"{day:02}" for day in range(1, 29))),
    "'",
)
