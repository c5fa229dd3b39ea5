"""A new column that is NOT NULL and has no default.

What:
    Finds ADD COLUMN … NOT NULL without DEFAULT, on a table that this file does not make.

Why:
    The statement fails if the table has rows, because they have no value for the column. It works
    on an empty test database and fails in production.

Example:
    ALTER TABLE review ADD COLUMN language text NOT NULL

Use instead:
    ALTER TABLE review ADD COLUMN language text NOT NULL DEFAULT 'en'
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    found = migrations.altered(context)
    for action in found.actions if found is not None else ():
        column = migrations.added_column(action, context.dialect)
        if found is None or column is None or column.type_words.endswith("serial"):
            continue
        place = migrations.find(column.rest, "NOT", "NULL")
        given = any(
            migrations.find(column.rest, word) >= 0 for word in ("DEFAULT", "GENERATED", "IDENTITY")
        )
        # A domain may have a default of its own.
        if place >= 0 and not given and not _domain(context, column):
            message = f"This fails if `{found.table.last}` has rows: add a DEFAULT."
            yield Finding(migrations.span(column.rest[place : place + 2]), message)


def _domain(context: Context, column: migrations.Column) -> bool:
    name = context.dialect.normalize(column.type[-1].text)
    key = context.schema.key(name)
    return any(key in one.types for one in context.schema.schemas.values())


RULE = Rule("safety", "warning", check, dialects=("postgres",), kinds=("ALTER TABLE",), tokens=True)
