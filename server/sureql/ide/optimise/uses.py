"""CTEs and derived tables, where they are used, and what may be asked of their rows beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.optimise import blocks, correlated, failing, layout, scoping
from sureql.ide.optimise.blocks import Block

_NAMED = {"this", "db", "catalog", "alias", "joins"}
_CLOSED = ("limit", "offset", "fetch", "qualify", "windows", "into", "locks", "connect")


@dataclass(frozen=True, slots=True)
class Arm:
    """One SELECT of a definition; `names` are the lower-case names of its columns, '' if unknown."""

    select: exp.Select
    block: Block
    grouped: bool

    def item(self, place: int) -> exp.Expr | None:
        """What a column is before grouping: an expression that is the same for all rows of a
        group. None if there is no such thing."""
        if place >= len(self.select.expressions):
            return None
        node = self.select.expressions[place].unalias()
        if isinstance(node, exp.Star) or node.find(exp.AggFunc, exp.Window, exp.Query) is not None:
            return None
        if not self.grouped:
            return node if self.select.args.get("distinct") is None or _plain(node) else None
        keys = self.select.args["group"].expressions
        return node if any(key == node for key in keys) and _plain(node) else None


@dataclass(frozen=True, slots=True)
class Definition:
    """A CTE or derived table, its arms (of UNION ALL), the names of its columns (lower case), and
    each query level and item of FROM that uses it."""

    name: str
    arms: tuple[Arm, ...]
    columns: tuple[str, ...]
    uses: tuple[tuple[Level, Item], ...]
    shared: bool


def found(context: Context) -> Iterator[Definition]:
    """Every definition whose text and uses are all known, and to which conditions may be added."""
    if any(True for one in context.all(exp.With) if one.recursive):
        return
    listed = [(level, item) for level in levels.of(context) for item in level.items]
    for cte in context.all(exp.CTE):
        name = cte.alias.lower()
        tables = [one for one in context.all(exp.Table) if one.name.lower() == name]
        uses = [pair for pair in listed if any(pair[1].node is one for one in tables)]
        same = [one for one in context.all(exp.CTE) if one.alias.lower() == name]
        if uses and len(uses) == len(tables) and len(same) == 1:
            yield from _definition(context, cte, tuple(uses))
    for level, item in listed:
        if isinstance(item.node, exp.Subquery) and not item.node.args.get("joins"):
            yield from _definition(context, item.node, ((level, item),))


def place(one: Definition, column: exp.Expr) -> int | None:
    """The position of a column of the definition, None if it is not clear."""
    name = column.name.lower()
    return one.columns.index(name) if one.columns.count(name) == 1 else None


def filters(context: Context, level: Level, item: Item) -> list[exp.Expr]:
    """The conditions that every row of an item of FROM has to meet by itself to be kept."""
    if item.nullable or item.source is None or item.side in ("FULL",):
        return []
    conditions = [*level.conditions]
    inner = all(not one.side for one in level.items)
    conditions += level.joined() if inner else ()
    kept = []
    for condition in conditions:
        columns = list(condition.find_all(exp.Column))
        own = columns and all(context.source(one) is item.source for one in columns)
        if own and condition.find(exp.Query, exp.AggFunc, exp.Window) is None:
            kept.append(condition)
    return kept


def text(context: Context, condition: exp.Expr) -> str:
    """A condition as written, in parentheses where AND around it would read it wrongly; '' if that
    is not known."""
    span = layout.condition(context, condition)
    if span is None or context.hidden(span) or blocks.commented(context, span):
        return ""
    written = span.of(context.text)
    return f"({written})" if isinstance(condition, (exp.Or, exp.Xor)) else written


def table(context: Context, item: Item) -> str:
    """A table in FROM as written, with its alias; '' if that is not known."""
    node = item.node
    if not isinstance(node, exp.Table) or item.source is None:
        return ""
    if any(cte.alias.lower() == node.name.lower() for cte in context.all(exp.CTE)):
        return ""  # Elsewhere the name may mean something else.
    if any(value and name not in _NAMED for name, value in node.args.items()):
        return ""
    metas = [part.meta for part in node.parts if "start" in part.meta]
    if len(metas) != len(node.parts):
        return ""
    name = context.text[metas[0]["start"] : metas[-1]["end"] + 1]
    alias = node.args.get("alias")
    if alias is None:
        return name
    meta = alias.this.meta if alias.this is not None else {}
    if "start" not in meta or alias.args.get("columns"):
        return ""
    return f"{name} {scoping.alias(context, context.text[meta['start'] : meta['end'] + 1])}"


def known(context: Context, arm: Arm, node: exp.Expr) -> bool:
    """True if every name in `node` is of the arm's own FROM."""
    level = levels.level(context, arm.select)
    return level is not None and scoping.only_of(context, node, level)


def values(context: Context, level: Level, item: Item, column: exp.Column) -> str:
    """A query for the values of `column` in those rows of its table that the table's own conditions
    keep; '' if there are no such conditions, or if their text is not known."""
    conditions = filters(context, level, item)
    parts = [text(context, one) for one in conditions]
    name = table(context, item)
    if not conditions or not all(parts) or not name or not failing.never(context, *conditions):
        return ""
    where = layout.word(context, " AND ").join(parts)
    words = [layout.word(context, word) for word in ("SELECT", "FROM", "WHERE")]
    shown = correlated.text(context, column)
    return f"{words[0]} {shown} {words[1]} {name} {words[2]} {where}"


def _definition(
    context: Context, node: exp.Expr, uses: tuple[tuple[Level, Item], ...]
) -> Iterator[Definition]:
    selects = list(_arms(node.this))
    arms = []
    for select in selects:
        block = blocks.block(context, select)
        if block is None or not isinstance(select, exp.Select) or not _open(select):
            return
        arms.append(Arm(select, block, bool(select.args.get("group"))))
    alias = node.args.get("alias")
    listed = [one.name.lower() for one in alias.args.get("columns") or ()] if alias else []
    names = listed or [one.alias_or_name.lower() for one in selects[0].expressions]
    widths = {len(one.expressions) for one in selects}
    if widths == {len(names)} and not any(one.is_star for one in selects):
        several = isinstance(node, exp.CTE) and len(uses) > 1
        name = node.alias if isinstance(node, exp.CTE) else uses[0][1].node.alias_or_name
        yield Definition(name, tuple(arms), tuple(names), uses, several)


def _arms(query: exp.Expr) -> Iterator[exp.Expr]:
    """The SELECTs of UNION ALL; other operations come as they are."""
    if isinstance(query, exp.Union) and not query.args.get("distinct"):
        if any(query.args.get(name) for name in ("limit", "offset", "with_", "by_name")):
            yield query
            return
        yield from _arms(query.this)
        yield from _arms(query.expression)
    else:
        yield query


def _open(select: exp.Expr) -> bool:
    """True if it makes no difference to other rows when rows are left out beforehand."""
    if any(select.args.get(name) for name in _CLOSED) or select.args.get("from_") is None:
        return False
    distinct = select.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        return False
    if any(isinstance(one, exp.Window) for item in select.expressions for one in levels.own(item)):
        return False
    group = select.args.get("group")
    if group is None:
        # Without groups an aggregate gives a row in any case.
        return not any(True for item in select.expressions for _ in levels.aggregates(item))
    sets = ("rollup", "cube", "grouping_sets", "totals", "all")
    return not any(group.args.get(name) for name in sets)


def _plain(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column)
