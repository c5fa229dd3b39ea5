"""A constraint is added as NOT VALID and validated in one transaction.

What:
    Finds VALIDATE CONSTRAINT of a constraint that the same transaction adds.

Why:
    The lock that adding it takes is kept until COMMIT, so everybody waits for the check after all.
    NOT VALID is of use only if the transaction ends before the check.

Example:
    BEGIN;
    ALTER TABLE track ADD CONSTRAINT track_price_positive CHECK (unit_price > 0) NOT VALID;
    ALTER TABLE track VALIDATE CONSTRAINT track_price_positive;
    COMMIT

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
    found = migrations.altered(context)
    for action in found.actions if found is not None else ():
        if not migrations.begins(action, "VALIDATE", "CONSTRAINT"):
            continue
        name, _ = migrations.name_at(action, 2, context.dialect)
        if name is not None and f"unchecked {name.last.lower()}" in context.around.here:
            message = "The lock of adding it is still held: COMMIT before VALIDATE CONSTRAINT."
            yield Finding(migrations.span(action[:2]), message)


RULE = Rule("safety", "warning", check, dialects=("postgres",), kinds=("ALTER TABLE",), tokens=True)
