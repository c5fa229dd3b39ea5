"""A constraint of a domain that is checked while others wait.

What:
    Finds ALTER DOMAIN … ADD CHECK without NOT VALID.

Why:
    PostgreSQL reads every row of every table that has a column of the domain, and until that is
    done nobody can write to those tables. With NOT VALID it only checks new values.

Example:
    ALTER DOMAIN email ADD CONSTRAINT email_has_at CHECK (value LIKE '%@%')

Use instead:
    ALTER DOMAIN email ADD CONSTRAINT email_has_at CHECK (value LIKE '%@%') NOT VALID
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    tokens = context.tokens
    domain, place = migrations.name_at(tokens, 2, context.dialect)
    if domain is None or context.around.undoes:
        return
    if f"domain {domain.last.lower()}" in context.around.above:
        return
    action = tokens[place:]
    constraint = migrations.added_constraint(action)
    if migrations.begins(constraint, "CHECK") and not migrations.unchecked(action):
        message = (
            "Nobody can write to the tables that use the domain while every row is checked: "
            "add NOT VALID."
        )
        yield Finding(constraint[0].span, message, (migrations.not_valid(action),))


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("ALTER DOMAIN",),
    fix="unsafe",
    tokens=True,
)
