"""A sub-query in the select list runs once for each row.

What:
    Finds sub-queries in the select list that refer to the query around them. Off unless it is
    switched on: over few rows it does no harm.

Why:
    PostgreSQL and SQLite run it again for each row. A join with a grouped sub-query reads the
    table once.

Example:
    SELECT a.name, (SELECT count(*) FROM album AS b WHERE b.artist_id = a.artist_id) FROM artist AS a

Use instead:
    SELECT a.name, count(b.album_id)
    FROM artist AS a LEFT JOIN album AS b ON b.artist_id = a.artist_id
    GROUP BY a.artist_id, a.name
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    if len(context.nodes.get(exp.Select, ())) < 2:
        return
    for level in levels.of(context):
        for item in level.select.expressions:
            for node in levels.own(item):
                if not isinstance(node, exp.Subquery):
                    continue
                sources = (context.source(column) for column in node.find_all(exp.Column))
                word = places.clause(context, node, "SELECT")
                if word is not None and any(level.item(source) for source in sources):
                    message = "This runs once for each row: a join reads the table once."
                    yield Finding(word.span, message)


RULE = Rule("performance", "hint", check, dialects=("postgres", "sqlite"), default=False)
