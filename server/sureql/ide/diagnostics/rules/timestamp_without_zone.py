"""A timestamp without time zone.

What:
    Finds columns of the type `timestamp`.

Why:
    It keeps what a clock on some wall shows: two programs in different time zones mean different
    moments by it, and the hour that winter time repeats is ambiguous. `timestamptz` keeps the moment
    and takes no more room.

Example:
    CREATE TABLE visit (visit_id bigint, came_at timestamp)

Use instead:
    CREATE TABLE visit (visit_id bigint, came_at timestamptz)
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule

_TYPES = ("timestamp", "timestamp without time zone")


def check(context: Context) -> Iterator[Finding]:
    for column in migrations.columns(context):
        if column.type_words in _TYPES:
            yield Finding(
                column.whole,
                "This is no moment in time, only what a clock shows: use `timestamptz`.",
            )


RULE = Rule(
    "correctness",
    "hint",
    check,
    dialects=("postgres",),
    kinds=("CREATE TABLE", "ALTER TABLE"),
    default=False,
    tokens=True,
)
