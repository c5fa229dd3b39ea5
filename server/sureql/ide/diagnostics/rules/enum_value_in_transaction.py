"""A new value of an enum is used in the transaction that adds it.

What:
    Finds the string of a value that ALTER TYPE … ADD VALUE adds in the same transaction, unless the
    transaction makes the type.

Why:
    PostgreSQL refuses to use the new value before the transaction is committed.

Example:
    BEGIN;
    ALTER TYPE invoice_status ADD VALUE 'lost';
    UPDATE invoice SET status = 'lost' WHERE invoice_id = 7;
    COMMIT

Use instead:
    ALTER TYPE invoice_status ADD VALUE 'lost';
    BEGIN;
    UPDATE invoice SET status = 'lost' WHERE invoice_id = 7;
    COMMIT
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.syntax.tokens import Kind


def check(context: Context) -> Iterator[Finding]:
    here = context.around.here
    for token in context.tokens if any(one.startswith("value ") for one in here) else ():
        if token.kind is Kind.STRING and f"value {token.text.lower()}" in here:
            message = f"{token.text} is a new value of an enum: COMMIT before it is used."
            yield Finding(token.span, message)


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("UPDATE", "INSERT", "DELETE", "ALTER TABLE", "CREATE"),
    tokens=True,
)
