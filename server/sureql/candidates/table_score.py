"""How likely a relation is where one is expected: keys, columns already named, history."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from math import log1p, sqrt

from sureql.candidates import match, schema_index, scope
from sureql.candidates.ask import Ask
from sureql.candidates.mentions import Mention
from sureql.candidates.schema_index import RelationKey
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause
from sureql.syntax.tokens import Kind

_ENDS = frozenset({
    "ON", "USING", "WHERE", "JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS", "NATURAL", "GROUP",
    "ORDER", "HAVING", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "SET", "VALUES", "RETURNING",
    "WINDOW", "OFFSET", "FETCH", "FOR", "WHEN", "SELECT", "QUALIFY", "DEFAULT",
})  # fmt: skip


_NUMBERED = re.compile(r"[a-z][0-9]")
_LATER, _BEFORE_LATER = 1.0, 1.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the statement says about a relation that is not written yet.

    `bare` are unqualified names that no source in scope explains, `groups` the names below each
    qualifier that is no source. `alias` is the one that already stands after the cursor.
    """

    bare: frozenset[str]
    groups: dict[str, frozenset[str]]
    alias: str


def evidence(ask: Ask) -> Evidence:
    """Reads the names that the sources in scope do not explain."""
    alias = _alias_ahead(ask)
    sources = [source for source in ask.scope.sources if source.fields]
    known = {source.name.lower() for source in (*sources, *ask.scope.outer)} - {alias}
    columns = {field.name.lower() for source in sources for field in source.fields}
    bare: set[str] = set()
    groups: dict[str, set[str]] = defaultdict(set)
    for mention in ask.mentions:
        if mention.clause in (Clause.FROM, Clause.JOIN) and not mention.qualifier:
            continue
        if mention.qualifier:
            if mention.qualifier not in known and _is_column_place(mention):
                groups[mention.qualifier].add(mention.name)
        elif mention.here and mention.name not in columns:
            bare.add(mention.name)
    if alias:
        groups = {alias: groups.get(alias, set())}
    return Evidence(
        frozenset(bare), {name: frozenset(names) for name, names in groups.items()}, alias
    )


def scores(ask: Ask, found: Evidence | None = None) -> dict[RelationKey, float]:
    """A score for every indexed relation."""
    index = ask.index
    found = found or evidence(ask)
    totals: dict[RelationKey, float] = {}
    past = ask.place.history.relations
    for name, relation in index.relations.items():
        neighbours = {edge.other for edge in index.edges.get(name, ())}
        total = 0.2 * log1p(len(neighbours - {name})) - 0.008 * len(relation.name)
        if past:
            total += 0.8 * log1p(past.get(relation.name.lower(), 0.0))
        if ask.comment:
            parts = match.words(relation.name)
            hits = sum(
                part in ask.comment or part + "s" in ask.comment or part[:-1] in ask.comment
                for part in parts
            )
            total += 1.6 * hits / max(len(parts), 1)
        total += ask.echoes.get(name[1], 0.0) + ask.guesses.get(f"t:{name[1]}", 0.0)
        if not _on_path(ask, relation.schema):
            total -= 1.5
        totals[name] = total
    _add_bare(index, found, totals)
    named = ask.clause in (Clause.FROM, Clause.JOIN) and not found.alias
    _add_groups(index, found, totals, len(ask.scope.sources) + 1 if named else 0)
    _add_keys(ask, totals)
    if ask.clause is Clause.REFERENCES:
        _add_referred(ask, totals)
    _add_joined(ask, totals)
    return totals


def _add_bare(index: schema_index.Index, found: Evidence, totals: dict[RelationKey, float]) -> None:
    for name in found.bare:
        owners = index.owners.get(name, ())
        for owner in owners:
            weight = 1.0 + 2.2 / sqrt(len(owners))
            if name in (column.lower() for column in index.relations[owner].primary_key):
                weight += 0.3
            totals[owner] += weight


def _add_groups(
    index: schema_index.Index, found: Evidence, totals: dict[RelationKey, float], turn: int
) -> None:
    """Names below an unknown alias stand in one relation together.

    Who numbers aliases names the relations in their order: `turn` is the next one's number, 0
    where none is named next.
    """
    by_name = {name[1]: name for name in index.relations}
    numbered = [alias for alias in found.groups if _NUMBERED.fullmatch(alias)]
    later = {alias for alias in numbered if int(alias[1:]) != turn} if turn else set()
    best: dict[RelationKey, float] = defaultdict(float)
    for alias, names in found.groups.items():
        if named := by_name.get(alias):
            best[named] = max(best[named], 5.0)
            continue
        support: dict[RelationKey, float] = defaultdict(float)
        for column in names:
            owners = index.owners.get(column, ())
            for owner in owners:
                support[owner] += 1.0 + 1.0 / sqrt(len(owners))
        most = max(support.values(), default=0.0)
        for owner, weight in support.items():
            # A relation that lacks one of the names is not what the alias means.
            fits = 1.2 + weight if weight > most - 0.9 else 0.0
            if alias not in later:
                best[owner] = max(best[owner], fits)
                continue
            totals[owner] -= _LATER * bool(fits)
            for edge in index.edges.get(owner, ()):
                best[edge.other] = max(best[edge.other], _BEFORE_LATER * bool(fits))
        for name, relation in index.relations.items():
            if alias == "".join(word[0] for word in match.words(relation.name)):
                best[name] += 0.8
            elif relation.name.lower().startswith(alias):
                best[name] += 0.5
    for owner, weight in best.items():
        totals[owner] += weight


def _add_keys(ask: Ask, totals: dict[RelationKey, float]) -> None:
    present: list[tuple[RelationKey, float]] = []
    for level, weight in ((ask.scope.sources, 1.0), (ask.scope.outer, 0.4)):
        for source in level:
            present.extend((key, weight) for key in _relations_behind(source))
    in_scope = {key for key, weight in present if weight == 1.0}
    if ask.clause not in (Clause.FROM, Clause.JOIN, Clause.UPDATE, Clause.DELETE, Clause.MERGE):
        return
    gain: dict[RelationKey, float] = defaultdict(float)
    for order, (name, weight) in enumerate(present):
        for edge in ask.index.edges.get(name, ()):
            step = (2.6 if edge.declared else 1.8) + 0.1 * edge.outgoing + 0.02 * order
            if edge.other in in_scope and edge.other != name:
                step = 0.0
            gain[edge.other] = max(gain[edge.other], step * weight)
            for onward in ask.index.edges.get(edge.other, ()):
                gain[onward.other] = max(gain[onward.other], 0.6 * weight)
    for other, step in gain.items():
        if other in totals:
            totals[other] += step
    for name, weight in present:
        if name in totals:
            totals[name] -= (2.2 if ask.clause is Clause.JOIN else 1.2) * weight


def _add_referred(ask: Ask, totals: dict[RelationKey, float]) -> None:
    """`artist_id integer REFERENCES <here>`: the relation that the column's name speaks of."""
    names = set()
    depth = 0
    for back in range(1, 30):
        token = ask.previous(back)
        if token is None or (depth == 0 and token.text in (",", "(")):
            break
        depth += (token.text == ")") - (token.text == "(")
        if token.kind in (Kind.WORD, Kind.QUOTED):
            names.add(ask.place.dialect.normalize(token.text).lower())
    for key, relation in ask.index.relations.items():
        primary = relation.primary_key
        stem = match.words(relation.name)
        spoken = {"_".join((*stem, "id")), "".join((*stem, "id"))}
        if len(primary) == 1 and (primary[0].lower() in names - {"id"} or spoken & names):
            totals[key] += 4.0


def _add_joined(ask: Ask, totals: dict[RelationKey, float]) -> None:
    """Relations that past statements joined with one in scope."""
    joins = ask.place.history.joins
    if not joins or ask.clause not in (Clause.FROM, Clause.JOIN):
        return
    here = {source.relation.name.lower() for source in ask.scope.sources if source.relation}
    gain: dict[str, float] = defaultdict(float)
    for condition, weight in joins.items():
        left, _, right = condition.partition("=")
        one, two = left.partition(".")[0], right.partition(".")[0]
        if one in here and two not in here:
            gain[two] += weight
        elif two in here and one not in here:
            gain[one] += weight
    for name in totals:
        if name[1] in gain:
            totals[name] += 0.9 * log1p(gain[name[1]])


def _relations_behind(source: semantics.Source) -> list[RelationKey]:
    """The relation a source is, or those that a CTE or derived table takes its columns from."""
    if key := scope.relation_key(source):
        return [key]
    seen: dict[RelationKey, None] = {}
    for field in source.fields:
        for schema, relation, _ in field.origins:
            seen[schema.lower(), relation.lower()] = None
    return list(seen)[:3]


def _alias_ahead(ask: Ask) -> str:
    """The alias that already stands after the cursor: `FROM <here> AS c`."""
    token = ask.following()
    if token is not None and token.is_word("AS"):
        token = ask.following(1)
    if token is None or token.kind not in (Kind.WORD, Kind.QUOTED) or token.upper in _ENDS:
        return ""
    return ask.place.dialect.normalize(token.text).lower()


def followed_by_end(ask: Ask) -> bool:
    """True if neither alias nor condition stands after the cursor: a whole join fits in."""
    token = ask.following()
    if token is None or token.text in (")", ";", ","):
        return True
    return token.upper in _ENDS and token.upper not in ("ON", "USING")


def _is_column_place(mention: Mention) -> bool:
    return mention.clause not in (Clause.FROM, Clause.JOIN) or not mention.here


def _on_path(ask: Ask, schema: str) -> bool:
    low = schema.lower()
    return any(name.lower() == low for name in ask.place.catalog.search_path)
