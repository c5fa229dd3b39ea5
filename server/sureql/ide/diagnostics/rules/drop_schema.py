"""DROP SCHEMA … CASCADE and DROP DATABASE.

What:
    Finds DROP DATABASE, and DROP SCHEMA if it also drops what is in the schema. Not if the same
    file makes the schema before or afterwards, nor in the part of a migration that takes it back.

Why:
    All tables in it are lost with their rows.

Example:
    DROP SCHEMA shop CASCADE

Use instead:
    DROP SCHEMA shop
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule

_CASCADING = ("mysql", "snowflake")


def check(context: Context) -> Iterator[Finding]:
    tokens = context.tokens
    what = tokens[1].upper.lower() if len(tokens) > 2 else ""
    cascades = migrations.find(tokens, "CASCADE") > 0 or context.dialect.name in _CASCADING
    if what not in ("schema", "database") or (what == "schema" and not cascades):
        return
    around = context.around
    for name in migrations.listed(context, migrations.skip(tokens, 2, "IF", "EXISTS")):
        made = f"{what} {name.last.lower()}" in around.above | around.below
        if not made and not around.undoes:
            yield Finding(name.span, f"This drops everything in `{name.last}` with all its rows.")


RULE = Rule("safety", "warning", check, kinds=("DROP SCHEMA", "DROP DATABASE"), tokens=True)
