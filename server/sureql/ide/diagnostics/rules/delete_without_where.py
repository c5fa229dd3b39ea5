"""DELETE without WHERE.

What:
    Finds DELETE statements with no condition, except of tables that are temporary or made in the
    same file.

Why:
    Every row of the table is deleted. That is rarely meant, and hard to take back. If it is meant,
    TRUNCATE is faster; `WHERE true` says so as well.

Example:
    DELETE FROM review

Use instead:
    DELETE FROM review WHERE review_id = 7
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics import migrations, places
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.semantics import sources
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Delete):
        table = node.this
        limited = any(node.args.get(name) for name in ("where", "using", "tables", "limit"))
        if limited or not isinstance(table, exp.Table) or table.args.get("joins"):
            continue
        head = places.before(context, _start(table), "DELETE")
        name = migrations.Name(
            tuple(sources.name_of(part, context.dialect) for part in table.parts),
            places.whole(context, table) or context.tokens[0].span,
        )
        if head is None or migrations.is_new(context, name):
            continue
        message = f"This deletes every row of `{name.last}`: add a WHERE clause."
        yield Finding(Span(head.start, name.span.end), message)


def _start(table: exp.Table) -> int:
    found = sources.whole_span([table])
    return found.start if found is not None else 0


RULE = Rule("safety", "warning", check, kinds=("DELETE", "WITH"), whole=True)
