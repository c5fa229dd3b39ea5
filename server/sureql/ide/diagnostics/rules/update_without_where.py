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
from sureql.ide.diagnostics.facts import whole_tables
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    limits = ("where", "from_", "limit")
    for node, table, span in whole_tables.changed(context, exp.Update, "UPDATE", limits):
        if not _fills(context, node):
            yield Finding(span, f"This changes every row of `{table}`: add a WHERE clause.")


def _fills(context: Context, node: exp.Expression) -> bool:
    """True if it gives values to columns that were added just now."""
    targets = [one.this for one in node.expressions if isinstance(one, exp.EQ)]
    return bool(targets) and all(
        isinstance(one, exp.Column) and f"column {one.name.lower()}" in context.around.above
        for one in targets
    )


RULE = Rule("safety", "warning", check, kinds=("UPDATE", "WITH"), whole=True)
