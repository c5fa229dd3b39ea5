"""A column gets another name while code uses it.

What:
    Finds ALTER TABLE … RENAME COLUMN, unless the file makes the table or the column.

Why:
    Programs that are still running say the old name and fail until they are replaced. Adding the
    new column beside the old one, filling it and dropping the old one later keeps both working.

Example:
    ALTER TABLE review RENAME COLUMN stars TO rating

Use instead:
    ALTER TABLE review ADD COLUMN rating smallint
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    found = migrations.altered(context)
    for action in found.actions if found is not None else ():
        # A constraint's name is nobody's business but the database's.
        if not migrations.begins(action, "RENAME") or action[1].is_word("CONSTRAINT"):
            continue
        if migrations.find(action, "TO") < 2:
            continue
        place = migrations.skip(action, 1, "COLUMN")
        column, _ = migrations.name_at(action, place, context.dialect)
        if column is None or f"column {column.last.lower()}" in context.around.above:
            continue
        message = f"Code that still says `{column.last}` fails: add a new column beside it."
        yield Finding(column.span, message)


RULE = Rule("safety", "warning", check, dialects=("postgres",), kinds=("ALTER TABLE",), tokens=True)
