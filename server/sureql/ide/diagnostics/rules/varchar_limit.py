"""A varchar with a length.

What:
    Finds columns of the type `varchar(n)`.

Why:
    PostgreSQL stores text and varchar in the same way, so the limit saves nothing; it only makes
    longer values fail. If a limit is meant, a CHECK can be changed more easily.

Example:
    CREATE TABLE label (name varchar(50))

Use instead:
    CREATE TABLE label (name text)
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule

_TYPES = ("varchar", "character varying")


def check(context: Context) -> Iterator[Finding]:
    for column in migrations.columns(context):
        if column.type_words in _TYPES and migrations.find(column.type, "(") > 0:
            yield Finding(
                column.whole, "The limit saves nothing: use `text`, with a CHECK if it is meant."
            )


RULE = Rule(
    "style",
    "hint",
    check,
    dialects=("postgres",),
    kinds=("CREATE TABLE", "ALTER TABLE"),
    default=False,
    tokens=True,
)
