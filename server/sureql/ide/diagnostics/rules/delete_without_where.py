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

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations, places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.semantics import sources
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Delete):
        table = node.this
        limited = any(node.args.get(name) for name in ("where", "using", "tables", "limit"))
        if limited or not isinstance(table, exp.Table) or table.args.get("joins"):
            continue
        whole = sources.whole_span([*table.parts])
        head = places.before(context, whole.start, "DELETE") if whole is not None else None
        if head is None or whole is None or context.around.undoes:
            continue
        parts = tuple(sources.name_of(part, context.dialect) for part in table.parts)
        if not migrations.is_new(context, migrations.Name(parts, whole)):
            message = f"This deletes every row of `{parts[-1]}`: add a WHERE clause."
            yield Finding(Span(head.start, whole.end), message)


RULE = Rule("safety", "warning", check, kinds=("DELETE", "WITH"), whole=True)
