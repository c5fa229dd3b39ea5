"""Two columns of a sub-query have the same name.

What:
    Finds a name that the select list of a CTE or of a sub-query in FROM gives twice.

Why:
    The query around it cannot tell the two apart: the name is ambiguous there, or means one of them
    at the engine's choice.

Example:
    WITH pairs AS (
        SELECT a.name, g.name FROM artist AS a JOIN genre AS g ON g.genre_id = a.artist_id
    )
    SELECT count(*) FROM pairs

Use instead:
    WITH pairs AS (
        SELECT a.name, g.name AS genre FROM artist AS a JOIN genre AS g ON g.genre_id = a.artist_id
    )
    SELECT count(*) FROM pairs
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.semantics import sources


def check(context: Context) -> Iterator[Finding]:
    if len(context.nodes.get(exp.Select, ())) < 2:
        return
    for select in context.all(exp.Select):
        if not _is_read_by_name(select):
            continue
        seen: dict[str, exp.Expr] = {}
        for item in select.expressions:
            if not isinstance(item, (exp.Column, exp.Alias)) or item.is_star:
                continue
            node = item.args["alias"] if isinstance(item, exp.Alias) else item.this
            name = node.name.lower()
            first = seen.setdefault(name, node)
            span, earlier = sources.span_of(node), sources.span_of(first)
            if first is node or span is None or earlier is None:
                continue
            message = f"A second column is called `{node.name}`: give one of them an alias."
            yield Finding(span, message, related=((earlier, "the first one"),))


def _is_read_by_name(select: exp.Select) -> bool:
    above = select.parent
    if isinstance(above, exp.CTE):
        alias = above.args.get("alias")
        return alias is None or not alias.args.get("columns")
    if not isinstance(above, exp.Subquery) or not isinstance(above.parent, (exp.From, exp.Join)):
        return False
    alias = above.args.get("alias")
    return alias is None or not alias.args.get("columns")


RULE = Rule("correctness", "warning", check, whole=True)
