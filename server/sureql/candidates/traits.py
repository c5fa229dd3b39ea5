"""What a column's name and type tell about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sureql.candidates import match

_NUMERIC = re.compile(
    r"(?i)^(?:(?:tiny|small|medium|big|huge|u|usmall|ubig|utiny)?int(?:eger)?\d*|serial\d*|"
    r"(?:big|small)serial|numeric|decimal|number|real|double|float\d*|money|dec)\b"
)
_TEMPORAL = re.compile(r"(?i)^(?:date|time|timestamp|datetime|timestamptz|interval|year)")
_TEXT = re.compile(r"(?i)^(?:n?(?:var)?char|character|text|string|n?clob|citext|bpchar|name\b)")
_BOOLEAN = re.compile(r"(?i)^bool")
_HUMAN = frozenset({
    "name", "title", "label", "subject", "email", "username", "first_name", "last_name", "fullname",
})  # fmt: skip
_MEASURES = frozenset({
    "amount", "total", "price", "cost", "quantity", "qty", "sum", "count", "score", "rate", "size",
    "salary", "balance", "value",
})  # fmt: skip
_CATEGORIES = frozenset({
    "status", "state", "type", "kind", "category", "country", "city", "region", "gender", "sex",
    "year", "nationality", "language", "level", "class", "role", "code", "color", "active",
})  # fmt: skip
_KEYS = frozenset({"id", "key", "sk", "uuid", "fk", "no"})
_DULL = frozenset({
    "comment", "comments", "description", "metadata", "preferences", "payload", "body", "hash",
    "password", "raw",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traits:
    """`kind`: number, text, time, boolean or ''. `human`: people would show it. `keyish`: named
    like a key. `measure`: named like a quantity. `category`: one of few values, such as a status or
    country. `typed`: its type is known. `dull`: seldom chosen. `words` of the name."""

    kind: str
    human: bool
    keyish: bool
    measure: bool
    dull: bool
    category: bool
    typed: bool
    words: tuple[str, ...]


@lru_cache(maxsize=100_000)
def of(name: str, type_: str) -> Traits:
    """The traits of a column `name` of type `type_` ('' if unknown)."""
    words = match.words(name)
    last = words[-1] if words else ""
    low = name.lower()
    kind = kind_of(type_)
    if not kind and last in ("date", "time", "at", "on", "year", "month"):
        kind = "time"
    return Traits(
        kind=kind,
        human=low in _HUMAN or last in ("name", "title"),
        keyish=last in _KEYS
        or last == "code"
        or (low.endswith("id") and len(low) > 2 and kind != "text"),
        measure=bool(_MEASURES.intersection(words)),
        dull=last in _DULL or low.startswith(("updated", "created", "deleted", "modified")),
        category=bool(_CATEGORIES.intersection(words)) and last not in _KEYS,
        typed=bool(type_),
        words=words,
    )


@lru_cache(maxsize=4096)
def kind_of(type_: str) -> str:
    """The coarse kind of a type text: number, text, time, boolean or ''."""
    for pattern, kind in (
        (_NUMERIC, "number"),
        (_TEMPORAL, "time"),
        (_TEXT, "text"),
        (_BOOLEAN, "boolean"),
    ):
        if pattern.match(type_):
            return kind
    return ""
