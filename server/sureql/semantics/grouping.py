"""Columns that stand outside GROUP BY and aggregates: PostgreSQL and DuckDB refuse them.

Silent where something is not certain: an expression in GROUP BY frees every column in it, a
primary key every column of its table, and what a call of an unknown function does is not known.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.semantics import fingerprint, sources
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Entry, Scope

_AGGREGATES = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.ArrayAgg)
_ENDS = (
    exp.Query, exp.Subquery, exp.AggFunc, exp.Window, exp.WithinGroup, exp.Filter
)  # fmt: skip
_MANY = ("cube", "rollup", "grouping_sets", "all", "totals")
_CHANGED = ("except_", "replace", "rename")
_Column = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Grouped:
    """What GROUP BY frees: columns, and whole expressions by their fingerprints."""

    columns: set[_Column]
    expressions: set[Hashable]
    kinds: set[type[exp.Expr]]


_NOTHING = _Grouped(set(), set(), set())


def check(resolver: Resolver, node: exp.Select, scope: Scope) -> Iterator[Problem]:
    """The columns of `node` that must be grouped and are not, each once."""
    if resolver.dialect.name == "sqlite" or scope.opaque or not scope.entries:
        return
    group = node.args.get("group")
    listed = [*node.expressions]
    listed += [part for name in ("having", "order") if (part := node.args.get(name)) is not None]
    if not is_grouped(resolver, node, scope):
        return
    free = _grouped(resolver, node, scope) if group is not None else _NOTHING
    if free is None:
        return
    yield from _stars(resolver, node, scope, free.columns)
    told: set[_Column] = set()
    for part in listed:
        for column in _loose(resolver, part, scope, free):
            found = _owned(resolver, column, scope)
            if found is None or found in told or _is_free(resolver, found, free.columns, scope):
                continue
            told.add(found)
            last = column.parts[-1]
            span = sources.span_of(last)
            if span is not None:
                name = resolver.name(last)
                message = f"`{name}` must be in GROUP BY or inside an aggregate."
                yield Problem(span, "not-grouped", message)


def is_grouped(resolver: Resolver, node: exp.Select, scope: Scope) -> bool:
    """True if `node` gives one row for a group, or one in all."""
    if node.args.get("group") is not None or node.args.get("having") is not None:
        return True
    order = node.args.get("order")
    listed = [*node.expressions, *([order] if order is not None else [])]
    return any(_aggregates(resolver, part, scope) for part in listed)


def is_aggregate(resolver: Resolver, node: exp.Expr) -> bool:
    """True for a call that is certainly an aggregate's."""
    return isinstance(node, _AGGREGATES) or resolver.typing.roles.get(id(node)) in ("a", "o")


def owner(resolver: Resolver, column: exp.Column, scope: Scope) -> Entry | None:
    """The entry of `scope` that a resolved column is from."""
    entry = resolver.owners.get(id(column))
    return entry if entry is not None and any(entry is one for one in scope.entries) else None


def belongs(resolver: Resolver, aggregate: exp.Expr, scope: Scope) -> bool:
    """True if an aggregate is of this query level: one over outer columns only is the outer's."""
    if scope.parent is None or not any(level.entries for level in scope.parent.levels()):
        return True
    columns = list(aggregate.find_all(exp.Column))
    return not columns or any(owner(resolver, column, scope) for column in columns)


def _aggregates(resolver: Resolver, node: exp.Expr, scope: Scope) -> bool:
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, (exp.Query, exp.Subquery)):
            continue
        if is_aggregate(resolver, current) and not _is_windowed(current):
            return belongs(resolver, current, scope)
        stack.extend(current.iter_expressions())
    return False


def _is_windowed(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, (exp.Filter, exp.IgnoreNulls, exp.RespectNulls)):
        parent = parent.parent
    return isinstance(parent, exp.Window)


def _loose(
    resolver: Resolver, node: exp.Expr, scope: Scope, free: _Grouped
) -> Iterator[exp.Column]:
    """Columns outside of anything that may be an aggregate or that is grouped as a whole."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, exp.Column):
            if not isinstance(current.this, exp.Star):
                yield current
            continue
        if type(current) in free.kinds and (
            fingerprint.of(resolver, current, scope) in free.expressions
        ):
            continue
        if isinstance(current, exp.Window):
            stack.extend(reversed(_windowed(current)))
        elif isinstance(current, exp.Query) and resolver.dialect.name == "postgres":
            yield from _correlated(resolver, current, scope)
        elif not isinstance(current, (*_ENDS, exp.Star, exp.Lambda, exp.Dot)) and not (
            isinstance(current, exp.Anonymous) and resolver.typing.roles.get(id(current)) != ""
        ):
            stack.extend(reversed(list(current.iter_expressions())))


def _windowed(node: exp.Window) -> list[exp.Expr]:
    """What a window function is over: its own call gives no value for a group."""
    call = node.this
    while isinstance(call, (exp.Filter, exp.IgnoreNulls, exp.RespectNulls)):
        call = call.this
    if isinstance(call, exp.WithinGroup) or not isinstance(call, exp.Func):
        return []
    order = node.args.get("order")
    return [
        *call.iter_expressions(),
        *(node.args.get("partition_by") or ()),
        *([order] if isinstance(order, exp.Expr) else []),
    ]


def _correlated(resolver: Resolver, node: exp.Expr, scope: Scope) -> Iterator[exp.Column]:
    """Columns of this level in a sub-query, outside of aggregates."""
    for column in node.find_all(exp.Column):
        if owner(resolver, column, scope) is None:
            continue
        parent = column.parent
        while parent is not None and parent is not node:
            if is_aggregate(resolver, parent) or isinstance(parent, (exp.AggFunc, exp.Anonymous)):
                break
            parent = parent.parent
        else:
            yield column


def _grouped(resolver: Resolver, node: exp.Select, scope: Scope) -> _Grouped | None:
    """What GROUP BY frees; None if that is not certain."""
    group = node.args["group"]
    if any(group.args.get(name) for name in _MANY) or not group.expressions:
        return None
    free = _Grouped(set(), set(), set())
    named = {resolver.key(item.alias): item for item in node.expressions if item.alias}
    for item in group.expressions:
        found: exp.Expr | None = item
        if isinstance(item, exp.Literal) and not item.is_string:
            place = int(item.name) - 1 if item.name.isdigit() else -1
            if not 0 <= place < len(node.expressions) or any(
                one.is_star for one in node.expressions[: place + 1]
            ):
                return None
            found = node.expressions[place]
        elif isinstance(item, exp.Column) and len(item.parts) == 1:
            labelled = named.get(resolver.key(resolver.name(item.this)))
            if labelled is not None:
                _free(resolver, labelled, scope, free)
                if owner(resolver, item, scope) is None:
                    continue
        if found is None or isinstance(found, (exp.Cube, exp.Rollup, exp.GroupingSets)):
            return None
        columns = list(found.find_all(exp.Column))
        owned = set(_columns(resolver, found, scope))
        if not owned and (columns or found is item):
            return None  # A parameter or a constant may stand for anything.
        _free(resolver, found, scope, free)
    return free


def _free(resolver: Resolver, item: exp.Expr, scope: Scope, free: _Grouped) -> None:
    inner = item
    while isinstance(inner, (exp.Paren, exp.Alias)):
        inner = inner.this
    if isinstance(inner, exp.Column):
        free.columns.update(_columns(resolver, inner, scope))
    elif isinstance(inner, exp.Tuple):
        for part in inner.expressions:
            _free(resolver, part, scope, free)
    else:
        free.expressions.add(fingerprint.of(resolver, inner, scope))
        free.kinds.add(type(inner))


def _columns(resolver: Resolver, node: exp.Expr, scope: Scope) -> Iterator[_Column]:
    for column in node.find_all(exp.Column):
        found = _owned(resolver, column, scope)
        if found is not None:
            yield found


def _owned(resolver: Resolver, column: exp.Column, scope: Scope) -> _Column | None:
    entry = owner(resolver, column, scope)
    if entry is None:
        return None
    return id(entry), resolver.key(resolver.name(column.parts[-1]))


def _is_free(resolver: Resolver, found: _Column, free: set[_Column], scope: Scope) -> bool:
    place, key = found
    if found in free or key in scope.merged:
        return True
    entry = next(one for one in scope.entries if id(one) == place)
    if not entry.source.closed or len(entry.index.get(key, ())) != 1:
        return True
    if resolver.dialect.name != "postgres":
        return False
    relation = entry.source.relation
    primary = relation.primary_key if relation is not None else ()
    merged = {name for _, name in free} & set(scope.merged)
    return bool(primary) and all(
        (place, resolver.key(name)) in free or resolver.key(name) in merged for name in primary
    )


def _stars(
    resolver: Resolver, node: exp.Select, scope: Scope, free: set[_Column]
) -> Iterator[Problem]:
    """`*` among grouped columns, if it brings one that is not."""
    for item in node.expressions:
        star = item.this if isinstance(item, exp.Column) else item
        if not isinstance(star, exp.Star) or any(star.args.get(name) for name in _CHANGED):
            continue
        entries = scope.entries
        if isinstance(item, exp.Column):
            name = resolver.key(resolver.name(item.parts[-2]))
            entries = [one for one in entries if resolver.key(one.source.name) == name]
        for entry in entries:
            loose = (
                key for key in entry.index if not _is_free(resolver, (id(entry), key), free, scope)
            )
            key, span = next(loose, None), sources.span_of(star)
            if key is not None and span is not None:
                name = entry.index[key][0].name
                message = f"`*` has `{name}`, which is not in GROUP BY."
                yield Problem(span, "not-grouped", message)
                break


def order(resolver: Resolver, node: exp.Select, scope: Scope) -> Iterator[Problem]:
    """SELECT DISTINCT may be ordered only by what it selects in PostgreSQL."""
    distinct, clause = node.args.get("distinct"), node.args.get("order")
    if clause is None or distinct is None or resolver.dialect.name != "postgres":
        return
    if scope.opaque or any(item.is_star for item in node.expressions):
        return
    on = distinct.args.get("on")
    if on is not None:
        yield from _order_of_distinct_on(resolver, node, on, scope)
        return
    listed = {fingerprint.of(resolver, item, scope) for item in node.expressions}
    for item in clause.expressions:
        written = item.this if isinstance(item, exp.Ordered) else item
        if _names_output(resolver, written, node):
            continue
        if fingerprint.of(resolver, written, scope) in listed or not _is_certain(
            resolver, written, scope
        ):
            continue
        last = written.parts[-1] if isinstance(written, exp.Column) else written
        span = sources.span_of(last) or sources.whole_span([last])
        if span is not None:
            name = f"`{last.name}`" if isinstance(written, exp.Column) else "this"
            message = f"SELECT DISTINCT can be ordered only by what it selects, not by {name}."
            yield Problem(span, "distinct-order", message)


def _names_output(resolver: Resolver, item: exp.Expr, node: exp.Select) -> bool:
    """True for a position and for the name of an output column."""
    if isinstance(item, exp.Literal):
        return True
    if not isinstance(item, exp.Column) or len(item.parts) > 1:
        return False
    key = resolver.key(resolver.name(item.this))
    return any(
        resolver.key(field.name) == key for field in resolver.outputs.get(id(node), ((), False))[0]
    )


def _is_certain(resolver: Resolver, item: exp.Expr, scope: Scope) -> bool:
    """True if every column of an expression is known, and there is something in it that varies."""
    columns = list(item.find_all(exp.Column))
    if any(owner(resolver, column, scope) is None for column in columns):
        return False
    if any(resolver.key(resolver.name(column.parts[-1])) in scope.merged for column in columns):
        return False
    return bool(columns) or isinstance(item, exp.Count)


def _order_of_distinct_on(
    resolver: Resolver, node: exp.Select, on: exp.Expr, scope: Scope
) -> Iterator[Problem]:
    """DISTINCT ON (a): ORDER BY must begin with a."""
    items = on.expressions if isinstance(on, exp.Tuple) else [on]
    if any(not isinstance(item, exp.Column) or len(item.parts) == 0 for item in items):
        return
    wanted = {fingerprint.of(resolver, item, scope) for item in items}
    left = set(wanted)
    for item in node.args["order"].expressions:
        written = item.this if isinstance(item, exp.Ordered) else item
        if not left:
            return
        if not isinstance(written, exp.Column) or owner(resolver, written, scope) is None:
            return
        found = fingerprint.of(resolver, written, scope)
        left.discard(found)
        if found in wanted:
            continue
        span = sources.span_of(written.parts[-1])
        if span is not None:
            message = "ORDER BY must begin with the columns of DISTINCT ON."
            yield Problem(span, "distinct-order", message)
        return
