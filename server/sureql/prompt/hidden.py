"""Tables that no model is told of: taken out of the schema, and found where a text names them."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase

from sureql.catalog import model as catalog
from sureql.catalog.overlay import Overlay

_KEPT = 8
_filtered: OrderedDict[tuple[str, int, tuple[str, ...]], tuple[catalog.Catalog, Hidden]] = (
    OrderedDict()
)
_QUOTES = r'["`\[\]\s]*'


class Hidden:
    """`schema` without the tables that `patterns` (`table`, `schema.table`, with `*`) hide."""

    __slots__ = ("_named", "schema")

    def __init__(self, patterns: tuple[str, ...], schema: catalog.Catalog) -> None:
        found: list[str] = []
        schemas = dict(schema.schemas)
        for key, one in schema.schemas.items() if patterns else ():
            gone = [name for name in one.relations if _is_hidden(name, key, patterns)]
            if gone:
                schemas[key] = replace(
                    one, relations=Overlay(one.relations, {}, frozenset(gone)), closed=False
                )
                found += gone
        self.schema = schema
        if found:
            # Another version, because caches go by it.
            version = f"{schema.version}-{hash(tuple(found)):x}"
            self.schema = replace(schema, schemas=schemas, version=version)
        self._named = _pattern(patterns, found)

    def named_in(self, text: str) -> bool:
        """True if `text` has the name of a hidden table in it."""
        return self._named is not None and self._named.search(text) is not None


def of(patterns: Iterable[str], schema: catalog.Catalog) -> Hidden:
    """What is hidden of `schema`; cached."""
    wanted = tuple(pattern.strip().lower() for pattern in patterns if pattern.strip())
    key = (schema.version, id(schema), wanted)
    known = _filtered.get(key)
    if known is None:
        known = _filtered[key] = (schema, Hidden(wanted, schema))
        while len(_filtered) > _KEPT:
            _filtered.popitem(last=False)
    return known[1]


def _is_hidden(name: str, schema: str, patterns: tuple[str, ...]) -> bool:
    bare, full = name.lower(), f"{schema}.{name}".lower()
    return any(fnmatchcase(full if "." in one else bare, one) for one in patterns)


def _pattern(patterns: tuple[str, ...], found: list[str]) -> re.Pattern[str] | None:
    """Names as they may be written: with or without quotes, the schema in front or not."""
    names = [_translated(one) for one in patterns]
    names += [re.escape(name.lower()) for name in found]
    if not names:
        return None
    return re.compile(rf"(?<![\w$])(?:{'|'.join(dict.fromkeys(names))})(?![\w$])", re.IGNORECASE)


def _translated(pattern: str) -> str:
    return rf"{_QUOTES}\.{_QUOTES}".join(map(_with_stars, pattern.split(".")))


def _with_stars(part: str) -> str:
    # What a star has matched is not tried again: a pattern of many, which any workspace may bring, would
    # take for ever.
    first, *others = (re.escape(text) for text in re.split(r"\*+", part))
    if not others:
        return first
    between = "".join(rf"(?>[\w$]*?{text})" for text in others[:-1])
    return rf"{first}{between}[\w$]*{others[-1]}"
