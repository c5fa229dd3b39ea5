"""Whether an ORDER BY fixes the order of the rows, as far as keys and the select list tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import sources
from sureql.syntax.dialects import Dialect

_AGGREGATES = (exp.AggFunc, exp.GroupConcat, exp.ArrayAgg)
_Name = tuple[str, str]
"""A column: the key of its source's name, and its own."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A table in FROM. `side` is that of its join, `on` the condition."""

    name: str
    relation: catalog.Relation | None
    side: str = ""
    on: exp.Expr | None = None


def of_query(query: exp.Query, dialect: Dialect, schema: catalog.Catalog) -> bool:
    """True if the ORDER BY of a query leaves no two different rows of its result tied."""
    order = query.args.get("order")
    if order is None:
        return False
    outputs = list(query.selects)
    keys = [_meant(one.this, outputs) for one in order.expressions]
    bare = [one.unalias() for one in outputs]
    if not any(one.is_star for one in bare) and all(
        one in keys or isinstance(one, exp.Literal) for one in bare
    ):
        return True  # Rows that tie are the same.
    if not isinstance(query, exp.Select):
        return False
    distinct = query.args.get("distinct")
    if distinct is not None and distinct.args.get("on") is None:
        return False
    return fixes_windows(tuple(keys), query, dialect, schema)


def fixes_windows(
    keys: Sequence[exp.Expr], select: exp.Select, dialect: Dialect, schema: catalog.Catalog
) -> bool:
    """True if no two rows that window functions and the select list see agree in all of `keys`."""
    group = select.args.get("group")
    if group is None:
        return fixes_rows(keys, select, dialect, schema)
    plain = not any(value for name, value in group.args.items() if name != "expressions")
    outputs = list(select.selects)
    return plain and all(_meant(one, outputs) in keys for one in group.expressions)


def fixes_rows(
    keys: Sequence[exp.Expr], select: exp.Select, dialect: Dialect, schema: catalog.Catalog
) -> bool:
    """True if no two rows of what FROM gives agree in all of `keys`."""
    items = _items(select, dialect, schema)
    if items is None:
        return False
    names = {_name(one, items, dialect, schema) for one in keys if isinstance(one, exp.Column)}
    settled = {name for name in names if name is not None}
    return len(_determined(settled, select, items, dialect, schema)) == len(items)


def limit_matters(query: exp.Query) -> bool:
    """False for a LIMIT that leaves no choice: in EXISTS, of nothing, of everything, of one row."""
    limit = query.args.get("limit")
    if query.args.get("offset") is None and isinstance(limit, exp.Limit):
        count = limit.expression
        if isinstance(count, (exp.Null, exp.Var)) or (
            isinstance(count, exp.Literal) and count.name == "0"
        ):
            return False
        parent = query.parent
        if isinstance(parent, exp.Subquery):
            parent = parent.parent
        if isinstance(parent, exp.Exists):
            return False
    if isinstance(query, exp.Select) and query.args.get("group") is None:
        return not any(_own(one) for output in query.selects for one in _parts(output, False))
    return True


def loose(select: exp.Select, dialect: Dialect, schema: catalog.Catalog) -> Iterator[exp.Column]:
    """The columns of a grouped query that are neither grouped nor in an aggregate, nor fixed by a key."""
    group = select.args.get("group")
    outputs = list(select.selects)
    if group is None and not any(_own(one) for each in outputs for one in _parts(each, False)):
        return
    items = _items(select, dialect, schema)
    grouped = [_meant(one, outputs) for one in group.expressions] if group is not None else []
    if any(not isinstance(one, exp.Column) for one in grouped):
        return  # A column inside of what is grouped may be fixed by it.
    determined: set[str] = set()
    names: set[_Name | None] = set()
    if items is not None:
        names = {_name(one, items, dialect, schema) for one in grouped}
        settled = {name for name in names if name is not None}
        determined = _determined(settled, select, items, dialect, schema)
    written = {one.name.lower() for one in grouped}
    having, order = select.args.get("having"), select.args.get("order")
    listed = [*outputs, *([having.this] if having is not None else [])]
    listed += [_meant(one.this, outputs) for one in order.expressions] if order is not None else []
    for output in listed:
        for node in _parts(output, True):
            if not isinstance(node, exp.Column) or node.is_star:
                continue
            name = _name(node, items or (), dialect, schema)
            known = name in names if name is not None else node.name.lower() in written
            if not known and (name is None or name[0] not in determined):
                yield node


def _own(node: exp.Expr) -> bool:
    return isinstance(node, _AGGREGATES) and not isinstance(node.parent, exp.Window)


def _parts(node: exp.Expr, outside: bool) -> Iterator[exp.Expr]:
    """The nodes of an expression without its sub-queries, and (`outside`) without its aggregates."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, (exp.Query, exp.Subquery)):
            continue
        yield current
        if not (outside and isinstance(current, _AGGREGATES)):
            stack.extend(current.iter_expressions())


def _meant(node: exp.Expr, outputs: Sequence[exp.Expr]) -> exp.Expr:
    """What an item of ORDER BY or GROUP BY means: an output by its number or name, or itself."""
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        at = int(node.name) - 1
        return outputs[at].unalias() if at < len(outputs) else node
    if isinstance(node, exp.Column) and not node.table:
        for output in outputs:
            if isinstance(output, exp.Alias) and output.alias.lower() == node.name.lower():
                return output.this  # type: ignore[no-any-return]
    return node


def _items(
    select: exp.Select, dialect: Dialect, schema: catalog.Catalog
) -> tuple[_Item, ...] | None:
    """What stands in FROM; None if it is more than tables."""
    clause = select.args.get("from_")
    if clause is None:
        return ()
    nodes = [(clause.this, None), *((join.this, join) for join in select.args.get("joins") or ())]
    if select.args.get("laterals") or any(node.args.get("joins") for node, _ in nodes):
        return None
    ctes = {cte.alias.lower() for with_ in _withs(select) for cte in with_.expressions}
    items: list[_Item] = []
    for node, join in nodes:
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            return None
        if node.name.lower() in ctes and not node.db:
            return None
        parts = [sources.name_of(part, dialect) for part in node.parts]
        alias = node.args.get("alias")
        name = sources.name_of(alias.this, dialect) if alias is not None else parts[-1]
        side = str(join.args.get("side") or "") if join is not None else ""
        if join is not None and (join.args.get("using") or join.args.get("method")):
            side = "USING"
        on = join.args.get("on") if join is not None else None
        items.append(_Item(schema.key(name), schema.find(parts), side, on))
    return tuple(items)


def _withs(node: exp.Expr) -> Iterator[exp.With]:
    level: exp.Expr | None = node
    while level is not None:
        found = level.args.get("with_")
        if isinstance(found, exp.With):
            yield found
        level = level.parent


def _name(
    node: exp.Expr, items: Sequence[_Item], dialect: Dialect, schema: catalog.Catalog
) -> _Name | None:
    if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
        return None
    key = schema.key(sources.name_of(node.this, dialect))
    if node.table:
        return schema.key(sources.name_of(node.args["table"], dialect)), key
    having = [item for item in items if item.relation is None or schema.column(item.relation, key)]
    return (having[0].name, key) if len(having) == 1 else None


def _determined(
    settled: set[_Name],
    select: exp.Select,
    items: Sequence[_Item],
    dialect: Dialect,
    schema: catalog.Catalog,
) -> set[str]:
    """The items of which the values in `settled` leave at most one row.

    Not so if a key may hold NULLs: several rows may have them. An equality lets none through.
    """
    where = select.args.get("where")
    links = list(_equalities(where.this if where is not None else None, "", items, dialect, schema))
    for item in items:
        if item.side in ("", "LEFT"):
            right = item.name if item.side == "LEFT" else ""
            links += _equalities(item.on, right, items, dialect, schema)
    # An outer join from the right or both sides adds rows that no condition links.
    outer = any(item.side in ("RIGHT", "FULL") for item in items)
    determined: set[str] = set()
    equated: set[_Name] = set()
    while True:
        before = len(determined), len(equated)
        for item in items:
            for key in item.relation.keys if item.relation is not None else ():
                columns = {(item.name, schema.key(name)) for name in key.columns}
                filled = all(
                    (item.name, schema.key(one.name)) in equated or not one.nullable
                    for one in (item.relation.columns if item.relation is not None else ())
                    if (item.name, schema.key(one.name)) in columns
                )
                if columns <= settled | equated and filled:
                    determined.add(item.name)
        for name, other, right in () if outer else links:
            if (other is None or other in settled | equated or other[0] in determined) and (
                not right or name[0] == right
            ):
                equated.add(name)
        if before == (len(determined), len(equated)):
            return determined


def _equalities(
    condition: exp.Expr | None,
    right: str,
    items: Sequence[_Item],
    dialect: Dialect,
    schema: catalog.Catalog,
) -> Iterator[tuple[_Name, _Name | None, str]]:
    """Pairs of columns that a condition makes equal, both ways round; None stands for a constant."""
    if condition is None:
        return
    for part in condition.flatten() if isinstance(condition, exp.And) else (condition,):
        node = part.unnest()
        if not isinstance(node, exp.EQ):
            continue
        sides = (node.this.unnest(), node.expression.unnest())
        for one, other in (sides, sides[::-1]):
            name = _name(one, items, dialect, schema)
            second = _name(other, items, dialect, schema)
            if name is not None and (second is not None or isinstance(other, exp.Literal)):
                yield name, second, right
