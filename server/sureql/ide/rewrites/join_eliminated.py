"""A table that is joined by its key and gives nothing is left out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.optimise import (
    blocks,
    correlated,
    layout,
    placing,
    scoping,
    tables,
    unique_rows,
    uses,
)
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.ide.optimise.tables import Placed
from sureql.text.edits import TextEdit

_ENFORCED = ("postgres", "duckdb")


def find(context: Context) -> Iterator[Step]:
    if context.templated or not tables.resolved(context) or not scoping.steady(context):
        return
    for level in levels.of(context):
        if not tables.plain(level) or any(one.side in ("RIGHT", "FULL") for one in level.items):
            continue
        every = tables.of(context, level)
        for placed in every[1:]:
            if not uses.table(context, placed.item) or context.hidden(placed.span):
                continue
            if placed.left:
                yield from _outer(context, level, placed, every)
            elif placed.inner:
                yield from _inner(context, level, placed, every)


def _outer(
    context: Context, level: Level, placed: Placed, every: tuple[Placed, ...]
) -> Iterator[Step]:
    join = placed.item.join
    others = [one for one in level.items if one is not placed.item]
    if join is None or any(True for _ in tables.users(context, placed.item, (join,))):
        return
    removed = tables.gone(context, placed, every)
    if removed and unique_rows.single(context, level, placed.item, others):
        title = f"Leave out `{placed.item.node.name}`: it adds no row and gives no column"
        yield Step(tuple(removed), title, proved=True)


def _inner(
    context: Context, level: Level, placed: Placed, every: tuple[Placed, ...]
) -> Iterator[Step]:
    block = blocks.block(context, level.select)
    parts = blocks.parts(context, block) if block is not None else None
    if block is None or parts is None:
        return
    own = [
        part
        for part in parts
        if any(context.source(one) is placed.item.source for one in part.node.find_all(exp.Column))
    ]
    join = placed.item.join
    on = join.args.get("on") if join is not None else None
    nodes = [*levels.conjuncts(on), *[part.node.unnest() for part in own]]
    stands = (*([on] if on is not None else []), *[part.node for part in own])
    if not nodes or any(True for _ in tables.users(context, placed.item, stands)):
        return
    child, columns = _references(context, level, placed.item, nodes)
    removed = tables.gone(context, placed, every)
    if child is None or not removed or any(blocks.commented(context, one.span) for one in own):
        return
    names = tuple(column.name for column in columns)
    edits = list(removed)
    if unique_rows.never_null(context, child, names):
        edits += blocks.without(block, parts, own)
    else:
        words = layout.word(context, " IS NOT NULL")
        joint = layout.word(context, " AND ")
        asked = joint.join(f"{correlated.text(context, one)}{words}" for one in columns)
        if own:
            edits.append(TextEdit(own[0].span, asked))
            edits += blocks.without(block, parts, own[1:])
        else:
            edits += placing.filtered(context, block, asked)
    title = f"Leave out `{placed.item.node.name}`: each `{child.node.name}` has exactly one"
    proved = context.dialect.name in _ENFORCED
    relied = "" if proved else f"Foreign keys of `{child.node.name}` are enforced."
    yield Step(tuple(edits), title, relied, proved)


def _references(
    context: Context, level: Level, target: Item, nodes: list[exp.Expr]
) -> tuple[Item | None, list[exp.Column]]:
    """The table whose foreign key the conditions follow to `target`, and that key's columns, if
    the conditions are nothing but that."""
    pairs: list[tuple[exp.Column, exp.Column]] = []
    for node in nodes:
        if not isinstance(node, exp.EQ):
            return None, []
        sides = [node.this, node.expression]
        sides.sort(key=lambda one: context.source(one) is target.source)
        if not all(isinstance(one, exp.Column) for one in sides):
            return None, []
        pairs.append((sides[0], sides[1]))
    child = level.item(context.source(pairs[0][0]))
    if child is None or child is target or child.relation is None or target.relation is None:
        return None, []
    if any(level.item(context.source(one)) is not child for one, _ in pairs):
        return None, []
    if any(context.source(two) is not target.source for _, two in pairs):
        return None, []
    key = context.schema.key
    linked = sorted((key(one.name), key(two.name)) for one, two in pairs)
    for foreign in child.relation.foreign_keys:
        if _target(context, foreign) is target.relation and linked == sorted(
            (key(one), key(two))
            for one, two in zip(foreign.columns, foreign.target_columns, strict=False)
        ):
            return child, [one for one, _ in pairs]
    return None, []


def _target(context: Context, foreign: catalog.ForeignKey) -> catalog.Relation | None:
    found = context.schema.find([part for part in foreign.target if part])
    unique = frozenset(name.lower() for name in foreign.target_columns)
    return found if levels.unique(found, unique) else None


REWRITE = Rewrite(
    "Leave out a joined table that gives nothing",
    find,
    worth={"sqlite": 1.2, "postgres": 1.2, "duckdb": 1.1},
    usual=1.2,
)
