"""What a statement's structure forbids, whatever its names mean: checked after resolution.

Each check is true for the engines that it names, and silent where something is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.semantics import (
    grouping,
    ordering,
    recursion,
    roles,
    sources,
    targets,
    type_names,
    typed,
)
from sureql.semantics.kinds import counted, duckdb
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Scope
from sureql.text.span import Span

_NO_AGGREGATES = {"where": "WHERE", "group": "GROUP BY"}
_COMPARED = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Add, exp.Sub, exp.Mul, exp.Div,
    exp.Between, exp.Coalesce, exp.Cast,
)  # fmt: skip
_NO_WINDOWS = {"where": "WHERE", "group": "GROUP BY", "having": "HAVING"}


def check(resolver: Resolver, tree: exp.Expr) -> None:
    """Report what is wrong with the structure of the queries that `resolver` has resolved."""
    _structure(resolver, tree)
    # Last, because what it says of a call is plainer than what types say of it.
    for found in counted.check(resolver):
        resolver.report(found)


def _structure(resolver: Resolver, tree: exp.Expr) -> None:
    if not resolver.rules.strict:
        return
    # Types first: they tell which calls are aggregates.
    typed_problems = tuple(typed.check(resolver))
    for node, scope in list(resolver.scopes):
        # One walk serves all checks: whole files are checked statement by statement.
        below = tuple(level(node))
        if isinstance(node, exp.Select):
            for found in (
                *_misplaced(resolver, node, scope),
                *_nested(resolver, node, scope, below),
                *_windows(resolver, node, below),
                *_locks(resolver, node, scope),
                *grouping.check(resolver, node, scope),
                *grouping.order(resolver, node, scope),
            ):
                resolver.report(found)
        elif isinstance(node, (exp.Update, exp.Delete)):
            for found in _misplaced(resolver, node, scope):
                resolver.report(found)
        if isinstance(node, exp.Values):
            for found in _rows(node):
                resolver.report(found)
        if isinstance(node, exp.Query):
            for found in (*_positions(resolver, node), *ordering.check(resolver, node, scope)):
                resolver.report(found)
        if isinstance(node, exp.DML):
            for found in targets.check(resolver, node, scope):
                resolver.report(found)
        with_ = node.args.get("with_")
        if isinstance(with_, exp.With):
            for found in recursion.check(resolver, with_):
                resolver.report(found)
        for found in (*_widths(resolver, node, below), *roles.check(resolver, node, scope, below)):
            resolver.report(found)
    for found in (*typed_problems, *duckdb.check(resolver), *type_names.check(resolver, tree)):
        resolver.report(found)


def level(node: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes below `node` without those of sub-queries."""
    stack = list(node.iter_expressions())
    while stack:
        current = stack.pop()
        yield current
        if not isinstance(current, (exp.Query, exp.Subquery, exp.CTE)):
            stack.extend(current.iter_expressions())


def _named(node: exp.Expr) -> Span | None:
    inner = node.this if isinstance(node, (exp.Window, exp.Filter)) else node
    if isinstance(inner, exp.Filter):
        inner = inner.this
    return sources.span_of(inner) or sources.whole_span([inner])


def _misplaced(resolver: Resolver, node: exp.Expr, scope: Scope) -> Iterator[Problem]:
    """Aggregates in WHERE and GROUP BY, window functions there and in HAVING."""
    for clause, title in _NO_WINDOWS.items():
        part = node.args.get(clause)
        if part is None:
            continue
        if clause == "where" and resolver.dialect.name == "postgres":
            yield from _outer_aggregates(resolver, part, scope)
        for found in level(part):
            if isinstance(found, exp.Window):
                span = _named(found)
                message = f"Window functions can't stand in {title}: use a sub-query."
                if span is not None:
                    yield Problem(span, "misplaced-window", message)
            elif clause in _NO_AGGREGATES and grouping.is_aggregate(resolver, found):
                span = _named(found)
                if span is None or _is_scalar(found, resolver) or _in_window(found):
                    continue
                if grouping.belongs(resolver, found, scope):
                    end = ": use HAVING." if clause == "where" else "."
                    message = f"Aggregates can't stand in {title}{end}"
                    yield Problem(span, "misplaced-aggregate", message)


def _outer_aggregates(resolver: Resolver, part: exp.Expr, scope: Scope) -> Iterator[Problem]:
    """Aggregates in sub-queries of WHERE that are over columns of this level only: they are this
    level's."""
    for query in part.find_all(exp.Select):
        for found in query.find_all(exp.Func):
            if not grouping.is_aggregate(resolver, found):
                continue
            columns = list(found.find_all(exp.Column))
            span = _named(found)
            if span is None or not columns or found.find_ancestor(exp.Select) is not query:
                continue
            if all(grouping.owner(resolver, column, scope) for column in columns):
                message = "This aggregate is over the outer query, whose WHERE can't have any."
                yield Problem(span, "misplaced-aggregate", message)


def _is_scalar(node: exp.Expr, resolver: Resolver) -> bool:
    """max(a, b) of SQLite."""
    return resolver.dialect.name == "sqlite" and bool(node.expressions)


def _in_window(node: exp.Expr) -> bool:
    return isinstance(node.parent, (exp.Window, exp.Filter))


def _nested(
    resolver: Resolver, node: exp.Select, scope: Scope, below: tuple[exp.Expr, ...]
) -> Iterator[Problem]:
    """An aggregate in an aggregate's argument."""
    for found in below:
        if not grouping.is_aggregate(resolver, found) or _is_scalar(found, resolver):
            continue
        if not grouping.belongs(resolver, found, scope):
            continue
        parent = found.parent
        while parent is not None and parent is not node:
            outer = grouping.is_aggregate(resolver, parent) and not _is_scalar(parent, resolver)
            if outer and not _in_window(parent) and (span := _named(found)) is not None:
                yield Problem(span, "nested-aggregate", "Aggregates can't be nested.")
                break
            if isinstance(parent, exp.Window):
                break
            parent = parent.parent


def _windows(
    resolver: Resolver, node: exp.Select, below: tuple[exp.Expr, ...]
) -> Iterator[Problem]:
    """OVER with a name that WINDOW does not define."""
    defined = {
        resolver.key(resolver.name(one.this))
        for one in node.args.get("windows") or ()
        if isinstance(one.this, exp.Identifier)
    }
    for found in below:
        alias = found.args.get("alias") if isinstance(found, exp.Window) else None
        if not isinstance(alias, exp.Identifier):
            continue
        span = sources.span_of(alias)
        if span is not None and resolver.key(resolver.name(alias)) not in defined:
            message = f"No window `{alias.name}`: WINDOW doesn't define it."
            yield Problem(span, "unknown-window", message)


def _locks(resolver: Resolver, node: exp.Select, scope: Scope) -> Iterator[Problem]:
    """FOR UPDATE OF what is not in FROM."""
    known = {resolver.key(entry.source.name) for entry in scope.entries}
    for lock in node.args.get("locks") or ():
        for table in lock.expressions:
            span = sources.span_of(table.this)
            name = resolver.name(table.this)
            if span is not None and resolver.key(name) not in known and not scope.opaque:
                yield Problem(span, "unknown-alias", f"`{name}` is not in FROM.")


def _positions(resolver: Resolver, node: exp.Query) -> Iterator[Problem]:
    """ORDER BY 3 where the query has two columns."""
    fields, closed = resolver.outputs.get(id(node), ((), False))
    if not closed or not fields or isinstance(node, (exp.Subquery, exp.Values)):
        return
    for clause, title in (("order", "ORDER BY"), ("group", "GROUP BY")):
        part = node.args.get(clause)
        for item in part.expressions if part is not None else ():
            number = item.this if isinstance(item, exp.Ordered) else item
            if not isinstance(number, exp.Literal) or number.is_string or not number.name.isdigit():
                continue
            span = sources.span_of(number)
            if span is not None and not 1 <= int(number.name) <= len(fields):
                many = "1 column" if len(fields) == 1 else f"{len(fields)} columns"
                message = f"{title} {number.name}: the query has {many}."
                yield Problem(span, "position-out-of-range", message)


def _rows(node: exp.Values) -> Iterator[Problem]:
    """Rows of VALUES that are not equally long."""
    if isinstance(node.parent, exp.Insert):
        return
    rows = [row.expressions for row in node.expressions if isinstance(row, exp.Tuple)]
    for row in rows[1:]:
        stars = any(isinstance(item, exp.Star) or item.is_star for item in (*row, *rows[0]))
        span = sources.whole_span(row)
        if len(row) != len(rows[0]) and span is not None and not stars:
            first = len(rows[0])
            message = f"All rows of VALUES must be equally long: {len(row)} here, {first} before."
            yield Problem(span, "values-arity", message)
            return


def _widths(resolver: Resolver, node: exp.Expr, below: tuple[exp.Expr, ...]) -> Iterator[Problem]:
    """Sub-queries that give several columns where one is expected."""
    for found in below if isinstance(node, (exp.Select, exp.DML)) else ():
        if not isinstance(found, exp.Subquery) or not isinstance(found.this, exp.Query):
            continue
        fields, closed = resolver.outputs.get(id(found.this), ((), False))
        if not closed or len(fields) < 2 or not _is_single(resolver, found):
            continue
        span = sources.whole_span(found.this.expressions)
        if span is not None:
            message = f"Only one column is expected here, the sub-query gives {len(fields)}."
            yield Problem(span, "subquery-columns", message)


def _is_single(resolver: Resolver, node: exp.Subquery) -> bool:
    parent = node.parent
    if isinstance(parent, exp.Alias):
        parent = parent.parent
    if isinstance(parent, (exp.Any, exp.All)) and isinstance(parent.parent, _COMPARED):
        other = parent.parent.this  # `a = ANY (SELECT …)`
        return isinstance(other, exp.Column) and resolver.owners.get(id(other)) is not None
    if isinstance(parent, _COMPARED):
        other = parent.expression if parent.this is node else parent.this
        return not isinstance(other, (exp.Tuple, exp.Subquery, exp.Anonymous, exp.Any, exp.All))
    if isinstance(parent, exp.Select):
        return node in parent.expressions or node.parent in parent.expressions
    if isinstance(parent, exp.In) and parent.args.get("query") is node:
        left = parent.this
        return isinstance(left, exp.Column) and resolver.owners.get(id(left)) is not None
    return False
