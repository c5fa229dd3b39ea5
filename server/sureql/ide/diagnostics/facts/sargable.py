"""Conditions that compute something from an indexed column, so that the index can't be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels

_COMPARED = (exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_CALLS = (exp.Func, exp.Cast, exp.TryCast, exp.Extract, exp.AtTimeZone, exp.DPipe)
# These are not computed row by row from the column's own value, or indexes know them.
_OTHERS = (exp.AggFunc, exp.Case, exp.If, exp.JSONExtract, exp.JSONExtractScalar)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """`condition` compares `computed`, which holds `column` and nothing else of a row, with a
    constant. `index` is the name of the index that would serve the column, or its kind."""

    condition: exp.Expr
    computed: exp.Expr
    column: exp.Column
    index: str


def found(context: Context) -> Iterator[Wrapped]:
    """Every such condition that decides which rows are read."""
    for node in context.all(*_COMPARED, exp.Between, exp.In, exp.Like):
        computed = _computed(node)
        if computed is None or not _filters(node):
            continue
        columns = list(computed.find_all(exp.Column))
        if len(columns) != 1 or computed.find(exp.Query, exp.AggFunc, exp.Window) is not None:
            continue
        index = _index(context, columns[0])
        if index:
            yield Wrapped(node, computed, columns[0], index)


def is_call(node: exp.Expr) -> bool:
    """True for a function or cast of the column."""
    return isinstance(node, _CALLS) and not isinstance(node, (*_OTHERS, *ARITHMETIC))


def _computed(node: exp.Expr) -> exp.Expr | None:
    """The side of a comparison that computes something, if the other side is constant."""
    if isinstance(node, exp.Between):
        sides = [(node.this, [node.args["low"], node.args["high"]])]
    elif isinstance(node, exp.In):
        sides = [(node.this, node.expressions)] if node.expressions else []
    elif isinstance(node, exp.Like):
        # A pattern that begins with a wildcard uses no index in any case.
        sides = [] if node.expression.name[:1] in ("%", "_") else [(node.this, [node.expression])]
    else:
        sides = [(node.this, [node.expression]), (node.expression, [node.this])]
    for side, others in sides:
        inner = side.unnest()
        if isinstance(inner, (*ARITHMETIC, *_CALLS)) and all(map(levels.constant, others)):
            return inner
    return None


def _filters(node: exp.Expr) -> bool:
    inner, above = node, node.parent
    while isinstance(above, (exp.And, exp.Or, exp.Paren)):
        inner, above = above, above.parent
    return isinstance(above, exp.Where) or (
        isinstance(above, exp.Join) and above.args.get("on") is inner
    )


def _index(context: Context, column: exp.Column) -> str:
    source = context.source(column)
    relation = source.relation if source is not None else None
    if relation is None or relation.kind not in ("table", "temporary table"):
        return ""
    if any(not index.columns for index in relation.indexes):
        return ""  # An index over an expression, perhaps over this one.
    name, schema = context.schema.key(column.name), context.schema
    fixed = _fixed(context, column)
    for key in relation.keys:
        if _reaches(schema, key.columns, name, fixed):
            return "the primary key" if key.primary else "the unique constraint"
    for index in relation.indexes:
        if _reaches(schema, index.columns, name, fixed):
            return f"the index `{index.name}`" if index.name else "the index"
    return ""


def _reaches(
    schema: catalog.Catalog, columns: tuple[str, ...], name: str, fixed: frozenset[str]
) -> bool:
    """True if an index over `columns` serves a search by `name`, where others are `fixed`."""
    for column in columns:
        key = schema.key(column)
        if key == name:
            return True
        if key not in fixed:
            return False
    return False


def _fixed(context: Context, column: exp.Column) -> frozenset[str]:
    """The columns of the same table that other conditions compare with a constant by `=`."""
    source = context.source(column)
    level = next((one for one in levels.of(context) if one.item(source) is not None), None)
    return frozenset(
        context.schema.key(one.this.name)
        for one in (level.conditions if level is not None else ())
        if isinstance(one, exp.EQ)
        and isinstance(one.this, exp.Column)
        and context.source(one.this) is source
        and levels.constant(one.expression)
    )


def index_of(schema: catalog.Catalog, relation: catalog.Relation, names: tuple[str, ...]) -> str:
    """What serves a search by `names` (keys), in any order: the name of an index, `primary key` or
    `unique constraint`; '' if nothing does."""
    wanted = set(names)
    for key in relation.keys:
        if {schema.key(one) for one in key.columns[: len(names)]} == wanted:
            return "the primary key" if key.primary else "the unique constraint"
    for index in relation.indexes:
        if {schema.key(one) for one in index.columns[: len(names)]} == wanted:
            return f"the index `{index.name}`" if index.name else "the index"
    return ""
