"""A foreign key that is checked while others wait.

What:
    Finds ALTER TABLE … ADD FOREIGN KEY without NOT VALID, on a table that this file does not make.

Why:
    PostgreSQL looks up every row in the other table, and until that is done nobody can write to
    either of the two. With NOT VALID it only checks new rows; VALIDATE CONSTRAINT, in a transaction
    of its own, checks the old ones without keeping anybody waiting.

Example:
    ALTER TABLE review ADD CONSTRAINT review_album_fk FOREIGN KEY (album_id) REFERENCES album

Use instead:
    ALTER TABLE review
        ADD CONSTRAINT review_album_fk FOREIGN KEY (album_id) REFERENCES album NOT VALID;
    ALTER TABLE review VALIDATE CONSTRAINT review_album_fk
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for _, constraint, action in migrations.checked_at_once(context, "FOREIGN", "KEY"):
        message = (
            "Nobody can write to the two tables while every row is checked: add NOT VALID, "
            "and VALIDATE CONSTRAINT later."
        )
        yield Finding(migrations.span(constraint[:2]), message, (migrations.not_valid(action),))


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("ALTER TABLE",),
    fix="unsafe",
    tokens=True,
)
