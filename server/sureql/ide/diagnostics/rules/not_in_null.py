"""NOT IN with a sub-query that may give NULL finds nothing.

What:
    Finds `NOT IN (SELECT column …)` where the column may be NULL.

Why:
    One NULL among the values makes NOT IN unknown for every row, so that the query gives no rows
    at all, without any error.

Example:
    SELECT name FROM genre WHERE genre_id NOT IN (SELECT genre_id FROM track)

Use instead:
    SELECT name FROM genre AS g
    WHERE NOT EXISTS (SELECT 1 FROM track AS t WHERE t.genre_id = g.genre_id)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import not_in, places
from sureql.ide.diagnostics.facts.not_in import NotIn
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_ENDS = ("group", "having", "order", "limit", "offset", "windows", "qualify", "fetch")


def check(context: Context) -> Iterator[Finding]:
    for one in not_in.found(context):
        if not one.nullable:
            continue
        name = one.item.name if isinstance(one.item, exp.Column) else "the sub-query's value"
        shown = f"`{name}`" if isinstance(one.item, exp.Column) else name
        message = f"NOT IN gives no rows as soon as {shown} is NULL: use NOT EXISTS."
        yield Finding(one.span, message, tuple(_fixes(context, one)))


def _fixes(context: Context, one: NotIn) -> Iterator[Fix]:
    """Leave NULLs out in the sub-query, where its end is the place to say so."""
    select, item = one.select, one.item
    span = places.whole(context, item)
    brackets = places.around(context, item)
    if not isinstance(item, exp.Column) or span is None or brackets is None:
        return
    if any(select.args.get(name) for name in _ENDS) or select.args.get("from_") is None:
        return
    where = select.args.get("where")
    if where is not None and isinstance(where.this, (exp.Or, exp.Xor)):
        return
    word = "WHERE" if where is None else "AND"
    end = len(context.text[: brackets.end - 1].rstrip())
    if places.commented(context, Span(span.end, brackets.end)):
        return
    text = f" {word} {span.of(context.text)} IS NOT NULL"
    yield Fix(f"Add `{text.strip()}`", (TextEdit(Span(end, end), text),), "unsafe", True)


RULE = Rule("correctness", "warning", check, fix="unsafe", whole=True)
