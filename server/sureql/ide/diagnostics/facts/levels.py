"""The query levels of a statement: what stands in FROM, and which conditions hold there.

Rules share this: it is computed once for a context.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.semantics.model import Source

COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
SETS = (exp.Explode, exp.Unnest, exp.GenerateSeries, exp.ExplodingGenerateSeries)
AGGREGATES = (exp.AggFunc, exp.GroupConcat, exp.ArrayAgg)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of FROM. `join` is None for the first one; `source` is None if it has no name.

    `nullable`: an outer join may fill its columns with NULLs.
    """

    node: exp.Expr
    join: exp.Join | None
    source: Source | None
    nullable: bool

    @property
    def relation(self) -> catalog.Relation | None:
        return self.source.relation if self.source is not None else None

    @property
    def side(self) -> str:
        """LEFT, RIGHT, FULL or ''."""
        return str(self.join.args.get("side") or "") if self.join is not None else ""


@dataclass(frozen=True, slots=True)
class Level:
    """One SELECT. `conditions` are the parts, joined by AND, of its WHERE."""

    select: exp.Select
    items: tuple[Item, ...]
    conditions: tuple[exp.Expr, ...]

    def item(self, source: Source | None) -> Item | None:
        """The item that `source` is, None if it is of another level."""
        return next((one for one in self.items if one.source is source), None) if source else None

    def joined(self) -> Iterator[exp.Expr]:
        """The parts of the ON conditions of inner joins."""
        for item in self.items:
            if item.join is not None and not item.side and item.join.args.get("on") is not None:
                yield from conjuncts(item.join.args["on"])


@lru_cache(maxsize=32)
def of(context: Context) -> tuple[Level, ...]:
    """Every SELECT of the statement, outer ones first."""
    places = {
        (one.span or one.definition).start: one  # type: ignore[union-attr]
        for one in context.analysis.sources
        if one.span or one.definition
    }
    return tuple(_level(select, places) for select in context.all(exp.Select))


def level(context: Context, select: exp.Expr | None) -> Level | None:
    """The level of a SELECT node."""
    return next((one for one in of(context) if one.select is select), None)


def conjuncts(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """The parts of a condition that are joined by AND."""
    stack = [node] if node is not None else []
    while stack:
        current = stack.pop()
        if isinstance(current, exp.And):
            stack += [current.expression, current.this]
        elif isinstance(current, exp.Paren):
            stack.append(current.this)
        else:
            yield current


def own(node: exp.Expr) -> Iterator[exp.Expr]:
    """A node and those below it, without what is in sub-queries."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if not isinstance(current, exp.Query):
            stack.extend(reversed(list(current.iter_expressions())))


def aggregates(node: exp.Expr) -> Iterator[exp.Expr]:
    """The aggregates of this level below `node`; those of windows are none."""
    for one in own(node):
        if isinstance(one, AGGREGATES) and not isinstance(_above(one), exp.Window):
            yield one


def single_row(select: exp.Expr | None) -> bool:
    """True if a query gives at most one row, whatever is in the tables."""
    while isinstance(select, exp.Subquery):
        select = select.this
    if isinstance(select, exp.Values):
        return len(select.expressions) == 1
    if not isinstance(select, exp.Select):
        return False
    limit = select.args.get("limit")
    most = limit.expression if isinstance(limit, exp.Limit) else None
    if isinstance(most, exp.Literal) and most.name in ("0", "1"):
        return True
    if select.args.get("from_") is None:
        return not _multiplies(select)
    totals = any(True for item in select.expressions for _ in aggregates(item))
    return select.args.get("group") is None and totals and not _multiplies(select)


def row_by_row(select: exp.Select) -> bool:
    """True if nothing in a SELECT is computed from several rows."""
    if any(select.args.get(name) for name in ("group", "having", "qualify", "windows", "locks")):
        return False
    return not any(
        isinstance(node, (*AGGREGATES, exp.Window))
        for item in select.expressions
        for node in own(item)
    )


def unique(relation: catalog.Relation | None, columns: frozenset[str]) -> bool:
    """True if rows of `relation` differ in `columns` (lower case)."""
    if relation is None:
        return False
    keys = [key.columns for key in relation.keys]
    keys += [one.columns for one in relation.indexes if one.unique and one.plain and one.columns]
    return any(key and {name.lower() for name in key} <= columns for key in keys)


def casts_to(node: exp.Expr, *names: str) -> bool:
    """True for a cast to one of these types."""
    type_ = node.args.get("to")
    return isinstance(node, exp.Cast) and isinstance(type_, exp.DataType) and type_.is_type(*names)


def constant(node: exp.Expr | None) -> bool:
    """True if nothing in an expression depends on a row: literals, parameters, calls of these."""
    return node is not None and not any(
        isinstance(one, (exp.Column, exp.Query, exp.Star)) for one in node.walk()
    )


def _multiplies(select: exp.Select) -> bool:
    return any(isinstance(one, SETS) for item in select.expressions for one in own(item))


def _above(node: exp.Expr) -> exp.Expr | None:
    parent = node.parent
    while isinstance(parent, (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)):
        parent = parent.parent
    return parent


def _level(select: exp.Select, places: dict[int, Source]) -> Level:
    items: list[Item] = []
    first = select.args.get("from_")
    if first is not None:
        _add(items, first.this, None, places)
    for join in select.args.get("joins") or ():
        before = len(items)
        _add(items, join.this, join, places)
        if join.args.get("side") in ("RIGHT", "FULL"):
            items[:before] = [Item(one.node, one.join, one.source, True) for one in items[:before]]
    where = select.args.get("where")
    return Level(select, tuple(items), tuple(conjuncts(where.this if where is not None else None)))


def _add(
    items: list[Item], node: exp.Expr, join: exp.Join | None, places: dict[int, Source]
) -> None:
    if isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)):
        inner = node.this
        if node.args.get("alias") is None:
            _add(items, inner, join, places)
            for nested in node.args.get("joins") or ():
                _add(items, nested.this, nested, places)
            return
    side = join.args.get("side") if join is not None else None
    nullable = side in ("LEFT", "FULL")
    alias = node.args.get("alias")
    named = alias.this if isinstance(alias, exp.TableAlias) else None
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        named = node.this
    source = places.get(named.meta.get("start", -1)) if isinstance(named, exp.Expr) else None
    items.append(Item(node, join, source, nullable))
    for nested in node.args.get("joins") or ():
        _add(items, nested.this, nested, places)
