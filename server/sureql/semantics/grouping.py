"""Columns that stand outside GROUP BY and aggregates: PostgreSQL and DuckDB refuse them.

Silent where something is not certain: an expression in GROUP BY frees every column in it, a
primary key every column of its table, and what a call of an unknown function does is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.semantics import sources
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Entry, Scope

AGGREGATES = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.ArrayAgg)
_ENDS = (
    exp.Query, exp.Subquery, exp.AggFunc, exp.Anonymous, exp.Window, exp.WithinGroup, exp.Filter
)  # fmt: skip
_MANY = ("cube", "rollup", "grouping_sets", "all", "totals")
_CHANGED = ("except_", "replace", "rename")
_Column = tuple[int, str]


def check(resolver: Resolver, node: exp.Select, scope: Scope) -> Iterator[Problem]:
    """The columns of `node` that must be grouped and are not, each once."""
    if resolver.dialect.name == "sqlite" or scope.opaque or not scope.entries:
        return
    group = node.args.get("group")
    listed = [*node.expressions]
    listed += [part for name in ("having", "order") if (part := node.args.get(name)) is not None]
    if group is None and not any(_aggregates(resolver, part, scope) for part in listed):
        return
    free = _grouped(resolver, node, scope) if group is not None else set()
    if free is None:
        return
    yield from _stars(resolver, node, scope, free)
    told: set[_Column] = set()
    for part in listed:
        for column in _loose(part):
            found = _owned(resolver, column, scope)
            if found is None or found in told or _is_free(resolver, found, free, scope):
                continue
            told.add(found)
            last = column.parts[-1]
            span = sources.span_of(last)
            if span is not None:
                name = resolver.name(last)
                message = f"`{name}` must be in GROUP BY or inside an aggregate."
                yield Problem(span, "not-grouped", message)


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
        if isinstance(current, AGGREGATES) and not _is_windowed(current):
            return belongs(resolver, current, scope)
        stack.extend(current.iter_expressions())
    return False


def _is_windowed(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, (exp.Filter, exp.IgnoreNulls, exp.RespectNulls)):
        parent = parent.parent
    return isinstance(parent, exp.Window)


def _loose(node: exp.Expr) -> Iterator[exp.Column]:
    """Columns outside of anything that may be an aggregate."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, exp.Column):
            if not isinstance(current.this, exp.Star):
                yield current
        elif not isinstance(current, (*_ENDS, exp.Star, exp.Lambda, exp.Dot)):
            stack.extend(reversed(list(current.iter_expressions())))


def _grouped(resolver: Resolver, node: exp.Select, scope: Scope) -> set[_Column] | None:
    """The columns that GROUP BY frees; None if that is not certain."""
    group = node.args["group"]
    if any(group.args.get(name) for name in _MANY) or not group.expressions:
        return None
    free: set[_Column] = set()
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
                free |= set(_columns(resolver, labelled, scope))
                if owner(resolver, item, scope) is None:
                    continue
        if found is None or isinstance(found, (exp.Cube, exp.Rollup, exp.GroupingSets)):
            return None
        columns = list(found.find_all(exp.Column))
        owned = set(_columns(resolver, found, scope))
        if not owned and (columns or found is item):
            return None  # A parameter or a constant may stand for anything.
        free |= owned
    return free


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
    if clause is None or distinct is None or distinct.args.get("on") is not None:
        return
    if resolver.dialect.name != "postgres" or any(item.is_star for item in node.expressions):
        return
    listed = {found for item in node.expressions for found in _columns(resolver, item, scope)}
    for item in clause.expressions:
        column = item.this if isinstance(item, exp.Ordered) else item
        found = _owned(resolver, column, scope) if isinstance(column, exp.Column) else None
        span = sources.span_of(column.parts[-1]) if found is not None else None
        if found is None or found in listed or found[1] in scope.merged or span is None:
            continue
        message = f"SELECT DISTINCT can be ordered only by what it selects, not by `{found[1]}`."
        yield Problem(span, "distinct-order", message)
