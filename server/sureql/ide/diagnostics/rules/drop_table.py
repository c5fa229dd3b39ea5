"""DROP TABLE.

What:
    Finds DROP TABLE, except of tables that are temporary, that the same file makes before or
    afterwards, and in the part of a migration that takes it back.

Why:
    The rows are lost, and whatever code still uses the table fails. Rename the table first, and
    drop it when nothing has missed it.

Example:
    DROP TABLE review

Use instead:
    ALTER TABLE review RENAME TO review_unused
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    place = 3 if migrations.begins(context.tokens, "DROP", "FOREIGN", "TABLE") else 2
    if context.around.undoes or not migrations.begins(context.tokens[place - 1 :], "TABLE"):
        return
    place = migrations.skip(context.tokens, place, "IF", "EXISTS")
    for table in migrations.listed(context, place):
        key = table.last.lower()
        again = {f"table {key}", f"view {key}", f"renamed {key}"}
        if migrations.is_new(context, table) or again & context.around.below:
            continue
        message = f"This loses all rows of `{table.last}`, and code that still uses it fails."
        yield Finding(table.span, message)


RULE = Rule("safety", "warning", check, kinds=("DROP TABLE", "DROP FOREIGN"), tokens=True)
