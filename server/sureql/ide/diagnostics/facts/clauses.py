"""Where clauses begin and end, for fixes that take one away or change its word."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.text.span import Span

_ENDS = ("LIMIT", "OFFSET", "FETCH", "FOR", "UNION", "EXCEPT", "INTERSECT", ";")


def order(context: Context, query: exp.Expr) -> Span | None:
    """The ORDER BY of a query, from its first word to its end."""
    clause = query.args.get("order")
    first = places.whole(context, clause.expressions[0]) if clause is not None else None
    by = places.before(context, first.start, "BY") if first is not None else None
    word = places.previous(context, by.start) if by is not None else None
    if by is None or word is None or not word.is_word("ORDER"):
        return None
    depth, end = 0, by.end
    for token in context.tokens[places.index(context, by.end) :]:
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0 or (not depth and token.upper in _ENDS):
            break
        end = token.end
    return Span(word.start, end)
