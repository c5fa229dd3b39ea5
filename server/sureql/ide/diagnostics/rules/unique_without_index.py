"""A unique constraint whose index is built while others wait.

What:
    Finds ALTER TABLE … ADD UNIQUE without USING INDEX, also on a column that is being added, unless
    this file makes the table.

Why:
    Nobody can read or write the table until the index is built. An index that is built CONCURRENTLY
    before keeps nobody waiting, and the constraint can take it over at once.

Example:
    ALTER TABLE review ADD CONSTRAINT review_body_key UNIQUE (body)

Use instead:
    CREATE UNIQUE INDEX CONCURRENTLY review_body_key ON review (body);
    ALTER TABLE review ADD CONSTRAINT review_body_key UNIQUE USING INDEX review_body_key
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for table, key in migrations.keys_without_index(context, "UNIQUE"):
        message = (
            f"Nobody can read or write `{table.last}` until the index is built: "
            "build it CONCURRENTLY, then add this USING INDEX."
        )
        yield Finding(migrations.span(key[:1]), message)


RULE = Rule("safety", "warning", check, dialects=("postgres",), kinds=("ALTER TABLE",), tokens=True)
