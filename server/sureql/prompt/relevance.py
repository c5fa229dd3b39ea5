"""Which tables seem to be meant: by the words of their names and columns, and by what was used last."""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.catalog.overlay import referencing
from sureql.prompt import words
from sureql.prompt.piece import Here

Key = tuple[str, str]
"""Keys of a relation's schema and of the relation."""

_DECODED = 400  # Relations above which only names are looked at: columns are decoded one by one.
_NAME, _COLUMN = 3.0, 1.0
_ABOVE = 0.3  # What a word of the statements above counts for; one asked for counts 1.
_USED, _FADING = 4.0, 0.7
_FEW = 40
_AT_ONCE = 1_000
_KEPT = 4


@dataclass(slots=True)
class _Index:
    """`tables` maps a word to the relations with it, and how much it says of each; `origins` a
    relation to those that refer to it, None where too many would have to be decoded.

    It grows: `left` are relations that are still to be read, a few with each question, because
    reading ten thousand at once would be felt in typing.
    """

    schema: catalog.Catalog
    size: int
    left: deque[Key]
    tables: dict[str, dict[Key, float]]
    origins: dict[Key, list[Key]] | None


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


def joined(named: Iterable[Key], schema: catalog.Catalog) -> Iterator[Key]:
    """Relations one foreign key away, those that the named ones refer to first."""
    targets: dict[Key, None] = {}
    origins: dict[Key, None] = {}
    index = _index(schema)
    for key in named:
        found = relation(key, schema)
        for foreign in found.foreign_keys if found is not None else ():
            targets.setdefault(_key(foreign.target, schema))
        if index.origins is not None:
            origins |= dict.fromkeys(index.origins.get(key, ()))
        elif found is not None:
            origins |= dict.fromkeys(_looked_up(found, schema))
    known = (key for key in (*targets, *origins) if relation(key, schema) is not None)
    return iter(dict.fromkeys(known))


def meant(here: Here) -> dict[Key, float]:
    """How much each relation seems to be meant, the one most meant 1. It goes by what is settled and
    by the statements above, so that it does not change with every letter."""
    index = _index(here.schema)
    scores: dict[Key, float] = defaultdict(float)
    asked = words.of(here.settled)
    above = frozenset().union(*map(words.of, here.window.before)) - asked
    for found, weight in ((asked, 1.0), (above, _ABOVE)):
        for word in found:
            holders = index.tables.get(word, {})
            if len(holders) > max(_FEW, index.size // 5):
                continue  # A word that many tables have says nothing of any.
            rare = math.log(1 + index.size / (1 + len(holders)))
            for key, says in holders.items():
                scores[key] += weight * says * rare
    used = _USED
    for text in reversed(here.window.before):
        for key in dict.fromkeys(named(text, here)):
            scores[key] += used
        used *= _FADING
    most = max(scores.values(), default=0.0)
    return {key: score / most for key, score in scores.items()} if most else {}


def _index(schema: catalog.Catalog) -> _Index:
    index = _kept.get(id(schema))
    if index is None or index.schema is not schema:
        left = deque(keys(schema))
        origins: dict[Key, list[Key]] | None = None
        if len(left) <= _DECODED:
            origins = defaultdict(list)
        index = _kept[id(schema)] = _Index(schema, len(left), left, defaultdict(dict), origins)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    for _ in range(min(_AT_ONCE, len(index.left))):
        _read(index.left.popleft(), index)
    return index


def _read(key: Key, index: _Index) -> None:
    schema = index.schema
    if index.origins is not None and (found := relation(key, schema)) is not None:
        for column in found.columns:
            for word in words.of(column.name):
                index.tables[word][key] = _COLUMN
        for foreign in found.foreign_keys:
            index.origins[_key(foreign.target, schema)].append(key)
    for word in words.of(key[1]):
        index.tables[word][key] = _NAME


def _looked_up(target: catalog.Relation, schema: catalog.Catalog) -> Iterator[Key]:
    """What refers to a relation of a large schema, where the schema's file knows."""
    for name in schema.schema_names():
        relations = schema.schemas[name].relations
        if not getattr(relations, "lazy", False):
            continue
        for other in referencing(relations, target.schema, target.name):
            found = relations.get(other)
            refers = found.foreign_keys if found is not None else ()
            if any(one.target == (target.schema, target.name) for one in refers):
                yield name, other


def _key(target: tuple[str, str], schema: catalog.Catalog) -> Key:
    return schema.key(target[0]), schema.key(target[1])
