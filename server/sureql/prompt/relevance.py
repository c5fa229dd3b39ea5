"""Which tables seem to be meant: by the words of their names and columns, and by what was used last."""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.prompt import words
from sureql.prompt.piece import Here

Key = tuple[str, str]
"""Keys of a relation's schema and of the relation."""

_DECODED = 400  # Relations above which only names are looked at: columns are decoded one by one.
_NAME, _COLUMN = 3.0, 1.0
_ABOVE = 0.3  # What a word of the statements above counts for; one asked for counts 1.
_USED, _FADING = 4.0, 0.7
_KEPT = 4


@dataclass(frozen=True, slots=True)
class _Index:
    """`tables` maps a word to the relations with it, and how much it says of each."""

    schema: catalog.Catalog
    tables: dict[str, dict[Key, float]]


_kept: OrderedDict[int, _Index] = OrderedDict()


def keys(schema: catalog.Catalog) -> list[Key]:
    """Every relation of the user's; nothing is decoded."""
    return [(name, key) for name in schema.schema_names() for key in schema.schemas[name].relations]


def relation(key: Key, schema: catalog.Catalog) -> catalog.Relation | None:
    """The relation of that key, if there is one."""
    found = schema.schemas.get(key[0])
    return found.relations.get(key[1]) if found is not None else None


def named(text: str, here: Here) -> Iterator[Key]:
    """The relations that SQL names, in order."""
    schema = here.schema
    path: list[str] = []
    for name in words.names(text, here.dialect):
        path = [*path[-1:], name]
        for parts in (path, path[-1:]):
            found = schema.find(parts)
            if found is None:
                continue
            key = (schema.key(found.schema), schema.key(found.name))
            if relation(key, schema) is found:
                yield key
            break


def meant(here: Here) -> dict[Key, float]:
    """How much each relation seems to be meant, the one most meant 1. It goes by what is settled and
    by the statements above, so that it does not change with every letter."""
    index = _index(here.schema)
    scores: dict[Key, float] = defaultdict(float)
    asked = words.of(here.settled)
    above = frozenset().union(*map(words.of, here.window.before)) - asked
    for found, weight in ((asked, 1.0), (above, _ABOVE)):
        for word in found:
            for key, says in index.tables.get(word, {}).items():
                scores[key] += weight * says
    used = _USED
    for text in reversed(here.window.before):
        for key in dict.fromkeys(named(text, here)):
            scores[key] += used
        used *= _FADING
    most = max(scores.values(), default=0.0)
    return {key: score / most for key, score in scores.items()} if most else {}


def _index(schema: catalog.Catalog) -> _Index:
    known = _kept.get(id(schema))
    if known is not None and known.schema is schema:
        return known
    tables: dict[str, dict[Key, float]] = defaultdict(dict)
    all_keys = keys(schema)
    for key in all_keys:
        if len(all_keys) <= _DECODED:
            found = relation(key, schema)
            for column in found.columns if found is not None else ():
                for word in words.of(column.name):
                    tables[word][key] = _COLUMN
        for word in words.of(key[1]):
            tables[word][key] = _NAME
    for holders in tables.values():
        # A word that many tables have says little of each.
        rare = math.log(1 + len(all_keys) / len(holders))
        for key in holders:
            holders[key] *= rare
    _kept[id(schema)] = made = _Index(schema, dict(tables))
    while len(_kept) > _KEPT:
        _kept.popitem(last=False)
    return made
