"""SUM(DISTINCT …) leaves out equal amounts.

What:
    Finds `sum(DISTINCT x)` and `avg(DISTINCT x)`.

Why:
    Two different rows with the same amount count as one. Most often DISTINCT is meant to undo rows
    that a join has repeated; aggregating before the join does that rightly.

Example:
    SELECT sum(DISTINCT i.total) FROM invoice AS i JOIN invoice_line AS l USING (invoice_id)

Use instead:
    SELECT sum(i.total) FROM invoice AS i
    WHERE EXISTS (SELECT 1 FROM invoice_line AS l WHERE l.invoice_id = i.invoice_id)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Sum, exp.Avg):
        if not isinstance(node.this, exp.Distinct):
            continue
        word = places.clause(context, node.this, "DISTINCT")
        if word is not None:
            yield Finding(word.span, "DISTINCT leaves out equal amounts of different rows.")


RULE = Rule("correctness", "information", check, whole=True)
