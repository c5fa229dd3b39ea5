"""Joins for a table that a statement names and does not join, along foreign keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sureql.catalog.model import Relation
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import layout, outline
from sureql.ide.diagnostics.mending.outline import Level
from sureql.ide.model import Fix
from sureql.semantics.model import Source
from sureql.syntax.statement_parts import as_case
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_MOST_NEIGHBOURS = 200

_Pairs = tuple[tuple[str, str], ...]


def of_name(context: Context, place: Span, name: str) -> Iterator[Fix]:
    """A join of the table `name` to what the level around `place` has in FROM."""
    relation = context.schema.find([name])
    if relation is not None:
        yield from _joins(context, place, relation, "")


def of_alias(context: Context, place: Span, alias: str) -> Iterator[Fix]:
    """Joins of tables under the name `alias`: those next to FROM's that have all its columns."""
    wanted = columns_of(context, alias)
    if not wanted:
        return
    key = context.schema.key
    for relation in neighbours(context, place):
        if wanted <= {key(column.name) for column in relation.columns}:
            yield from _joins(context, place, relation, alias)


def of_column(context: Context, place: Span, column: str) -> Iterator[Fix]:
    """Joins of tables next to FROM's that have the column."""
    for relation in neighbours(context, place):
        if context.schema.column(relation, column) is not None:
            yield from _joins(context, place, relation, "")


def columns_of(context: Context, qualifier: str) -> set[str]:
    """The keys of the columns that the statement takes from `qualifier`."""
    tokens, normalize, key = context.tokens, context.dialect.normalize, context.schema.key
    wanted = key(qualifier)
    return {
        key(normalize(tokens[at + 2].text))
        for at in range(len(tokens) - 2)
        if tokens[at + 1].text == "." and key(normalize(tokens[at].text)) == wanted
    }


def neighbours(context: Context, place: Span) -> list[Relation]:
    """The tables that can be joined to one in FROM, each once: by foreign keys, else by names."""
    level = outline.at(context, place.start)
    there = [one.relation for one in _sources(context, level) if one.relation] if level else []
    known = {(one.schema, one.name) for one in there}
    by_key: list[Relation] = []
    by_name: list[Relation] = []
    for relation in islice(context.schema.relations(), _MOST_NEIGHBOURS):
        if (relation.schema, relation.name) in known:
            continue
        if any(_foreign(relation, one) or _foreign(one, relation) for one in there):
            by_key.append(relation)
        elif any(_by_name(relation, one) for one in there):
            by_name.append(relation)
    return [*by_key, *by_name]


def condition(context: Context, one: Source, other: Source) -> Iterator[str]:
    """Conditions that connect two sources: by a foreign key of either, else by names."""
    if one.relation is None or other.relation is None:
        return
    ways = [(pairs, False) for pairs in _foreign(one.relation, other.relation)]
    ways += [(pairs, True) for pairs in _foreign(other.relation, one.relation)]
    if not ways:
        ways = [(pairs, False) for pairs in _by_name(one.relation, other.relation)]
    write = context.dialect.write
    for pairs, turned in ways:
        named = [(yours, mine) if turned else (mine, yours) for mine, yours in pairs]
        yield " AND ".join(
            f"{write(one.name)}.{write(mine)} = {write(other.name)}.{write(yours)}"
            for mine, yours in named
        )


def _foreign(one: Relation, other: Relation) -> list[_Pairs]:
    """The pairs of columns, those of `one` first, of its foreign keys to `other`."""
    found = []
    for foreign in one.foreign_keys:
        columns = foreign.target_columns or other.primary_key
        if foreign.target == (other.schema, other.name) and len(columns) == len(foreign.columns):
            found.append(tuple(zip(foreign.columns, columns, strict=True)))
    return found


def _by_name(one: Relation, other: Relation) -> list[_Pairs]:
    """A key of one of the two that the other has under its own name, or as `<table>_id`."""
    found: list[_Pairs] = []
    for keyed, beside, turned in ((one, other, True), (other, one, False)):
        if len(keyed.primary_key) != 1:
            continue
        (name,) = keyed.primary_key
        wanted = [f"{keyed.name}_{name}", f"{keyed.name}{name}"]
        if name.lower() != "id":
            wanted.insert(0, name)
        column = next(
            (name_there for label in wanted if (name_there := _column(beside, label))), None
        )
        if column is not None:
            found.append(((name, column) if turned else (column, name),))
    return found[:1]


def _column(relation: Relation, name: str) -> str | None:
    return next((one.name for one in relation.columns if one.name.lower() == name.lower()), None)


def _joins(context: Context, place: Span, relation: Relation, alias: str) -> Iterator[Fix]:
    level = outline.at(context, place.start)
    clause = level.clause("FROM") if level is not None else None
    if level is None or clause is None or level.found.word(level.start) != "SELECT":
        return
    write = context.dialect.write
    name = alias or relation.name
    joined = Source(name, "table", relation=relation)
    written = write(relation.name)
    if relation.schema not in context.schema.search_path and relation.schema:
        written = f"{write(relation.schema)}.{written}"
    head = level.found.tokens[level.start]
    as_ = f" {as_case(head, 'AS')}" if _writes_as(level, clause) else ""
    label = f"{as_} {write(alias)}" if alias else ""
    for source in _sources(context, level):
        for on in condition(context, joined, source):
            text = f"{as_case(head, 'JOIN')} {written}{label} {as_case(head, 'ON')} {on}"
            end = level.found.tokens[clause[1] - 1].end
            edit = TextEdit(Span(end, end), _glue(context, level, clause) + text)
            keyed = source.relation is not None and (
                _foreign(relation, source.relation) or _foreign(source.relation, relation)
            )
            yield Fix(f"Add `{layout.short(text, 70)}`", (edit,), "unsafe", bool(keyed))


def _sources(context: Context, level: Level) -> list[Source]:
    """The tables in the FROM of a level."""
    clause = level.clause("FROM")
    if clause is None:
        return []
    span = level.span(*clause)
    found: list[Source] = []
    for source in context.analysis.sources:
        where = source.definition or source.span
        if source.relation is not None and where is not None and span.covers(where):
            found.append(source)
    return found


def _glue(context: Context, level: Level, clause: tuple[int, int]) -> str:
    """What stands before the last JOIN; before FROM if there is none."""
    found = level.found
    joins = [
        index
        for index in range(*clause)
        if found.word(index) == "JOIN" and found.opener[index] == found.opener[level.start]
    ]
    at = joins[-1] if joins else clause[0]
    while found.word(at - 1) in ("LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "NATURAL"):
        at -= 1
    return layout.before(context, found.tokens[at].start)


def _writes_as(level: Level, clause: tuple[int, int]) -> bool:
    return any(level.found.word(index) == "AS" for index in range(*clause))
