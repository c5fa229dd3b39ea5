"""DETACH PARTITION that keeps others from reading and writing.

What:
    Finds ALTER TABLE … DETACH PARTITION without CONCURRENTLY, of a table that this file does not
    make.

Why:
    The statement waits for every query that uses the partitioned table, and meanwhile new ones wait
    for it. CONCURRENTLY lets them pass. It cannot run in a transaction, and not if there is a
    default partition.

Example:
    ALTER TABLE sale DETACH PARTITION sale_2024

Use instead:
    ALTER TABLE sale DETACH PARTITION sale_2024 CONCURRENTLY
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    found = migrations.altered(context)
    for action in found.actions if found is not None else ():
        if found is None or not migrations.begins(action, "DETACH", "PARTITION"):
            continue
        if action[-1].is_word("CONCURRENTLY", "FINALIZE"):
            continue
        span = migrations.span(action[:2])
        message = (
            f"Nobody can read or write `{found.table.last}` while this waits for its turn: "
            "use CONCURRENTLY"
        )
        if context.around.transaction == "in":
            yield Finding(span, f"{message}, outside the transaction.")
        else:
            yield Finding(span, f"{message}.", (migrations.concurrently(action[-1].end),))


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=("ALTER TABLE",),
    fix="unsafe",
    tokens=True,
)
