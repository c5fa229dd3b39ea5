"""Sub-queries that look at a row of the query around them, by equal columns."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import blocks, scoping
from sureql.ide.optimise.blocks import Block, Part

_PLAIN = {"expressions", "from_", "joins", "where"}
# Where one operand is NULL, so is the result.
_STRICT = (exp.Paren, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Cast, exp.Round, exp.Abs)
_NULL_IF_EMPTY = (
    exp.Sum,
    exp.Avg,
    exp.Min,
    exp.Max,
    exp.Stddev,
    exp.StddevSamp,
    exp.StddevPop,
    exp.Variance,
    exp.VariancePop,
)


@dataclass(frozen=True, slots=True)
class Link:
    """`inner = outer`, one of the conditions of a sub-query; both are columns."""

    part: Part
    inner: exp.Column
    outer: exp.Column


@dataclass(frozen=True, slots=True)
class Correlated:
    """A plain sub-query (FROM and WHERE only) that uses columns of `outer`'s FROM in `links` and
    nowhere else, and no other columns from outside. `parts` are all conditions of its WHERE."""

    outer: Level
    inner: Level
    outside: Block
    block: Block
    links: tuple[Link, ...]
    parts: tuple[Part, ...]


def found(context: Context, select: exp.Expr | None) -> Correlated | None:
    """How a sub-query hangs on the query around it, None if it is not of that kind."""
    above = select.find_ancestor(exp.Select) if isinstance(select, exp.Select) else None
    if not isinstance(select, exp.Select) or above is None:
        return None
    if any(value and name not in _PLAIN for name, value in select.args.items()):
        return None
    outer, inner = levels.level(context, above), levels.level(context, select)
    outside, block = blocks.block(context, above), blocks.block(context, select)
    if outer is None or inner is None or outside is None or block is None or not inner.items:
        return None
    if block.brackets is None or any(True for one in context.all(exp.With) if one.recursive):
        return None
    parts = blocks.parts(context, block)
    if parts is None:
        return None
    links = []
    for part in parts:
        if scoping.within(context, part.node, select):
            continue
        link = _link(context, part, inner, outer)
        if link is None:
            return None
        links.append(link)
    rest = [one for name, one in select.args.items() if name != "where"]
    for value in rest:
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, exp.Expr) and not scoping.within(context, node, select):
                return None
    return Correlated(outer, inner, outside, block, tuple(links), parts) if links else None


def null_if_empty(node: exp.Expr) -> bool:
    """True if an expression over aggregates is NULL where there are no rows."""
    if isinstance(node, (exp.Alias, exp.Filter)):
        return null_if_empty(node.this)
    if isinstance(node, _NULL_IF_EMPTY):
        return True
    return isinstance(node, _STRICT) and any(
        null_if_empty(child)
        for child in node.iter_expressions()
        if not isinstance(child, exp.DataType)
    )


def aggregated(node: exp.Expr) -> bool:
    """True if every column of a select item is in an aggregate, and there is one."""
    gathered = [id(one) for found in levels.aggregates(node) for one in found.walk()]
    return bool(gathered) and all(id(one) in gathered for one in scoping.columns(node))


def scalar(query: exp.Expr) -> bool:
    """True if a sub-query stands for one value: not behind IN, ANY or the like, nor in FROM."""
    above = query.parent
    if isinstance(above, exp.In) and above.this is not query:
        return False
    rows = (exp.Any, exp.All, exp.Exists, exp.Lateral, exp.From, exp.Join, exp.SetOperation)
    return not isinstance(above, (*rows, exp.Array, exp.ArrayAgg))


def decides(node: exp.Expr, select: exp.Select) -> bool:
    """True if a row of `select` is only kept where `node` is not NULL: it is an operand of a
    comparison that WHERE asks for."""
    if not scalar(node):
        return False
    above = node.parent
    while isinstance(above, _STRICT):
        above = above.parent
    if not isinstance(above, levels.COMPARISONS):
        return False
    above = above.parent
    while isinstance(above, (exp.And, exp.Paren)):
        above = above.parent
    return isinstance(above, exp.Where) and above.parent is select


def shown(query: exp.Expr, select: exp.Select) -> bool:
    """True if the value of a sub-query may as well come from a LEFT JOIN of one row at most: it
    stands in WHERE, or in an item with a name of a select list that computes nothing from
    several rows."""
    if any(select.args.get(name) for name in ("group", "having", "qualify", "distinct", "locks")):
        return False
    if any(True for item in select.expressions for _ in levels.aggregates(item)):
        return False
    if not scalar(query):
        return False
    inner = query
    while inner.parent is not select and inner.parent is not None:
        if isinstance(inner.parent, (exp.Window, exp.Lambda, exp.Query)):
            return False
        inner = inner.parent
    return isinstance(inner, (exp.Alias, exp.Where))


def text(context: Context, node: exp.Expr) -> str:
    """A column as written."""
    span = places.whole(context, node)
    return span.of(context.text) if span is not None else ""


def alike(context: Context, links: tuple[Link, ...]) -> bool:
    """True if the columns of each link are of one type."""
    return all(scoping.same_kind(context, one.inner, one.outer) for one in links)


def _link(context: Context, part: Part, inner: Level, outer: Level) -> Link | None:
    node = part.node.unnest()
    if not isinstance(node, exp.EQ):
        return None
    for one, two in ((node.this, node.expression), (node.expression, node.this)):
        if not isinstance(one, exp.Column) or not isinstance(two, exp.Column):
            return None
        if scoping.owner(context, one) is inner and scoping.owner(context, two) is outer:
            return Link(part, one, two)
    return None
