"""Which kind a type's SQL text means, and whether a type of that name exists."""

from __future__ import annotations

import re
from functools import lru_cache

from sureql.catalog import model as catalog
from sureql.catalog.builtins import signatures

_WORDS = {
    "int": "int4",
    "integer": "int4",
    "smallint": "int2",
    "bigint": "int8",
    "serial": "int4",
    "serial4": "int4",
    "serial2": "int2",
    "smallserial": "int2",
    "bigserial": "int8",
    "serial8": "int8",
    "real": "float4",
    "double precision": "float8",
    "float": "float8",
    "decimal": "numeric",
    "dec": "numeric",
    "boolean": "bool",
    "character varying": "varchar",
    "char varying": "varchar",
    "national character varying": "varchar",
    "national char varying": "varchar",
    "character": "bpchar",
    "char": "bpchar",
    "nchar": "bpchar",
    "national character": "bpchar",
    "national char": "bpchar",
    "bit varying": "varbit",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
    '"char"': "char",
}
_ARRAY = re.compile(r"\s*(?:\[\s*\d*\s*\]|\bARRAY(?:\s*\[\s*\d+\s*\])?)\s*\Z", re.IGNORECASE)
_MODIFIER = re.compile(r"\s*\([^()]*\)")
_FLOAT = re.compile(r"float\s*\(\s*(\d+)\s*\)", re.IGNORECASE)
_NESTED = 4  # Domains over domains.


def of(text: str, schema: catalog.Catalog, depth: int = 0) -> str:
    """The kind of a type's SQL text; '' if it is not known."""
    found = text.strip()
    arrays = 0
    while match := _ARRAY.search(found):
        found, arrays = found[: match.start()], 1
    kind = _of(found, schema, depth)
    return f"{kind}[]" if kind and arrays and not kind.endswith("[]") else kind


def _of(text: str, schema: catalog.Catalog, depth: int) -> str:
    return _built_in(text) or _users(_bare(text), schema, depth)


# A schema has many columns of few types.
@lru_cache(maxsize=4_000)
def _built_in(text: str) -> str:
    if match := _FLOAT.fullmatch(text):
        return "float4" if int(match[1]) < 25 else "float8"
    low = _bare(text).lower()
    if low.startswith("interval"):
        return "interval"
    if low in _WORDS:
        return _WORDS[low]
    low = low.removeprefix("pg_catalog.")
    return low if low in signatures.postgres().categories else ""


def _bare(text: str) -> str:
    return " ".join(_MODIFIER.sub("", text).split())


def _users(text: str, schema: catalog.Catalog, depth: int) -> str:
    parts = _parts(text)
    for name in (parts[-2],) if len(parts) > 1 else schema.search_path:
        space = schema.schema(name)
        if space is None:
            continue
        key = schema.key(parts[-1])
        if key in space.enums:
            return f"e:{space.name}.{key}"
        user = space.types.get(key)
        if user is not None and user.kind == "domain" and user.base and depth < _NESTED:
            return of(user.base, schema, depth + 1)
        if user is not None:
            return f"c:{space.name}.{key}" if user.kind == "composite" else ""
        relation = space.relations.get(key)
        if relation is not None:
            return f"c:{space.name}.{key}"
    return ""


def _parts(text: str) -> list[str]:
    found = re.findall(r'"((?:[^"]|"")*)"|([^."]+)', text)
    return [
        quoted.replace('""', '"') if quoted else plain.strip().lower() for quoted, plain in found
    ] or [""]


def exists(parts: list[str], schema: catalog.Catalog) -> bool | None:
    """Whether a type of that (folded) name exists, None if that can't be known."""
    name = parts[-1]
    if len(parts) > 2:
        return None
    own = signatures.postgres().categories
    if len(parts) == 1 or parts[0] == "pg_catalog":
        if name in own or name in _WORDS or (name.startswith("_") and name[1:] in own):
            return True
        if schema.find(("pg_catalog", name)) is not None:
            return True
        if len(parts) == 2:
            return False
    if len(parts) == 2 and parts[0] in ("information_schema", "pg_toast"):
        return None
    if not schema.closed_for(parts):
        return None
    for path in (parts[0],) if len(parts) > 1 else schema.search_path:
        space = schema.schema(path)
        if space is None:
            continue
        key = schema.key(name)
        plain = key[1:] if key.startswith("_") else key
        for one in (key, plain):
            if one in space.enums or one in space.types or one in space.relations:
                return True
    return False


def label(kind: str) -> str:
    """The kind as a user writes it."""
    if kind.endswith("[]"):
        return f"{label(kind[:-2])}[]"
    if kind[:2] in ("e:", "c:"):
        return kind[2:].removeprefix("public.")
    return _LABELS.get(kind, kind)


_LABELS = {
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "bool": "boolean",
    "float4": "real",
    "float8": "double precision",
    "bpchar": "char",
    "unknown": "text",
}
