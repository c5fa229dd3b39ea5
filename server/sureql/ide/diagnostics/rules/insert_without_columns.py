"""INSERT without a column list depends on the order of the table's columns.

What:
    Finds `INSERT INTO t VALUES (…)` and `INSERT INTO t SELECT …`. Off unless it is switched on: in
    scripts that make their tables themselves it does no harm.

Why:
    A column that is added to the table breaks the statement, and one that is moved puts values
    where they don't belong.

Example:
    INSERT INTO genre VALUES (1, 'Rock')

Use instead:
    INSERT INTO genre (genre_id, name) VALUES (1, 'Rock')
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.semantics import sources
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Insert):
        table = node.this
        if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
            continue
        if node.args.get("by_name") or not isinstance(node.expression, (exp.Values, exp.Query)):
            continue
        span = sources.span_of(table.this)
        if span is not None:
            message = f"Name the columns: the order of those of `{table.name}` may change."
            yield Finding(span, message, tuple(_fixes(context, node, table)))


def _fixes(context: Context, node: exp.Insert, table: exp.Table) -> Iterator[Fix]:
    end = places.whole(context, table)
    parts = [context.dialect.normalize(_written(context, part)) for part in table.parts]
    relation = context.schema.find(parts)
    values = node.expression
    if relation is None or not relation.closed or end is None:
        return
    if not isinstance(values, exp.Values) or any(column.generated for column in relation.columns):
        return
    rows = [row.expressions for row in values.expressions if isinstance(row, exp.Tuple)]
    if not rows or any(len(row) != len(relation.columns) for row in rows):
        return
    names = ", ".join(context.dialect.write(column.name) for column in relation.columns)
    edit = TextEdit(Span(end.end, end.end), f" ({names})")
    yield Fix("Name the columns", (edit,), "safe", True)


def _written(context: Context, part: exp.Expr) -> str:
    span = sources.span_of(part)
    return span.of(context.text) if span is not None else part.name


RULE = Rule("style", "information", check, default=False, fix="safe")
