"""A column of the type json.

What:
    Finds columns of the type `json`.

Why:
    It keeps the text as it is and reads it anew for each access, has no `=`, so that DISTINCT and
    GROUP BY fail, and cannot be indexed. `jsonb` can; only if the order of keys or white space
    matters is `json` right.

Example:
    CREATE TABLE event (payload json)

Use instead:
    CREATE TABLE event (payload jsonb)
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit

_TYPES = ("json",)


def check(context: Context) -> Iterator[Finding]:
    for column in migrations.columns(context):
        if column.type_words in _TYPES:
            yield Finding(
                column.whole, "`json` has no `=` and no index: use `jsonb`.", _fixes(column)
            )


def _fixes(column: migrations.Column) -> tuple[Fix, ...]:
    # The rows that are there already would have to be written anew.
    if column.changed:
        return ()
    edit = TextEdit(column.type[0].span, "jsonb")
    return (Fix("Change to `jsonb`", (edit,), "unsafe", True),)


RULE = Rule(
    "performance",
    "hint",
    check,
    dialects=("postgres",),
    kinds=("CREATE TABLE", "ALTER TABLE"),
    fix="unsafe",
    tokens=True,
)
