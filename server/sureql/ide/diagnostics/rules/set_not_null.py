"""SET NOT NULL that reads the whole table.

What:
    Finds ALTER COLUMN … SET NOT NULL, unless a CHECK (… IS NOT NULL) is known that has been
    validated, or the file makes the table.

Why:
    PostgreSQL reads every row to see whether it has a value, while nobody can read or write the
    table. With a CHECK that is NOT VALID at first and validated in a later transaction, others go
    on; SET NOT NULL then trusts it.

Example:
    ALTER TABLE review ALTER COLUMN body SET NOT NULL

Use instead:
    ALTER TABLE review ADD CONSTRAINT review_body_given CHECK (body IS NOT NULL) NOT VALID;
    ALTER TABLE review VALIDATE CONSTRAINT review_body_given;
    ALTER TABLE review ALTER COLUMN body SET NOT NULL
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    found = migrations.altered(context)
    for action in found.actions if found is not None else ():
        column = migrations.altered_column(action, context.dialect)
        if found is None or column is None or not migrations.begins(column[1], "SET", "NOT"):
            continue
        name, words = column
        if not _checked(context, found, name.last):
            message = (
                f"Nobody can read or write `{found.table.last}` while every row is checked: "
                "validate a CHECK (… IS NOT NULL) first."
            )
            yield Finding(migrations.span(words[:3]), message)


def _checked(context: Context, found: migrations.Altered, column: str) -> bool:
    """True if a constraint that is known or seen above has made sure that there is no NULL."""
    above = context.around.above
    if f"checked {found.table.last.lower()}" in above:
        # What the file validates, but does not add, is about a column that is not known.
        return (
            f"filled {column.lower()}" in above or f"added {found.table.last.lower()}" not in above
        )
    # A schema that is read from this very file holds what is below as well.
    if found.relation is None or f"filled {column.lower()}" in above or found.later:
        return False
    pattern = re.compile(rf"\b{re.escape(column)}\W+IS\s+NOT\s+NULL", re.IGNORECASE)
    return any(pattern.search(one) for one in found.relation.checks)


RULE = Rule("safety", "warning", check, dialects=("postgres",), kinds=("ALTER TABLE",), tokens=True)
