"""UPDATE without WHERE.

What:
    Finds UPDATE statements with no condition, except of tables that are temporary or made in the
    same file, and except those that fill columns which the same file adds.

Why:
    Every row of the table is changed, and its old values are lost. `WHERE true` says that this is
    meant.

Example:
    UPDATE album SET title = 'untitled'

Use instead:
    UPDATE album SET title = 'untitled' WHERE album_id = 7
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
    for node in context.all(exp.Update):
        table = node.this
        limited = any(node.args.get(name) for name in ("where", "from_", "limit"))
        if limited or not isinstance(table, exp.Table) or table.args.get("joins"):
            continue
        whole = sources.whole_span([*table.parts])
        head = places.before(context, whole.start, "UPDATE") if whole is not None else None
        if head is None or whole is None or context.around.undoes:
            continue
        parts = tuple(sources.name_of(part, context.dialect) for part in table.parts)
        if migrations.is_new(context, migrations.Name(parts, whole)) or _fills(context, node):
            continue
        message = f"This changes every row of `{parts[-1]}`: add a WHERE clause."
        yield Finding(Span(head.start, whole.end), message)


def _fills(context: Context, node: exp.Update) -> bool:
    """True if it gives values to columns that were added just now."""
    targets = [one.this for one in node.expressions if isinstance(one, exp.EQ)]
    return bool(targets) and all(
        isinstance(one, exp.Column) and f"column {one.name.lower()}" in context.around.above
        for one in targets
    )


RULE = Rule("safety", "warning", check, kinds=("UPDATE", "WITH"), whole=True)
