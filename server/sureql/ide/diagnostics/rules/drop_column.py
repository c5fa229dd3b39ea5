"""DROP COLUMN.

What:
    Finds ALTER TABLE … DROP COLUMN, and names the views, indexes and keys that use the column. Not
    of tables or columns that the same file makes, nor in the part of a migration that takes it
    back.

Why:
    The values are lost, and whatever code still uses the column fails; views and keys make the
    statement itself fail, or go with the column. Stop using the column first, in code and in the
    schema, and drop it afterwards.

Example:
    ALTER TABLE album DROP COLUMN artist_id

Use instead:
    ALTER TABLE album ALTER COLUMN artist_id DROP NOT NULL
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule

_MOST = 2_000
_NO_COLUMN = ("CONSTRAINT", "PRIMARY", "FOREIGN", "INDEX", "KEY", "CHECK", "PARTITION", "DEFAULT")


def check(context: Context) -> Iterator[Finding]:
    found = migrations.altered(context)
    for action in found.actions if found is not None else ():
        if not migrations.begins(action, "DROP") or not action[1:]:
            continue
        if action[1].is_word(*_NO_COLUMN):
            continue
        place = migrations.skip(action, 1, "COLUMN", "IF", "EXISTS")
        column, _ = migrations.name_at(action, place, context.dialect)
        if found is None or column is None:
            continue
        if f"column {column.last.lower()}" in context.around.above:
            continue
        users = list(_users(context, found, column.last))
        if users:
            use = "uses" if len(users) == 1 else "use"
            message = f"This loses the data in `{column.last}`, and {_and(users)} {use} it."
        else:
            message = f"This loses the data in `{column.last}`, and code that still uses it fails."
        yield Finding(column.span, message)


def _and(users: list[str]) -> str:
    shown = users if len(users) < 4 else [*users[:3], "others"]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


def _users(context: Context, found: migrations.Altered, column: str) -> Iterator[str]:
    """What the catalog knows to use a column."""
    relation, key = found.relation, context.schema.key
    if relation is None:
        return
    wanted = key(column)
    if any(wanted in map(key, one.columns) for one in relation.keys if one.primary):
        yield "the primary key"
    for index in relation.indexes:
        if wanted in map(key, index.columns):
            yield f"the index `{index.name}`"
    sizes = sum(len(one.relations) for one in context.schema.schemas.values())
    for other in context.schema.relations() if sizes <= _MOST else ():
        if any(
            one.target == (relation.schema, relation.name)
            and wanted in map(key, one.target_columns)
            for one in other.foreign_keys
        ):
            yield f"a foreign key of `{other.name}`"
        if (relation.schema, relation.name) in other.depends and re.search(
            rf"\b{re.escape(column)}\b", other.definition, re.IGNORECASE
        ):
            yield f"the view `{other.name}`"


RULE = Rule("safety", "warning", check, kinds=("ALTER TABLE",), tokens=True)
