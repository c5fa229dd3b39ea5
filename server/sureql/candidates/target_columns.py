"""Bare columns of one relation: INSERT lists, SET, ON CONFLICT, USING, indexes, REFERENCES."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from heapq import nlargest

from sureql.candidates import ask as asking
from sureql.candidates import column_score, columns, counterpart
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.catalog import model as catalog
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause

_MOST = 400
_WRITING = frozenset({Clause.INSERT_COLUMNS, Clause.SET})


def at(ask: Ask) -> list[Candidate]:
    """The columns that may stand where only a column's name may."""
    if ask.clause is Clause.USING:
        shared = list(_shared(ask))
        if shared or len(ask.scope.sources) > 1:
            return shared
    target = _target(ask)
    if target is None:
        return columns.at(ask)
    found = list(_columns(ask, target))
    best = max((one.score for one in found), default=0.0)
    if ask.clause is Clause.INSERT_COLUMNS:
        found.extend(_rest_of_list(ask, target, best))
    elif ask.clause is Clause.CONFLICT:
        found.extend(_keys(ask, target, best))
    return found


def _target(ask: Ask) -> semantics.Source | None:
    path = ask.context.target
    if path is not None:
        relation = ask.place.catalog.find(path.parts)
        if relation is not None:
            return columns.of_relation(relation)
        if found := ask.scope.find(path.parts[-1]):
            return found
    return ask.place.visible.target


def _columns(ask: Ask, target: semantics.Source) -> Iterator[Candidate]:
    scorer = column_score.of(ask)
    relation = target.relation
    scored = []
    for position, field in enumerate(target.fields):
        if not field.name or not (tier := ask.tier(field.name)):
            continue
        column = asking.column_of(field, target)
        if column is not None and column.generated and ask.clause in _WRITING:
            continue
        score = columns.BASE + 1.0 + _fit(ask, relation, column)
        score += scorer.score(target, field, position)
        scored.append((10.0 * tier + score, -position, field))
    for ranked, _, field in nlargest(_MOST, scored, key=lambda one: one[:2]):
        score = ranked - 10.0 * ask.tier(field.name)
        written = ask.place.dialect.write(field.name)
        made = asking.name(ask, "column", written, field.name, score)
        yield replace(
            made,
            detail=columns.detail(target, field),
            relation=relation,
            column=asking.column_of(field, target),
            qualifier=target.name,
        )


def _fit(ask: Ask, relation: catalog.Relation | None, column: catalog.Column | None) -> float:
    """What the clause asks of a column of its target."""
    if relation is None or column is None:
        return 0.0
    if ask.clause is Clause.INSERT_COLUMNS:
        return -1.2 if _fills_itself(relation, column) else 0.4 * (not column.nullable)
    if ask.clause in (Clause.CONFLICT, Clause.REFERENCES):
        unique = any(column.name in key.columns for key in relation.keys)
        indexed = any(index.unique and column.name in index.columns for index in relation.indexes)
        primary = column.name in relation.primary_key
        fits = 2.0 * (unique or indexed) + 0.6 * (primary and ask.clause is Clause.REFERENCES)
        given = counterpart.inserted(ask) if ask.clause is Clause.CONFLICT else ()
        # A column that the statement leaves to the database does not clash.
        left_out = given and column.name.lower() not in {name.lower() for name in given}
        return fits - 2.0 * bool(left_out and _fills_itself(relation, column))
    if ask.clause is Clause.INDEX_COLUMNS:
        covered = any(index.columns[:1] == (column.name,) for index in relation.indexes)
        return -0.8 * covered
    return 0.0


def _fills_itself(relation: catalog.Relation, column: catalog.Column) -> bool:
    """True for keys and times that the database fills in."""
    type_ = column.type.lower()
    if "serial" in type_ or column.generated:
        return True
    default = (column.default or "").lower()
    if default:
        return True
    whole = type_.startswith(("integer", "int", "bigint"))
    return whole and relation.primary_key == (column.name,)


def _rest_of_list(ask: Ask, target: semantics.Source, best: float) -> Iterator[Candidate]:
    """Every column that is not in the list yet and has to be given, as one item."""
    if ask.context.quote or target.relation is None or ask.context.typed:
        return
    relation = target.relation
    written = {path.parts[-1].lower() for path in ask.context.written}
    left = [
        column
        for column in relation.columns
        if column.name.lower() not in written and not column.generated
    ]
    needed = [column for column in left if not _fills_itself(relation, column)]
    seen = set()
    for chosen, score in ((needed, best - 0.001), (left, best - 0.002)):
        names = [ask.place.dialect.write(column.name) for column in chosen]
        text = ", ".join(names)
        if 1 < len(names) <= 30 and text not in seen:
            seen.add(text)
            label = text if len(text) <= 60 else f"{', '.join(names[:3])}, … ({len(names)} columns)"
            detail = "all columns" if chosen is left else "columns without a default"
            yield Candidate(
                "all-columns",
                label,
                text,
                names[0],
                ask.context.word,
                score,
                detail,
                relation=relation,
            )


def _keys(ask: Ask, target: semantics.Source, best: float) -> Iterator[Candidate]:
    """The columns of whole keys of more than one column, as one item."""
    relation = target.relation
    if relation is None or ask.context.quote or ask.context.written:
        return
    keys = [key.columns for key in relation.keys]
    keys += [index.columns for index in relation.indexes if index.unique]
    for order, names in enumerate(dict.fromkeys(keys)):
        if len(names) > 1:
            text = ", ".join(ask.place.dialect.write(name) for name in names)
            yield Candidate(
                "all-columns",
                text,
                text,
                names[0],
                ask.context.word,
                best + 0.02 - 0.01 * order,
                "unique key",
                relation=relation,
            )


def _shared(ask: Ask) -> Iterator[Candidate]:
    """USING: the names that both sides have, keys first."""
    sources = ask.scope.sources
    if len(sources) < 2:
        return
    before = [one for one in sources if one.span is None or one.span.start < ask.context.offset]
    joined, others = (before or list(sources))[-1], (before or list(sources))[:-1]
    names = {field.name.lower() for other in others for field in other.fields}
    scorer = column_score.of(ask)
    for position, field in enumerate(joined.fields):
        if field.name.lower() in names and ask.tier(field.name):
            written = ask.place.dialect.write(field.name)
            score = columns.BASE + 1.0 + scorer.score(joined, field, position)
            made = asking.name(ask, "column", written, field.name, score)
            yield replace(
                made,
                detail=columns.detail(joined, field),
                relation=joined.relation,
                column=asking.column_of(field, joined),
                qualifier=joined.name,
            )
