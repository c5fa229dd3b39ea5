"""Statements that change every row of a table."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations, places
from sureql.semantics import sources
from sureql.text.span import Span


def changed(
    context: Context, kind: type[exp.Expression], word: str, limits: tuple[str, ...]
) -> Iterator[tuple[exp.Expression, str, Span]]:
    """The nodes of that kind without any of `limits`: the table's name, and the span from `word` to
    it. Tables that the file itself makes are left out, and what takes a migration back."""
    for node in context.all(kind):
        table = node.this
        limited = any(node.args.get(name) for name in limits)
        if limited or not isinstance(table, exp.Table) or table.args.get("joins"):
            continue
        whole = sources.whole_span([*table.parts])
        head = places.before(context, whole.start, word) if whole is not None else None
        if head is None or whole is None or context.around.undoes:
            continue
        parts = tuple(sources.name_of(part, context.dialect) for part in table.parts)
        if not migrations.is_new(context, migrations.Name(parts, whole)):
            yield node, parts[-1], Span(head.start, whole.end)
