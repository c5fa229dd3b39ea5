"""Tables are joined without a condition that links them.

What:
    Finds tables in FROM that a comma (or a JOIN without ON) brings in, and that no condition links
    with the others. CROSS JOIN says openly what it does and is left alone, as is a sub-query of
    one row.

Why:
    Every row of the one is paired with every row of the other: thousands of rows become millions,
    and sums over them are wrong.

Example:
    SELECT a.name, b.title FROM artist AS a, album AS b WHERE a.country = 'DE'

Use instead:
    SELECT a.name, b.title FROM artist AS a JOIN album AS b ON b.artist_id = a.artist_id
    WHERE a.country = 'DE'
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import levels, places
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.levels import Item, Level
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.semantics import sources
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_STATED = ("side", "method", "on", "using")


def check(context: Context) -> Iterator[Finding]:
    for level in levels.of(context):
        commas = [item for item in level.items if _bare(item)]
        if not commas or level.select.args.get("laterals"):
            continue
        if any(item.source is None for item in level.items):
            continue
        groups = _groups(context, level)
        if groups is None:
            continue
        for item in commas:
            if len(groups) < 2:
                break
            mine = next(group for group in groups if item in group)
            others = [one for group in groups if group is not mine for one in group]
            span = places.whole(context, item.node)
            if span is None or item.source is None or _few(context, level, item):
                continue
            others = [one for one in others if not _few(context, level, one)]
            if not others or others[0].source is None:
                continue
            groups.remove(mine)
            message = (
                f"No condition links `{item.source.name}` with `{others[0].source.name}`: "
                "each row is paired with every row."
            )
            yield Finding(span, message, tuple(_fixes(context, item, others)))


def _bare(item: Item) -> bool:
    """True for what a comma or a JOIN without condition brings in."""
    join = item.join
    if join is None or any(join.args.get(name) for name in _STATED):
        return False
    return not join.args.get("kind") and isinstance(item.node, (exp.Table, exp.Subquery))


def _groups(context: Context, level: Level) -> list[list[Item]] | None:
    """The items by what links them; None if a name in a condition is not known."""
    groups = [[item] for item in level.items]

    def join(linked: list[Item]) -> None:
        together = [group for group in groups if any(one in group for one in linked)]
        for group in together:
            groups.remove(group)
        groups.append([one for group in together for one in group])

    conditions = list(level.conditions)
    for item in level.items:
        on = item.join.args.get("on") if item.join is not None else None
        conditions += levels.conjuncts(on)
        if item.join is not None and any(
            item.join.args.get(name) for name in ("using", "method", "kind", "side")
        ):
            join([level.items[0], item])
        if not isinstance(item.node, (exp.Table, exp.Subquery)):
            # A call or LATERAL depends on what it takes its arguments from.
            join([level.items[0], item])
    having = level.select.args.get("having")
    conditions += levels.conjuncts(having.this if having is not None else None)
    for condition in conditions:
        linked = []
        for column in condition.find_all(exp.Column):
            source = context.source(column)
            if source is None:
                return None
            item = level.item(source)
            if item is not None:
                linked.append(item)
        if linked:
            join(linked)
    return groups


def _few(context: Context, level: Level, item: Item) -> bool:
    """True for what gives one row: an aggregate, VALUES, a row picked by its key."""
    node = item.node
    if isinstance(node, exp.Subquery):
        return levels.single_row(node)
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        return True
    if item.source is not None and item.source.kind == "cte":
        return any(
            cte.alias.lower() == node.name.lower() and levels.single_row(cte.this)
            for cte in context.all(exp.CTE)
        )
    fixed = {
        column.name.lower()
        for condition in level.conditions
        if isinstance(condition, exp.EQ)
        for column, other in (
            (condition.this, condition.expression),
            (condition.expression, condition.this),
        )
        if isinstance(column, exp.Column) and level.item(context.source(column)) is item
        if levels.constant(other)
    }
    return levels.unique(item.relation, frozenset(fixed)) or (
        item.relation is None and "id" in fixed
    )


def _fixes(context: Context, item: Item, others: list[Item]) -> Iterator[Fix]:
    """A comma becomes JOIN … ON where one foreign key says how."""
    span = places.whole(context, item.node)
    comma = places.previous(context, span.start) if span is not None else None
    pairs = [found for other in others for found in _keys(context, item, other)]
    if span is None or comma is None or comma.text != "," or len(pairs) != 1:
        return
    if item.join is None or places.commented(context, Span(comma.start, span.end)):
        return
    glue = "" if context.text[comma.start - 1 : comma.start].isspace() else " "
    edits = (
        TextEdit(comma.span, f"{glue}JOIN"),
        TextEdit(Span(span.end, span.end), f" ON {pairs[0]}"),
    )
    # A JOIN binds more tightly than a comma: behind other commas its ON may not see the table.
    if others[0].join is None:
        yield Fix(f"Join on `{pairs[0]}`", edits, "unsafe", True)


def _keys(context: Context, one: Item, two: Item) -> Iterator[str]:
    for left, right in ((one, two), (two, one)):
        if left.relation is None or right.relation is None:
            continue
        for key in left.relation.foreign_keys:
            if _is(context, key, right.relation):
                yield " AND ".join(
                    f"{_name(context, left, mine)} = {_name(context, right, theirs)}"
                    for mine, theirs in zip(key.columns, key.target_columns, strict=False)
                )


def _is(context: Context, key: catalog.ForeignKey, relation: catalog.Relation) -> bool:
    return context.schema.find(key.target) is relation and bool(key.target_columns)


def _name(context: Context, item: Item, column: str) -> str:
    alias = item.node.args.get("alias")
    identifier = alias.this if alias is not None else item.node.this
    span = sources.span_of(identifier)
    return f"{span.of(context.text) if span else ''}.{context.dialect.write(column)}"


RULE = Rule("correctness", "warning", check)
