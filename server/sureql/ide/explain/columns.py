"""The result's columns: name, type, the text they come from, and the base columns behind it."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import naming, quoting
from sureql.ide.explain.model import OutputColumn
from sureql.semantics import output, sources
from sureql.semantics.model import Field


def of(context: Context, query: exp.Expr | None) -> tuple[OutputColumn, ...]:
    """The columns of a query's result, () if they are not known."""
    if query is None:
        return ()
    items = naming.first(query).expressions if isinstance(query, exp.Query) else query.expressions
    fields = context.analysis.output
    stars = any(one.is_star for one in items)
    if not fields and not stars:
        return tuple(_unresolved(context, one) for one in items)
    found = []
    for number, field in enumerate(fields):
        node = items[number] if not stars and number < len(items) else None
        found.append(_column(context, field, node))
    return tuple(found)


def of_inner(context: Context, query: exp.Expr) -> tuple[OutputColumn, ...]:
    """The columns of the query in CREATE VIEW and the like."""
    fields, _ = output.of(query, context.schema, context.dialect, context.masked)
    items = naming.first(query).expressions
    stars = any(one.is_star for one in items)
    return tuple(
        _column(context, field, items[number] if not stars and number < len(items) else None)
        for number, field in enumerate(fields)
    )


def _column(context: Context, field: Field, node: exp.Expr | None) -> OutputColumn:
    lineage = tuple(dict.fromkeys(f"{table}.{name}" for _, table, name in field.origins))
    name = field.name or (naming.output(node) if node is not None else "")
    return OutputColumn(name, field.type, _text(context, node), lineage)


def _unresolved(context: Context, node: exp.Expr) -> OutputColumn:
    return OutputColumn(naming.output(node), "", _text(context, node), ())


def _text(context: Context, node: exp.Expr | None) -> str:
    if node is None:
        return ""
    alias = node.args.get("alias") if isinstance(node, exp.Alias) else None
    span = sources.span_of(alias) if isinstance(alias, exp.Expr) else None
    return quoting.item(context, node.unalias(), span.start if span is not None else None)
