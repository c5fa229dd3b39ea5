"""The form that PostgreSQL asks of WITH RECURSIVE, and CTEs that give no rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.semantics import grouping, sources
from sureql.semantics.kinds import naming
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver

_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
_OUTER = ("LEFT", "RIGHT", "FULL")


def check(resolver: Resolver, node: exp.With) -> Iterator[Problem]:
    """Problems of one WITH."""
    if resolver.dialect.name != "postgres":
        return
    for cte in node.expressions:
        alias = cte.args.get("alias")
        if not isinstance(alias, exp.TableAlias):
            continue
        name = resolver.key(resolver.name(alias.this))
        if isinstance(cte.this, _CHANGES):
            if cte.this.args.get("returning") is None:
                yield from _silent(resolver, node, cte, name)
        elif node.args.get("recursive"):
            yield from _recursive(resolver, cte, name)


def _uses(resolver: Resolver, node: exp.Expr, name: str) -> list[exp.Table]:
    return [
        table
        for table in node.find_all(exp.Table)
        if len(table.parts) == 1 and resolver.key(resolver.name(table.this)) == name
    ]


def _silent(resolver: Resolver, node: exp.With, cte: exp.Expr, name: str) -> Iterator[Problem]:
    """A change without RETURNING that the query reads."""
    around = node.parent
    for table in _uses(resolver, around, name) if around is not None else ():
        inside = table.find_ancestor(exp.CTE)
        span = sources.span_of(table.this)
        if inside is cte or span is None:
            continue
        yield Problem(span, "no-returning", f"`{name}` gives no rows: it has no RETURNING.")


def _recursive(resolver: Resolver, cte: exp.Expr, name: str) -> Iterator[Problem]:
    uses = _uses(resolver, cte.this, name)
    if not uses or any(_shadowed(resolver, use, cte, name) for use in uses):
        return
    body = cte.this.unnest() if isinstance(cte.this, exp.Subquery) else cte.this
    if not isinstance(body, exp.Union):
        yield from _told(uses[0], f"`{name}` reads itself: it needs a first part and UNION.")
        return
    first = _uses(resolver, body.this, name)
    if first:
        yield from _told(first[0], f"`{name}` can't be read in its own first part.")
        return
    if len(uses) > 1:
        yield from _told(uses[1], f"`{name}` can be read only once in its recursive part.")
        return
    arm = body.expression.unnest() if isinstance(body.expression, exp.Subquery) else body.expression
    use = uses[0]
    inner = use.find_ancestor(exp.Select)
    if inner is not arm and isinstance(arm, exp.Select) and _in_expression(use, arm):
        yield from _told(use, f"`{name}` can't be read in a sub-query of its recursive part.")
    join = use.find_ancestor(exp.Join)
    if inner is arm and isinstance(arm, exp.Select):
        sides = [str(one.args.get("side") or "") for one in arm.args.get("joins") or ()]
        optional = join is None and ("RIGHT" in sides or "FULL" in sides)
        if join is not None and join.parent is arm:
            optional = join.args.get("side") in ("LEFT", "FULL")
        if optional:
            yield from _told(use, f"`{name}` can't be on the optional side of an outer join.")
        for item in arm.expressions:
            for found in item.find_all(exp.Func):
                span = sources.span_of(found)
                if span is None or not grouping.is_aggregate(resolver, found):
                    continue
                if (
                    not isinstance(found.parent, exp.Window)
                    and found.find_ancestor(exp.Select) is arm
                ):
                    message = "Aggregates can't stand in a recursive part."
                    yield Problem(span, "misplaced-aggregate", message)
    yield from _kinds(resolver, body, name)


def _shadowed(resolver: Resolver, use: exp.Table, cte: exp.Expr, name: str) -> bool:
    """True if a WITH inside defines the same name again."""
    inner = use.find_ancestor(exp.CTE)
    while inner is not None and inner is not cte:
        inner = inner.find_ancestor(exp.CTE)
    return any(
        one is not cte and resolver.key(one.alias) == name for one in cte.this.find_all(exp.CTE)
    )


def _in_expression(use: exp.Table, arm: exp.Select) -> bool:
    """True if the sub-query around `use` is no item of FROM."""
    current: exp.Expr | None = use
    while current is not None and current is not arm:
        parent = current.parent
        if isinstance(current, (exp.Exists, exp.In, exp.Any, exp.All)):
            return True
        if isinstance(current, exp.Subquery) and not isinstance(
            parent, (exp.From, exp.Join, exp.Lateral, exp.Subquery, exp.SetOperation, exp.CTE)
        ):
            return True
        current = parent
    return False


def _told(use: exp.Table, message: str) -> Iterator[Problem]:
    span = sources.span_of(use.this)
    if span is not None:
        yield Problem(span, "recursion", message)


def _kinds(resolver: Resolver, body: exp.SetOperation, name: str) -> Iterator[Problem]:
    """The recursive part may not make a column's type wider."""
    left, one = resolver.outputs.get(id(body.this), ((), False))
    right, two = resolver.outputs.get(id(body.expression), ((), False))
    arm = body.expression
    if not one or not two or len(left) != len(right) or not isinstance(arm, exp.Select):
        return
    if len(arm.expressions) != len(right) or any(item.is_star for item in arm.expressions):
        return
    for first, second, item in zip(left, right, arm.expressions, strict=True):
        start, later = resolver.typing.of_field(first), resolver.typing.of_field(second)
        if first.kind == "unknown" or second.kind == "unknown" or start == later:
            continue
        span = sources.whole_span([item])
        if (start, later) in _WIDER and span is not None:
            message = (
                f"`{name}` begins with {naming.label(start)} here, this is {naming.label(later)}:"
                " cast the first one."
            )
            yield Problem(span, "recursion", message)


_NUMBERS = ("int2", "int4", "int8", "numeric", "float4", "float8")
_WIDER = frozenset(
    (one, two) for place, one in enumerate(_NUMBERS) for two in _NUMBERS[place + 1 :]
) | {("varchar", "text"), ("bpchar", "text"), ("date", "timestamp"), ("date", "timestamptz")}
