"""A CHECK that reads the whole table while others wait.

What:
    Finds ALTER TABLE … ADD CHECK without NOT VALID, on a table that this file does not make.

Why:
    PostgreSQL reads every row to check it, and until that is done nobody can read or write the
    table. With NOT VALID it only checks new rows; VALIDATE CONSTRAINT, in a transaction of its own,
    checks the old ones without keeping anybody waiting.

Example:
    ALTER TABLE track ADD CONSTRAINT track_price_positive CHECK (unit_price > 0)

Use instead:
    ALTER TABLE track ADD CONSTRAINT track_price_positive CHECK (unit_price > 0) NOT VALID;
    ALTER TABLE track VALIDATE CONSTRAINT track_price_positive
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for table, constraint, action in migrations.checked_at_once(context, "CHECK"):
        message = (
            f"Nobody can read or write `{table.last}` while every row is checked: "
            "add NOT VALID, and VALIDATE CONSTRAINT later."
        )
        yield Finding(constraint[0].span, message, (migrations.not_valid(action),))


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("ALTER TABLE",),
    fix="unsafe",
    tokens=True,
)
