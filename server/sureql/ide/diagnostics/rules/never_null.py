"""A column that is never NULL is compared with NULL.

What:
    Finds `x IS NULL` and `x IS NOT NULL` where the schema says that `x` is NOT NULL and no outer
    join brings NULLs.

Why:
    The condition is always the same: either it can go, or another column was meant.

Example:
    SELECT title FROM album WHERE title IS NULL

Use instead:
    SELECT title FROM album WHERE released_on IS NULL
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    if not context.nodes.get(exp.Is):
        return
    for level in levels.of(context):
        where = level.select.args.get("where")
        for node in levels.own(where) if where is not None else ():
            column = node.this if isinstance(node, exp.Is) else None
            if not isinstance(column, exp.Column) or not isinstance(node.expression, exp.Null):
                continue
            field, item = context.field(column), level.item(context.source(column))
            if field is None or field.nullable or item is None or item.nullable:
                continue
            if field.column is None or item.relation is None or item.relation.kind != "table":
                continue
            span = places.whole(context, column)
            if span is not None:
                sense = "true" if _negated(node) else "false"
                message = f"`{field.name}` is never NULL: this is always {sense}."
                yield Finding(span, message)


def _negated(node: exp.Expr) -> bool:
    return bool(node.args.get("negate")) != isinstance(node.parent, exp.Not)


RULE = Rule("correctness", "information", check, whole=True)
