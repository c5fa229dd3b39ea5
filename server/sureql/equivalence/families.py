"""What kind of values a column holds, told from its declared type or, without one, from its use."""

from __future__ import annotations

import re
from enum import Enum

from sureql.catalog import model as catalog


class Family(Enum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TIME = "time"
    BYTES = "bytes"
    UUID = "uuid"
    JSON = "json"
    INTERVAL = "interval"
    ENUM = "enum"
    UNKNOWN = "unknown"  # No type is declared: the use decides.
    OTHER = "other"  # Arrays, ranges, geometry …: only NULL or what the engine takes as text.


NUMBERS = frozenset((Family.INTEGER, Family.DECIMAL, Family.FLOAT))
MOMENTS = frozenset((Family.DATE, Family.TIMESTAMP))

# The first that matches wins. Word beginnings, because types carry lengths and zones.
_PATTERNS = (
    (r".*\[\]|.*\[\d+\]|array|list|struct|map|row\b|union\b", Family.OTHER),
    (r"interval", Family.INTERVAL),
    (r"timestamp|datetime|smalldatetime", Family.TIMESTAMP),
    (r"date", Family.DATE),
    (r"time", Family.TIME),
    (r"bool|bit$", Family.BOOLEAN),
    (r"point|polygon|line\b|lseg|box|circle|path\b|inet|cidr|macaddr|tsvector|tsquery", Family.OTHER),
    (r"(big|small|medium|tiny|huge|u|ubig|usmall|utiny|uhuge)?int|(big|small)?serial|signed|unsigned"
     r"|integer|year|oid|long$|short$|byte$", Family.INTEGER),
    (r"decimal|numeric|number|dec\b|money", Family.DECIMAL),
    (r"real|float|double", Family.FLOAT),
    (r"json|variant|object", Family.JSON),
    (r"uuid|uniqueidentifier", Family.UUID),
    (r"blob|bytea|bytes|binary|varbinary|image", Family.BYTES),
    (r"n?(var)?char|character|n?text|string|clob|citext|name$|bpchar|tinytext|longtext", Family.TEXT),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), family) for pattern, family in _PATTERNS)
_NUMBERS_IN = re.compile(r"\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")


def of(type_: str, schema: catalog.Catalog) -> Family:
    """The family of a declared type, domains and enums of the user's included."""
    text = type_.strip()
    if not text:
        return Family.UNKNOWN
    name = text.split("(")[0].strip()
    if enum_values(text, schema):
        return Family.ENUM
    for pattern, family in _COMPILED:
        if pattern.match(text):
            return family
    for part in name.replace('"', "").split(".")[-1:]:
        for namespace in schema.schemas.values():
            found = namespace.types.get(schema.key(part))
            if found is not None and found.base and found.base != text:
                return of(found.base, schema)
    # SQLite takes any word for a type, and so do tests.
    return Family.INTEGER if "int" in text.lower() else Family.OTHER


def enum_values(type_: str, schema: catalog.Catalog) -> tuple[str, ...]:
    """The values of an enumerated type, () if it is none."""
    text = type_.strip()
    if text.lower().startswith("enum") and "(" in text:
        return tuple(re.findall(r"'((?:[^']|'')*)'", text))
    name = text.replace('"', "").split(".")[-1]
    for namespace in schema.schemas.values():
        found = namespace.enums.get(schema.key(name)) or namespace.enums.get(name)
        if found is not None:
            return found.values
    return ()


def limits(type_: str) -> tuple[int | None, int | None]:
    """The numbers in the parentheses of a type: a length, or precision and scale."""
    found = _NUMBERS_IN.search(type_)
    if found is None:
        return None, None
    return int(found[1]), int(found[2]) if found[2] else None
