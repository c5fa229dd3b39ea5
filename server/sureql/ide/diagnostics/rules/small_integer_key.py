"""A primary key that may run out of numbers.

What:
    Finds primary keys of the types `integer` and `smallint`, also as `serial`.

Why:
    After 2,147,483,647 rows, deleted and failed ones included, no further row can be inserted, and
    by then changing the type takes the table out of use for hours.

Example:
    CREATE TABLE event (event_id integer PRIMARY KEY)

Use instead:
    CREATE TABLE event (event_id bigint PRIMARY KEY)
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule

_TYPES = frozenset(
    "int integer int4 smallint int2 serial serial4 smallserial serial2".split()  # noqa: SIM905
)


def check(context: Context) -> Iterator[Finding]:
    for column in migrations.columns(context):
        if column.type_words in _TYPES and migrations.find(column.rest, "PRIMARY", "KEY") >= 0:
            yield Finding(column.whole, "This key may run out of numbers: use `bigint`.")


RULE = Rule(
    "safety",
    "hint",
    check,
    dialects=("postgres",),
    kinds=("CREATE TABLE", "ALTER TABLE"),
    default=False,
    tokens=True,
)
