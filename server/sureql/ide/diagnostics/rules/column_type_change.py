"""A new type for a column that makes PostgreSQL write every row anew.

What:
    Finds ALTER COLUMN … TYPE, except to a type that stores the same values in the same way, such
    as a longer varchar, and on a table that this file makes. Where the old type is not known, a
    change to text, varchar or numeric is left alone.

Why:
    The whole table and its indexes are written anew, while nobody can read or write the table.
    Code that still sends or expects the old type may fail as well.

Example:
    ALTER TABLE track ALTER COLUMN milliseconds TYPE bigint

Use instead:
    ALTER TABLE track ADD COLUMN milliseconds_new bigint;
    UPDATE track SET milliseconds_new = milliseconds WHERE track_id BETWEEN 1 AND 10000
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations, stored_types
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    found = migrations.altered(context)
    for action in found.actions if found is not None else ():
        column = migrations.retyped_column(action, context.dialect)
        if found is None or column is None:
            continue
        known = None
        if found.relation is not None and not found.later:
            known = context.schema.column(found.relation, column.name.last)
        before = known.type if known is not None else ""
        if stored_types.same(before, column.whole.of(context.text), _plain(column)):
            continue
        message = (
            f"This writes all rows of `{found.table.last}` anew while nobody can read them: "
            "add a new column and copy the values bit by bit."
        )
        yield Finding(column.whole, message)


def _plain(column: migrations.Column) -> bool:
    """True if the values are taken as they are: no USING, or one that only casts the column."""
    using = migrations.find(column.rest, "USING")
    if using < 0:
        return True
    words = column.rest[using + 1 :]
    return len(words) > 1 and words[1].text == "::" and migrations.find(words[3:], "(") < 0


RULE = Rule("safety", "warning", check, dialects=("postgres",), kinds=("ALTER TABLE",), tokens=True)
