"""DELETE without WHERE.

What:
    Finds DELETE statements with no condition, except of tables that are temporary or made in the
    same file.

Why:
    Every row of the table is deleted. That is rarely meant, and hard to take back. If it is meant,
    TRUNCATE is faster; `WHERE true` says so as well.

Example:
    DELETE FROM review

Use instead:
    DELETE FROM review WHERE review_id = 7
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import whole_tables
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    limits = ("where", "using", "tables", "limit")
    for _, table, span in whole_tables.changed(context, exp.Delete, "DELETE", limits):
        yield Finding(span, f"This deletes every row of `{table}`: add a WHERE clause.")


RULE = Rule("safety", "warning", check, kinds=("DELETE", "WITH"), whole=True)
