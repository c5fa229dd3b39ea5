"""What may follow `name.`: columns of a source, relations of a schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from heapq import nlargest

from sureql.candidates import ask as asking
from sureql.candidates import (
    column_score,
    columns,
    functions,
    match,
    on_conditions,
    table_score,
    tables,
    types,
)
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.catalog import model as catalog
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause, Expect

_MOST = 400
_ROW_NAMES = frozenset({"excluded", "new", "old"})
_ROWS = frozenset({Clause.CONFLICT, Clause.SET, Clause.WHERE, Clause.RETURNING})


def at(ask: Ask) -> list[Candidate]:
    """Candidates after the qualifier that stands before the half-typed word."""
    qualifier = ask.context.qualifier
    assert qualifier is not None
    if ask.context.expect is Expect.RELATION:
        return tables.in_schema(ask, qualifier.parts[-1])
    if ask.context.expect is Expect.TYPE:
        return list(types.in_schema(ask, qualifier.parts[-1]))
    source = _source(ask, qualifier.parts)
    if source is not None:
        return [*of_source(ask, source), *on_conditions.after_qualifier(ask, source)]
    if ask.place.catalog.schema(qualifier.parts[-1]):
        return [
            *tables.in_schema(ask, qualifier.parts[-1]),
            *functions.in_schema(ask, qualifier.parts[-1]),
        ]
    return _guessed(ask, qualifier.parts[-1])


def of_source(ask: Ask, source: semantics.Source) -> list[Candidate]:
    """The columns of one source, unqualified."""
    scorer = column_score.of(ask)
    hidden = {name.lower() for name in source.hidden}
    scored = [
        (10.0 * tier + scorer.score(source, field, position), -position, field)
        for position, field in enumerate(source.fields)
        if field.name and field.name.lower() not in hidden and (tier := ask.tier(field.name))
    ]
    found = [
        replace(
            asking.name(
                ask,
                "column",
                ask.place.dialect.write(field.name),
                field.name,
                columns.BASE + score - 10.0 * ask.tier(field.name),
            ),
            detail=columns.detail(source, field),
            relation=source.relation,
            column=asking.column_of(field, source),
            qualifier=source.name,
        )
        for score, _, field in nlargest(_MOST, scored, key=lambda one: one[:2])
    ]
    return [*found, *_star(ask)]


def _star(ask: Ask) -> Iterator[Candidate]:
    if ask.clause not in (Clause.SELECT, Clause.RETURNING) or ask.context.call is not None:
        return
    if not ask.context.typed and not ask.context.quote:
        yield asking.plain(ask, "star", "*", columns.BASE - 0.6)


def _source(ask: Ask, parts: tuple[str, ...]) -> semantics.Source | None:
    name = parts[-1].lower()
    if (found := ask.scope.find(name)) and (found.fields or found.closed):
        return found
    target = ask.place.visible.target
    if target and (target.name.lower() == name or (name in _ROW_NAMES and ask.clause in _ROWS)):
        return target
    if cte := next((one for one in ask.place.visible.ctes if one.name.lower() == name), None):
        return cte
    relation = ask.place.catalog.find(parts)
    return columns.of_relation(relation) if relation else None


def _guessed(ask: Ask, alias: str) -> list[Candidate]:
    """An alias that no source explains, since FROM is still to come: `SELECT c.<here>`."""
    low = alias.lower()
    found = [relation for relation in ask.index.relations.values() if _may_be_alias(low, relation)]
    sources = [columns.of_relation(relation) for relation in found]
    sources += [cte for cte in ask.place.visible.ctes if cte.name.lower().startswith(low)]
    if 0 < len(sources) <= 3:
        return [one for source in sources for one in of_source(ask, source)]
    hints = table_score.evidence(ask)
    own = {low: hints.groups[low]} if low in hints.groups else {}
    return columns.without_from(ask, table_score.Evidence(frozenset(), own, ""))


def _may_be_alias(alias: str, relation: catalog.Relation) -> bool:
    initials = "".join(word[0] for word in match.words(relation.name))
    return alias == initials or (len(alias) > 1 and relation.name.lower().startswith(alias))
