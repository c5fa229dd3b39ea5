"""A grouped sub-query is only computed for the keys that the tables joined to it will keep."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.optimise import correlated, layout, placing, scoping, uses
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.ide.optimise.uses import Definition
from sureql.text.edits import TextEdit

_MOST_USES = 4


def find(context: Context) -> Iterator[Step]:
    if context.templated or not scoping.steady(context):
        return
    for one in uses.found(context):
        grouped = all(arm.grouped for arm in one.arms)
        if not (grouped or one.shared) or len(one.uses) > _MOST_USES:
            continue
        for place, name in enumerate(one.columns):
            keys = [arm.item(place) for arm in one.arms]
            if all(isinstance(key, exp.Column) for key in keys) and not _done(one, keys):
                yield from _steps(context, one, place, name)


def _steps(context: Context, one: Definition, place: int, name: str) -> Iterator[Step]:
    texts, tables, alike = [], [], True
    for level, item in one.uses:
        found = next(_limits(context, one, level, item, place), None)
        if found is None:
            return
        column, other, text = found
        texts.append(text)
        tables.append(other.name if other is not None else "")
        for arm in one.arms:
            key = arm.item(place)
            if key is None or not uses.known(context, arm, key):
                return
            alike = alike and scoping.same_kind(context, key, column)
    edits: list[TextEdit] = []
    for arm in one.arms:
        written = correlated.text(context, arm.item(place) or arm.select)
        joint = layout.word(context, " OR ")
        parts = [
            f"{written} {layout.word(context, 'IN')} ({text})" for text in dict.fromkeys(texts)
        ]
        added = placing.filtered(
            context, arm.block, f"({joint.join(parts)})" if len(parts) > 1 else parts[0]
        )
        if not added or not written:
            return
        edits += added
    title = f"Compute `{one.name}` only for each `{name}` that `{tables[0]}` keeps"
    relied = "" if alike else f"`{name}` and what it is joined to have the same type and collation."
    yield Step(tuple(edits), title, relied, alike)


def _limits(
    context: Context, one: Definition, level: Level, item: Item, place: int
) -> Iterator[tuple[exp.Column, exp.Expr | None, str]]:
    """The columns that a use of the definition is joined to, the table, and the sub-query that
    gives the values which that table's other conditions keep."""
    if item.nullable or any(other.side for other in level.items):
        return
    for condition in (*level.conditions, *level.joined()):
        if not isinstance(condition, exp.EQ):
            continue
        for mine, other in (
            (condition.this, condition.expression),
            (condition.expression, condition.this),
        ):
            if not isinstance(mine, exp.Column) or not isinstance(other, exp.Column):
                continue
            table = level.item(context.source(other))
            if context.source(mine) is not item.source or uses.place(one, mine) != place:
                continue
            if table is None or table is item or not isinstance(table.node, exp.Table):
                continue
            text = uses.values(context, level, table, other)
            if table.relation is not None and text:
                yield other, table.node, text


def _done(one: Definition, keys: list[exp.Expr | None]) -> bool:
    """True if the definition already asks whether its key is among some values."""
    return any(
        isinstance(found.args.get("query"), exp.Subquery) and found.this == key
        for arm, key in zip(one.arms, keys, strict=True)
        for found in arm.select.find_all(exp.In)
    )


REWRITE = Rewrite(
    "Compute a grouped table only for the keys that are needed",
    find,
    worth={"postgres": 1.5, "sqlite": 1.5, "duckdb": 1.0},
)
