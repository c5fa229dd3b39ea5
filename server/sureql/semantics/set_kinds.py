"""The kinds of what rows of VALUES and the arms of UNION and its kin give together."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from sureql.semantics.kinds import coercion, naming
from sureql.semantics.model import Field
from sureql.semantics.resolver import Resolver

_MOST_ROWS = 200


def check(
    resolver: Resolver, node: exp.SetOperation, left: Sequence[Field], right: Sequence[Field]
) -> list[str]:
    """The kinds of the columns that two arms give; columns that don't fit are reported."""
    typing = resolver.typing
    if not typing.active:
        return [""] * len(left)
    found: list[str] = []
    for place, (one, two) in enumerate(zip(left, right, strict=True)):
        kinds = [_raw(resolver, one), _raw(resolver, two)]
        if kinds == ["unknown", "unknown"]:
            found.append("text")
            continue
        common = coercion.common(kinds)
        if common is None:
            message = (
                f"{node.key.upper()} can't give both {naming.label(kinds[0])}"
                f" and {naming.label(kinds[1])} in column {place + 1}."
            )
            item = _item(node.expression, place, len(right))
            typing.report(typing.span(item), "type-mismatch", message)
        elif common:
            for arm, kind, count in (
                (node.expression, kinds[1], len(right)),
                (node.this, kinds[0], len(left)),
            ):
                if kind == "unknown":
                    typing.accept(_literal(_item(arm, place, count)), common)
        found.append(common or "")
    return found


def _raw(resolver: Resolver, field: Field) -> str:
    return field.kind if field.kind == "unknown" else resolver.typing.of_field(field)


def _item(arm: exp.Expr, place: int, count: int) -> exp.Expr:
    """The expression that gives a column of an arm, or the arm."""
    inner: exp.Expr = arm.unnest() if isinstance(arm, exp.Subquery) else arm
    items = inner.expressions if isinstance(inner, exp.Select) else []
    if len(items) == count and not any(item.is_star for item in items):
        found = items[place]
        return found if isinstance(found, exp.Expr) else inner
    return inner


def _literal(node: exp.Expr) -> exp.Expr:
    inner = node.this if isinstance(node, exp.Alias) else node
    return inner if isinstance(inner, exp.Expr) else node


def of_column(resolver: Resolver, rows: Sequence[Sequence[exp.Expr]], place: int) -> str:
    """The kind of one column of VALUES, '' if it isn't known."""
    typing = resolver.typing
    if not typing.active or len(rows) > _MOST_ROWS:
        return ""
    kinds = [typing.of(row[place]) for row in rows if place < len(row)]
    return coercion.common(kinds) or ""
