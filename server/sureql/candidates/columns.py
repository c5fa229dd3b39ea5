"""Columns where an expression is expected, and the names of the sources that qualify them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from heapq import nlargest
from math import exp, log

from sureql.candidates import ask as asking
from sureql.candidates import column_score, match, table_score, traits
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.catalog import model as catalog
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause

BASE = 1.0
"""A column's head start over functions and keywords."""

_OUTER = -1.6
_SOURCE_ONLY, _UNUSUAL, _MOST_LEAD = 1.3, 4.5, 3.0
_MOST = 300
_WITHOUT_FROM, _CTE = -0.4, 0.8
# One key writes it, so it need not stand before the names.
_STAR = 0.2
_LIKELY_RELATIONS = 12
_STAR_AFTER = frozenset({"DISTINCT", "ALL", "SELECT", "RETURNING", "TOP"})


def at(ask: Ask) -> list[Candidate]:
    """Columns of every source in scope; without any source, likely columns of the catalog."""
    if not ask.scope.sources:
        return [*without_from(ask), *_of_sources(ask)]
    return [*_of_sources(ask), *_stars(ask)]


def _of_sources(ask: Ask) -> list[Candidate]:
    scorer = column_score.of(ask)
    scored: list[tuple[float, int, semantics.Source, semantics.Field]] = []
    for level, handicap in ((ask.scope.sources, 0.0), (ask.scope.outer, _OUTER)):
        for order, source in enumerate(level):
            lead = BASE + handicap - 0.1 * order
            hidden = {name.lower() for name in source.hidden} if source.hidden else ()
            for position, field in enumerate(source.fields):
                if not field.name or not (tier := ask.tier(field.name)):
                    continue
                if hidden and field.name.lower() in hidden:
                    continue
                score = lead + scorer.score(source, field, position)
                scored.append((10.0 * tier + score, len(scored), source, field))
    outer = {id(source) for source in ask.scope.outer}
    top = nlargest(_MOST, scored, key=lambda one: (one[0], -one[1]))
    found = [_candidate(ask, *one, id(one[2]) in outer) for one in top]
    merged = _without_merged_twins(ask, found)
    return [*merged, *_source_names(ask, _masses(ask, scored))]


def _candidate(
    ask: Ask,
    ranked: float,
    _order: int,
    source: semantics.Source,
    field: semantics.Field,
    outer: bool,
) -> Candidate:
    place = ask.place
    score = ranked - 10.0 * ask.tier(field.name)
    repeated = field.name.lower() in ask.scope.repeated or outer
    qualify = bool(source.name) and (repeated or source.name.lower() in ask.scope.qualified)
    qualifier = f"{place.dialect.write(source.name)}." if qualify else ""
    made = asking.name(ask, "column", place.dialect.write(field.name), field.name, score, qualifier)
    label = made.insert if repeated and qualifier else field.name
    return replace(
        made,
        label=label,
        detail=detail(source, field),
        relation=source.relation,
        column=asking.column_of(field, source),
        qualifier=source.name,
    )


def detail(source: semantics.Source, field: semantics.Field) -> str:
    """The type and where the column comes from, in a few words."""
    type_ = field.type or (field.column.type if field.column else "")
    origin = source.relation.name if source.relation else source.name
    return f"{type_} · {origin}" if type_ and origin else type_ or origin


def _without_merged_twins(ask: Ask, found: list[Candidate]) -> list[Candidate]:
    """Columns merged by USING stand in several sources but are one."""
    merged = {name.lower() for name in ask.place.visible.merged}
    if not merged:
        return found
    kept, seen = [], set()
    for one in found:
        low = one.match.lower()
        if low in merged:
            if low in seen:
                continue
            seen.add(low)
        kept.append(one)
    return kept


def _masses(
    ask: Ask, scored: list[tuple[float, int, semantics.Source, semantics.Field]]
) -> dict[str, float]:
    """How likely each source is: the sum over its columns, of which the poor ones count little."""
    found: dict[str, float] = defaultdict(float)
    best: dict[str, float] = {}
    for ranked, _, source, field in scored:
        score = ranked - 10.0 * ask.tier(field.name)
        found[source.name] += exp(min(score, 20.0))
        best[source.name] = max(best.get(source.name, score), score)
    return {name: min(log(total), best[name] + _MOST_LEAD) for name, total in found.items()}


def _source_names(ask: Ask, masses: dict[str, float]) -> Iterator[Candidate]:
    """The sources' names: they begin a qualified column. Likelier where the user qualifies."""
    for level in (ask.scope.sources, ask.scope.outer):
        for source in level:
            if not source.name or not ask.tier(source.name):
                continue
            low = source.name.lower()
            qualified = low in ask.scope.qualified or level is ask.scope.outer
            # A whole column is worth more keys than its source, so it may be less likely.
            score = masses.get(source.name, 0.0) - (_SOURCE_ONLY if qualified else _UNUSUAL)
            behind = source.relation.name.lower() if source.relation else low
            score += ask.echoes.get(low, 0.0) + ask.guesses.get(f"@{behind}", 0.0)
            written = ask.place.dialect.write(source.name)
            made = asking.name(ask, "alias", written, source.name, score)
            yield replace(
                made,
                detail=source.relation.name if source.relation else source.kind,
                relation=source.relation,
                qualifier=source.name,
            )


def _stars(ask: Ask) -> Iterator[Candidate]:
    if ask.context.quote or ask.context.typed:
        return
    before, following = ask.previous(), ask.following()
    word = before.upper if before else ""
    if ask.clause in (Clause.SELECT, Clause.RETURNING) and word in _STAR_AFTER:
        more = following is not None and following.text in (",", "(", ".")
        unlikely = word == "DISTINCT" or more
        yield asking.plain(ask, "star", "*", BASE + (-1.0 if unlikely else _STAR))
    elif ask.context.call and word == "(" and ask.context.call.name.parts[-1].lower() == "count":
        yield asking.plain(ask, "star", "*", BASE + 2.5)


def without_from(
    ask: Ask, evidence: table_score.Evidence | None = None, handicap: float = _WITHOUT_FROM
) -> list[Candidate]:
    """Columns while no source is known: those of the relations that the statement, or `evidence`,
    hints at, and those whose name begins as typed."""
    index = ask.index
    found = table_score.scores(ask, evidence)
    scorer = column_score.of(ask)
    likely = nlargest(_LIKELY_RELATIONS, found, key=lambda name: found[name])
    likely.extend(
        name
        for name in dict.fromkeys(base[:2] for base in sorted(scorer.linked))
        if name in index.relations and name not in likely
    )
    best: dict[str, tuple[float, catalog.Relation, catalog.Column]] = {}
    for name in likely:
        relation = index.relations[name]
        source = _as_source(relation)
        lead = BASE + handicap + min(found[name], 4.0) * 0.5
        for position, column in enumerate(relation.columns[:400]):
            if not ask.tier(column.name):
                continue
            low = column.name.lower()
            field = semantics.Field(column.name, column.type, column=column)
            owners = len(index.owners.get(low, ()))
            score = lead + scorer.score(source, field, position) + 0.12 * min(owners, 6)
            if low not in best or best[low][0] < score:
                best[low] = (score, relation, column)
    for low in _typed_names(ask):
        if low not in best:
            owner = index.relations[index.owners[low][0]]
            column = next(one for one in owner.columns if one.name.lower() == low)
            human = traits.of(column.name, column.type).human
            best[low] = (BASE + handicap - 1.0 + 0.5 * human, owner, column)
    made = _of_ctes(ask, scorer)
    for score, relation, column in best.values():
        one = asking.name(ask, "column", ask.place.dialect.write(column.name), column.name, score)
        owners = len(index.owners.get(column.name.lower(), ()))
        others = f" and {owners - 1} more" if owners > 1 else ""
        detail_text = f"{column.type} · {relation.name}{others}"
        made.append(replace(one, detail=detail_text, relation=relation, column=column))
    return [*made, *_stars(ask)]


def _of_ctes(ask: Ask, scorer: column_score.Scorer) -> list[Candidate]:
    """`WITH … SELECT <here>`: what a CTE yields is what it was written for."""
    found = []
    for order, cte in enumerate(ask.place.visible.ctes):
        for position, field in enumerate(cte.fields):
            if not field.name or not ask.tier(field.name):
                continue
            score = BASE + _CTE + 0.2 * order + scorer.score(cte, field, position)
            written = ask.place.dialect.write(field.name)
            made = asking.name(ask, "column", written, field.name, score)
            found.append(replace(made, detail=detail(cte, field), qualifier=cte.name))
    return found


def _typed_names(ask: Ask) -> list[str]:
    typed = ask.matcher.typed
    if not typed:
        return []
    names = ask.index.with_prefix(typed, _MOST)
    if len(names) < 20 and len(typed) > 1:
        near = (name for name in ask.index.names if typed in name)
        names.extend(name for name, _ in zip(near, range(_MOST), strict=False))
        if len(ask.index.names) < 5000:
            names.extend(
                name for name in ask.index.names if ask.matcher.tier(name) >= match.WORD_PART
            )
    return list(dict.fromkeys(names))


def _as_source(relation: catalog.Relation) -> semantics.Source:
    return semantics.Source(relation.name, relation.kind, relation=relation)


def of_relation(relation: catalog.Relation) -> semantics.Source:
    """A relation as a source with all its columns, under its own name."""
    fields = tuple(
        semantics.Field(column.name, column.type, column.nullable, column=column)
        for column in relation.columns
    )
    return semantics.Source(relation.name, relation.kind, fields, relation.closed, relation)
