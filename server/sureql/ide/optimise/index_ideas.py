"""Which indexes could serve a statement: from its conditions, joins, groups and order.

Columns that are compared by `=` come first, then one that has a bound or those that give the order:
a B-tree can use no column behind a bound. What an index or key there is begins with is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ports.plan import IndexIdea

MOST_COLUMNS = 4
_BOUNDS = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)
_KINDS = ("table", "materialized view")
# More different values than this, and a condition on one of them does not make a partial index.
_FEW_VALUES = 12
_LEAST_VALUES = 3


@dataclass(frozen=True, slots=True)
class Idea:
    """An index to try, and why: `uses` are short phrases about its columns, in their order.

    `share` is the part of the rows that it would hold, as far as that is known.
    """

    index: IndexIdea
    relation: catalog.Relation
    uses: tuple[str, ...]
    share: float = 1.0


@dataclass(slots=True)
class _Wanted:
    """What one query level asks of one relation: columns with their phrases."""

    equal: dict[str, str] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    bounded: dict[str, str] = field(default_factory=dict)
    ordered: tuple[str, ...] = ()
    grouped: tuple[str, ...] = ()
    constants: dict[str, exp.Literal] = field(default_factory=dict)


def found(context: Context) -> tuple[Idea, ...]:
    """The ideas for a statement, the most promising of each table first."""
    ideas: dict[IndexIdea, Idea] = {}
    for level in levels.of(context):
        for item in level.items:
            relation = item.relation
            if relation is None or relation.kind not in _KINDS or not relation.closed:
                continue
            wanted = _wanted(context, level, item)
            for idea in _ideas(context, relation, wanted):
                ideas.setdefault(idea.index, idea)
    return tuple(ideas.values())


def served(schema: catalog.Catalog, relation: catalog.Relation, columns: Sequence[str]) -> bool:
    """True if an index or a key there is begins with these columns."""
    wanted = [schema.key(name) for name in columns]
    there = [key.columns for key in relation.keys]
    # One of which not all is known may serve as well: nothing is proposed beside it.
    there += [index.columns for index in relation.indexes]
    return any([schema.key(name) for name in one[: len(wanted)]] == wanted for one in there)


def _wanted(context: Context, level: Level, item: Item) -> _Wanted:
    wanted = _Wanted()
    conditions = list(level.conditions)
    for other in level.items:
        if other.join is not None:
            conditions += levels.conjuncts(other.join.args.get("on"))
    for condition in conditions:
        _note(context, level, item, condition, wanted)
    _note_using(item, level, wanted)
    order = level.select.args.get("order")
    if order is not None and len({bool(one.args.get("desc")) for one in order.expressions}) == 1:
        wanted.ordered = _names(context, item, [one.this for one in order.expressions])
    group = level.select.args.get("group")
    if group is not None:
        wanted.grouped = _names(context, item, group.expressions)
    return wanted


def _note(context: Context, level: Level, item: Item, condition: exp.Expr, wanted: _Wanted) -> None:
    if isinstance(condition, exp.EQ):
        for one, other in (
            (condition.this, condition.expression),
            (condition.expression, condition.this),
        ):
            name = _column(context, item, one)
            if not name:
                continue
            theirs = context.source(other) if isinstance(other, exp.Column) else None
            if levels.constant(other):
                wanted.equal[name] = f"`{name}` is compared by `=`"
                if isinstance(other, exp.Literal):
                    wanted.constants[name] = other
            elif theirs is not None and theirs is not item.source:
                mine = level.item(theirs) is not None
                what = (
                    f"`{name}` joins `{theirs.name}`"
                    if mine
                    else f"`{name}` is looked up for each row of `{theirs.name}`"
                )
                (wanted.joined if mine else wanted.equal)[name] = what
    elif isinstance(condition, exp.In):
        name = _column(context, item, condition.this)
        if name and condition.expressions and all(map(levels.constant, condition.expressions)):
            wanted.equal[name] = f"`{name}` is one of a list"
        elif name and condition.args.get("query") is not None:
            wanted.joined[name] = f"`{name}` is looked up in a sub-query"
    elif isinstance(condition, exp.Is):
        name = _column(context, item, condition.this)
        if name and isinstance(condition.expression, exp.Null):
            wanted.equal[name] = f"`{name}` is looked for where it is NULL"
    elif isinstance(condition, _BOUNDS):
        for one in (condition.this, condition.args.get("expression")):
            if name := _column(context, item, one):
                wanted.bounded[name] = f"`{name}` has a bound"


def _note_using(item: Item, level: Level, wanted: _Wanted) -> None:
    for other in level.items:
        using = other.join.args.get("using") if other.join is not None else None
        for name in using or ():
            if item.relation is not None and other is not level.items[0]:
                known = {column.name for column in item.relation.columns}
                if name.name in known:
                    wanted.joined[name.name] = f"`{name.name}` joins"


def _column(context: Context, item: Item, node: exp.Expr | None) -> str:
    """The name of a bare column of the item, '' if it is none."""
    while isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, exp.Column) or context.source(node) is not item.source:
        return ""
    there = context.field(node)
    return there.column.name if there is not None and there.column is not None else ""


def _names(context: Context, item: Item, nodes: Sequence[exp.Expr]) -> tuple[str, ...]:
    """The item's columns in an order or a group, () if anything else is in it."""
    names = tuple(_column(context, item, node) or _output(context, item, node) for node in nodes)
    return names if all(names) else ()


def _output(context: Context, item: Item, node: exp.Expr) -> str:
    """The item's column that a name of the select list hands on unchanged, '' if it is none."""
    there = context.field(node) if context.is_alias(node) else None
    relation = item.relation
    if there is None or there.column is None or len(there.origins) != 1 or relation is None:
        return ""
    schema, name, column = there.origins[0]
    return column if (schema, name) == (relation.schema, relation.name) else ""


def _ideas(context: Context, relation: catalog.Relation, wanted: _Wanted) -> Iterator[Idea]:
    schema = context.schema
    if _is_key(schema, relation, tuple(wanted.equal)):
        return  # A single row is looked for, and found.
    uses = {**wanted.joined, **wanted.bounded, **wanted.equal}
    uses |= {name: uses.get(name, f"`{name}` is grouped by") for name in wanted.grouped}
    uses |= {name: uses.get(name, f"`{name}` is sorted by") for name in wanted.ordered}
    equal = sorted(wanted.equal, key=lambda name: -_distinct(relation, name))
    tails: list[tuple[str, ...]] = [(name,) for name in wanted.bounded if name not in wanted.equal]
    tails += [
        tuple(name for name in names if name not in wanted.equal)
        for names in (wanted.ordered, wanted.grouped)
        if names
    ]
    lists: list[tuple[str, ...]] = []
    for name in wanted.joined:
        rest = [one for one in equal if one != name]
        lists += [(name, *rest), (*rest, name), (name,)]
    lists += [(*equal, *tail) for tail in tails]
    lists += [(*joined, *tail) for joined in ((name,) for name in wanted.joined) for tail in tails]
    lists += [tuple(equal), tuple(equal[:1])]
    for columns in lists:
        chosen = tuple(dict.fromkeys(columns))[:MOST_COLUMNS]
        if not chosen or served(schema, relation, chosen) or _is_key(schema, relation, chosen):
            continue
        said = tuple(uses[name] for name in chosen)
        yield Idea(IndexIdea(relation.schema, relation.name, chosen), relation, said)
        yield from _partial(context, relation, chosen, wanted, uses)


def _is_key(schema: catalog.Catalog, relation: catalog.Relation, columns: Sequence[str]) -> bool:
    """True if the columns hold a whole key: that finds the row by itself."""
    wanted = {schema.key(name) for name in columns}
    return any(
        key.columns and wanted.issuperset(map(schema.key, key.columns)) for key in relation.keys
    )


def _partial(
    context: Context,
    relation: catalog.Relation,
    columns: tuple[str, ...],
    wanted: _Wanted,
    uses: dict[str, str],
) -> Iterator[Idea]:
    """The index without a column that has few values, only for the rows with the one asked for."""
    for name, constant in wanted.constants.items():
        distinct = _distinct(relation, name)
        rest = tuple(one for one in columns if one != name)
        if rest == columns or not rest or not _LEAST_VALUES <= distinct <= _FEW_VALUES:
            continue
        value = (
            "'" + constant.this.replace("'", "''") + "'" if constant.is_string else constant.this
        )
        where = f"{context.dialect.write(name)} = {value}"
        index = IndexIdea(relation.schema, relation.name, rest, where)
        said = (*(uses[one] for one in rest), f"only rows with `{where}` are asked for")
        yield Idea(index, relation, said, 1.0 / distinct)


def _distinct(relation: catalog.Relation, name: str) -> float:
    known = relation.statistics.columns.get(name) if relation.statistics else None
    return known.distinct or 0.0 if known else 0.0
