"""From `a = b AND a > 5` follows `b > 5`: both tables are then searched, not one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import blocks, formulas, layout, scoping
from sureql.ide.optimise.blocks import Part
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit

# Engines draw the same conclusion from `=` themselves.
_LIMITS = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In)


def find(context: Context) -> Iterator[Step]:
    for level in levels.of(context):
        if len(level.items) < 2 or any(item.side in ("RIGHT", "FULL") for item in level.items):
            continue
        block = blocks.block(context, level.select)
        parts = blocks.parts(context, block) if block is not None else None
        if not parts or (len(parts) == 1 and isinstance(parts[0].node, exp.Or)):
            continue
        known = {formulas.key(context, part.node) for part in parts}
        for part in parts:
            for one, two in _pairs(context, level):
                yield from _added(context, part, one, two, known)


def _pairs(context: Context, level: Level) -> Iterator[tuple[exp.Column, exp.Column]]:
    """Columns of two tables that are equal in every row of the result, each way."""
    for node in (*level.conditions, *level.joined()):
        if not isinstance(node, exp.EQ):
            continue
        one, two = node.this, node.expression
        if not isinstance(one, exp.Column) or not isinstance(two, exp.Column):
            continue
        items = [level.item(context.source(column)) for column in (one, two)]
        if None in items or items[0] is items[1] or not scoping.same_kind(context, one, two):
            continue
        # Equal texts may differ in case in SQLite and MySQL; then limits say different things.
        if context.type_of(one) in ("TEXT", "VARCHAR", "CHARACTER VARYING", "CHAR", "CHARACTER"):
            continue
        yield from ((one, two), (two, one))


def _added(
    context: Context, part: Part, one: exp.Column, two: exp.Column, known: set[object]
) -> Iterator[Step]:
    node = part.node.unnest()
    if not isinstance(node, _LIMITS) or not formulas.harmless(node):
        return
    columns = list(node.find_all(exp.Column))
    side = columns[0] if len(columns) == 1 else None
    if side is None or formulas.key(context, side) != formulas.key(context, one):
        return
    if isinstance(node, exp.In) and not node.expressions:
        return
    span, name = places.whole(context, side), layout.text(context, two)
    if span is None or not name or layout.commented(context, part.span):
        return
    text = part.span.of(context.text)
    start, end = span.start - part.span.start, span.end - part.span.start
    changed = " ".join(f"{text[:start]}{name}{text[end:]}".split())
    copied = node.copy()
    for column in list(copied.find_all(exp.Column)):
        column.replace(exp.column("_"))
    if _said(context, copied, two, known):
        return
    edits: tuple[TextEdit, ...] = (layout.following(context, part.span, changed),)
    yield Step(edits, f"`{name}` has the same limit", proved=True)


def _said(context: Context, shape: exp.Expr, two: exp.Column, known: set[object]) -> bool:
    """True if the statement says that of the other column already."""
    mine, other = formulas.key(context, exp.column("_")), formulas.key(context, two)
    return _put(formulas.key(context, shape), mine, other) in known


def _put(key: object, old: object, new: object) -> object:
    if key == old:
        return new
    return tuple(_put(one, old, new) for one in key) if isinstance(key, tuple) else key


REWRITE = Rewrite(
    "Tell both tables of a limit",
    find,
    worth={"sqlite": 1.3, "postgres": 1.3, "duckdb": 1.0},
    usual=1.1,
)
