"""REFRESH MATERIALIZED VIEW that keeps others from reading.

What:
    Finds REFRESH MATERIALIZED VIEW without CONCURRENTLY of a view that this file does not make.

Why:
    Nobody can read the view until its query is done. CONCURRENTLY lets them read the old rows; it
    needs a unique index over columns of the view, without WHERE.

Example:
    REFRESH MATERIALIZED VIEW sales_by_month

Use instead:
    REFRESH MATERIALIZED VIEW CONCURRENTLY sales_by_month
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    tokens = context.tokens
    if not migrations.begins(tokens, "REFRESH", "MATERIALIZED", "VIEW"):
        return
    if migrations.begins(tokens[3:], "CONCURRENTLY"):
        return
    view, _ = migrations.name_at(tokens, 3, context.dialect)
    if view is None or migrations.is_new(context, view):
        return
    if migrations.find(tokens, "NO", "DATA") < 0:
        message = f"Nobody can read `{view.last}` until its query is done: use CONCURRENTLY."
        yield Finding(
            migrations.span(tokens[:3]), message, (migrations.concurrently(tokens[2].end),)
        )


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("REFRESH",),
    fix="unsafe",
    tokens=True,
)
