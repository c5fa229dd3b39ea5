"""A table gets another name while code uses it.

What:
    Finds ALTER TABLE … RENAME TO, unless the file makes the table, or puts another table or view in
    its place.

Why:
    Programs that are still running say the old name and fail until they are replaced, and those
    that were replaced too early fail as well. A view of the old name serves both.

Example:
    ALTER TABLE review RENAME TO opinion

Use instead:
    ALTER TABLE review RENAME TO opinion;
    CREATE VIEW review AS SELECT review_id, customer_id, album_id FROM opinion
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    found = migrations.altered(context)
    for action in found.actions if found is not None else ():
        if found is None or not migrations.begins(action, "RENAME", "TO"):
            continue
        key = found.table.last.lower()
        if {f"table {key}", f"view {key}", f"renamed {key}"} & context.around.below:
            continue
        message = f"Code that still says `{found.table.last}` fails: keep a view of that name."
        yield Finding(migrations.span(action[:2]), message)


RULE = Rule("safety", "warning", check, dialects=("postgres",), kinds=("ALTER TABLE",), tokens=True)
