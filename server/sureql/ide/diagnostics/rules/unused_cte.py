"""A CTE that nothing reads.

What:
    Finds names in WITH that the rest of the statement does not mention.

Why:
    It is left over, or another name was meant in FROM. Some engines run it all the same.

Example:
    WITH long AS (SELECT * FROM track WHERE milliseconds > 600000) SELECT name FROM track

Use instead:
    WITH long AS (SELECT name FROM track WHERE milliseconds > 600000) SELECT name FROM long
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.semantics import sources
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for clause in context.all(exp.With):
        for cte in clause.expressions:
            alias = cte.args.get("alias")
            span = sources.span_of(alias.this) if alias is not None else None
            # One that changes data runs in any case.
            if span is None or not isinstance(cte.this, (exp.Query, exp.Values)):
                continue
            if cte.this.find(exp.Insert, exp.Update, exp.Delete) is not None:
                continue
            if not _is_read(context, cte, span):
                fixes = tuple(_fixes(context, clause, cte, span))
                yield Finding(span, f"`{alias.this.name}` is never used.", fixes)


def _is_read(context: Context, cte: exp.CTE, span: Span) -> bool:
    inside = places.whole(context, cte)
    for one in context.analysis.references:
        if (
            one.kind == "cte"
            and one.definition == span
            and not (inside and inside.covers(one.span))
        ):
            return True
    # Whatever could not be analysed may mention it: then its name stands somewhere.
    name = span.of(context.text).lower()
    return any(
        table.name.lower() == name
        for table in context.all(exp.Table)
        if (where := sources.span_of(table.this)) is not None
        and not (inside and inside.covers(where))
        and where.start not in context.meanings
    )


def _fixes(context: Context, clause: exp.With, cte: exp.CTE, span: Span) -> Iterator[Fix]:
    body = places.around(context, cte.this)
    if body is None:
        return
    after, before = places.next_to(context, body.end), places.previous(context, span.start)
    if after is None or before is None:
        return
    if after.text == ",":
        following = places.next_to(context, after.end)
        gone = Span(span.start, following.start if following is not None else after.end)
    elif before.text == ",":
        gone = Span(before.start, body.end)
    elif before.is_word("WITH") and len(clause.expressions) == 1:
        gone = Span(before.start, after.start)
    else:
        return
    if not places.commented(context, gone):
        yield Fix("Remove it", (TextEdit(gone, ""),), "unsafe", True)


RULE = Rule("correctness", "warning", check, tags=("unnecessary",), fix="unsafe", whole=True)
