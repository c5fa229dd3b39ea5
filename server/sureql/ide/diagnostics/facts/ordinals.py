"""Items of ORDER BY and GROUP BY that are numbers, and the columns they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def found(
    context: Context, query: exp.Query, items: Iterable[exp.Expr], words: str, clause: str
) -> Iterator[Finding]:
    """A finding for each number among the items of a clause, with a fix where the name is plain."""
    for item in items:
        span = places.whole(context, item)
        if not isinstance(item, exp.Literal) or item.is_string or span is None:
            continue
        if not item.name.isdigit():
            continue
        meant = _meant(context, query, int(item.name), clause)
        message = f"{words} {item.name} changes its meaning with the select list: use the name."
        fixes = (Fix(f"Change to `{meant}`", (TextEdit(span, meant),), "safe", True),)
        yield Finding(span, message, fixes if meant else ())


def _meant(context: Context, query: exp.Query, place: int, clause: str) -> str:
    """The text that means the same as `place`, '' if there is none that certainly does."""
    if not isinstance(query, exp.Select) or not 1 <= place <= len(query.expressions):
        return ""
    before = query.expressions[:place]
    if any(item.is_star for item in before):
        return ""
    item = before[-1]
    if isinstance(item, exp.Alias):
        # In GROUP BY an alias may be taken for a column of the same name.
        return "" if clause == "group" or not _only(query, item) else _written(context, item)
    if not isinstance(item, exp.Column) or context.source(item) is None:
        return ""
    span = places.whole(context, item)
    clash = any(one.alias.lower() == item.name.lower() for one in query.expressions if one.alias)
    return span.of(context.text) if span is not None and not clash else ""


def _only(query: exp.Select, item: exp.Alias) -> bool:
    """True if no other item of the list has the alias as its name."""
    names = [one.alias_or_name.lower() for one in query.expressions]
    return names.count(item.alias.lower()) == 1


def _written(context: Context, item: exp.Alias) -> str:
    span: Span | None = places.whole(context, item.args["alias"])
    return span.of(context.text) if span is not None else ""
