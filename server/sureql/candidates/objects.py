"""What DDL that drops, alters or comments on something may name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.candidates import ask as asking
from sureql.candidates import schema_index, types
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.catalog import model as catalog

_CHANGING = frozenset({"DROP", "ALTER", "REFRESH", "TRUNCATE", "COMMENT"})
_BEHIND = frozenset({"IF", "EXISTS", "ONLY", "CONCURRENTLY"})
_SCORE = 6.5


def may_be(ask: Ask, relation: catalog.Relation) -> bool:
    """Whether the statement can be about `relation`: no table is dropped by DROP VIEW."""
    first = ask.tokens[0].upper if ask.tokens else ""
    if first not in _CHANGING:
        return True
    words = {token.upper for token in ask.tokens[1 : min(5, ask.before)]}
    view = "view" in relation.kind
    if "MATERIALIZED" in words:
        return "materialized" in relation.kind
    if "VIEW" in words:
        return relation.kind == "view"
    return not view if first == "TRUNCATE" or "TABLE" in words else True


def at(ask: Ask) -> Iterator[Candidate]:
    """Functions, schemas, indexes and types of the catalog after DROP FUNCTION, SCHEMA, …"""
    first = ask.tokens[0].upper if ask.tokens else ""
    if first not in _CHANGING or ask.context.qualifier is not None:
        return
    back = 1
    while (before := ask.previous(back)) is not None and before.upper in _BEHIND:
        back += 1
    word = before.upper if before is not None else ""
    if word == "TYPE":
        yield from types.own(ask)
    if word not in ("FUNCTION", "SCHEMA", "INDEX"):
        return
    for key in ask.place.catalog.schema_names():
        if not schema_index.is_system(key):
            yield from _named(ask, word, ask.place.catalog.schemas[key])


def _named(ask: Ask, word: str, schema: catalog.Schema) -> Iterator[Candidate]:
    if word == "SCHEMA":
        names = [schema.name]
    elif word == "FUNCTION":
        names = [overloads[0].name for overloads in schema.functions.values() if overloads]
    else:
        names = [
            index.name
            for relation in schema.relations.values()
            for index in relation.indexes
            if index.name
        ]
    path = {ask.place.catalog.key(one) for one in ask.place.catalog.search_path}
    write = ask.place.dialect.write
    outside = word != "SCHEMA" and ask.place.catalog.key(schema.name) not in path
    for name in names:
        if ask.tier(name):
            kind = {"SCHEMA": "schema", "FUNCTION": "function"}.get(word, "value")
            qualifier = f"{write(schema.name)}." if outside else ""
            made = asking.name(ask, kind, write(name), name, _SCORE, qualifier)
            yield replace(made, detail=word.lower())
