"""A column of the type money.

What:
    Finds columns of the type `money`.

Why:
    What it shows and reads depends on the server's lc_monetary: with another setting the same value
    is another currency. It keeps two digits, and no currency.

Example:
    CREATE TABLE price (amount money)

Use instead:
    CREATE TABLE price (amount numeric(12, 2), currency text)
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule

_TYPES = ("money",)


def check(context: Context) -> Iterator[Finding]:
    for column in migrations.columns(context):
        if column.type_words in _TYPES:
            yield Finding(column.whole, "Its currency is a setting of the server: use `numeric`.")


RULE = Rule(
    "correctness",
    "hint",
    check,
    dialects=("postgres",),
    kinds=("CREATE TABLE", "ALTER TABLE"),
    tokens=True,
)
