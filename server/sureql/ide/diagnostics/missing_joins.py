"""Joins for a table that a statement names and does not join, along foreign keys."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.catalog.model import Relation
from sureql.ide.diagnostics import layout, outline
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.outline import Level
from sureql.ide.model import Fix
from sureql.semantics.model import Source
from sureql.syntax.statement_parts import as_case
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_MOST_NEIGHBOURS = 200


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
    """The tables that a foreign key connects with one in FROM, each once."""
    level = outline.at(context, place.start)
    if level is None:
        return []
    sources = _sources(context, level)
    there = {(one.relation.schema, one.relation.name) for one in sources if one.relation}
    found: dict[tuple[str, str], Relation] = {}
    for source in sources:
        for foreign in source.relation.foreign_keys if source.relation else ():
            target = context.schema.find(foreign.target)
            if target is not None and foreign.target not in there:
                found.setdefault((target.schema, target.name), target)
    for count, relation in enumerate(context.schema.relations()):
        if count == _MOST_NEIGHBOURS:
            break
        mine = (relation.schema, relation.name)
        if mine not in there and any(one.target in there for one in relation.foreign_keys):
            found.setdefault(mine, relation)
    return list(found.values())


def condition(context: Context, one: Source, other: Source) -> Iterator[str]:
    """Conditions that connect two sources by a foreign key of either."""
    write = context.dialect.write
    for left, right in ((one, other), (other, one)):
        if left.relation is None or right.relation is None:
            continue
        target = right.relation.schema, right.relation.name
        for foreign in left.relation.foreign_keys:
            columns = foreign.target_columns or right.relation.primary_key
            if foreign.target != target or len(columns) != len(foreign.columns):
                continue
            pairs = [
                (f"{write(left.name)}.{write(mine)}", f"{write(right.name)}.{write(yours)}")
                for mine, yours in zip(foreign.columns, columns, strict=True)
            ]
            if left is other:
                pairs = [(yours, mine) for mine, yours in pairs]
            yield " AND ".join(f"{mine} = {yours}" for mine, yours in pairs)


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
            yield Fix(f"Add `{layout.short(text, 70)}`", (edit,), "unsafe", True)


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
