"""Looks names up in scopes. Knows nothing of text, references or messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sureql.semantics.model import Field, Source
from sureql.semantics.rules import Rules
from sureql.semantics.scope import Entry, Scope

_PLAIN = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Found:
    """What a name turned out to be.

    `kind`: column, row (a source's whole row), hidden, open (can't be known), ambiguous, missing.
    """

    kind: str
    entry: Entry | None = None
    field: Field | None = None
    candidates: tuple[tuple[Entry, Field], ...] = ()
    projection: bool = False


_OPEN = Found("open")
_HIDDEN = Found("hidden")
_MISSING = Found("missing")


def bare(key: str, scope: Scope, rules: Rules, item: bool) -> Found:
    """What an unqualified name means; `item` if it is a whole item of ORDER BY or GROUP BY."""
    for level in scope.levels():
        found = _in_level(key, level, rules, item)
        if found is None and level.visible is not None:
            # The engine may refuse a name from the right of an ON, but the name is not unknown.
            saved, level.visible = level.visible, None
            found = _in_level(key, level, rules, item)
            level.visible = saved
            if found is not None and found.kind == "ambiguous":
                return _OPEN
        if found is not None:
            return found
    return _MISSING


def _in_level(key: str, level: Scope, rules: Rules, item: bool) -> Found | None:
    clause = level.clause
    alias = level.aliases.get(key) if _alias_allowed(clause, rules, item) else None
    if alias is not None and clause in ("order", "distinct"):
        return Found("column", None, alias, projection=True)
    found = _among(key, level, rules)
    if found is not None and not (found.kind == "open" and alias is not None):
        if found.kind == "ambiguous" and alias is not None and not rules.strict:
            return Found("column", None, alias, projection=True)
        return found
    if alias is not None:
        return Found("column", None, alias, projection=True)
    return None


def _alias_allowed(clause: str, rules: Rules, item: bool) -> bool:
    if clause == "select":
        return rules.lateral_aliases
    if clause not in rules.aliases:
        return False
    return item or clause not in rules.bare_aliases


def _among(key: str, level: Scope, rules: Rules) -> Found | None:
    candidates: list[tuple[Entry, Field]] = []
    closed = not level.opaque
    row: Entry | None = None
    hidden = False
    for entry in level.sources():
        if entry.qualified:
            continue
        fields = entry.index.get(key)
        if fields:
            few = fields if rules.duplicates_ambiguous else fields[:1]
            candidates += [(entry, field) for field in few]
        closed = closed and entry.source.closed
        hidden = hidden or key in entry.source.hidden
        if entry.source.name and _same(entry.source.name, key):
            row = row or entry
    merged = level.merged.get(key)
    if merged is not None:
        joined = merged.entries
        candidates = [one for one in candidates if not any(one[0] is entry for entry in joined)]
        if not candidates:
            return Found("column", joined[0] if joined else None, merged.field)
        candidates.insert(0, (joined[0], merged.field))
    if len(candidates) > 1 and not rules.strict:
        # BigQuery takes the element that `UNNEST(list) AS x` names before columns called x.
        elements = [one for one in candidates if one[0].source.name == "unnest"]
        candidates = elements if len(elements) == 1 else candidates
    if rules.using_first and level.merged:
        candidates = candidates[:1]
    if len(candidates) == 1:
        entry, field = candidates[0]
        return Found("column", entry, entry.seen(field))
    if candidates:
        return Found("ambiguous", candidates=tuple(candidates))
    if hidden:
        return _HIDDEN
    if row is not None and rules.whole_row:
        return Found("row", row)
    return None if closed else _OPEN


def _same(name: str, key: str) -> bool:
    return name == key or name.lower() == key


def qualifier(keys: Sequence[str], scope: Scope) -> Entry | None:
    """The source that `t` or `schema.t` before a column means, innermost level first."""
    for level in scope.levels():
        for entry in [*level.sources(), *level.entries]:
            if not _same(entry.source.name, keys[-1]):
                continue
            if len(keys) == 1 or _in_schema(entry.source, keys[-2]):
                return entry
    return None


def is_later(entry: Entry, scope: Scope) -> bool:
    """True if an ON condition names a source that is not joined where it stands."""
    for level in scope.levels():
        if any(one is entry for one in level.entries):
            return not any(one is entry for one in level.sources())
    return False


def twins(entry: Entry, key: str, scope: Scope) -> bool:
    """True if two sources of the entry's name in one FROM have the column."""
    for level in scope.levels():
        if any(one is entry for one in level.entries):
            name = entry.source.name.lower()
            named = [one for one in level.entries if one.source.name.lower() == name]
            return sum(key in one.index for one in named) > 1
    return False


def _in_schema(source: Source, key: str) -> bool:
    relation = source.relation
    if relation is None:
        return source.kind == "unknown"
    return not source.aliased and _same(relation.schema, key)


def unnamed(source: Source, name: str) -> bool:
    """True if `name` may be an expression column whose name the engine makes up."""
    return any(not field.name for field in source.fields) and not _PLAIN.fullmatch(name)


def may_be_unnamed(name: str, scope: Scope) -> bool:
    """`unnamed` for any source in sight."""
    return any(unnamed(entry.source, name) for level in scope.levels() for entry in level.entries)
