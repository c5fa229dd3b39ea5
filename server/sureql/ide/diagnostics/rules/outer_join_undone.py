"""A condition in WHERE undoes a LEFT JOIN.

What:
    Finds conditions in WHERE that are never true for the rows that a LEFT JOIN adds, because they
    compare a column of the joined table, which is NULL there.

Why:
    The rows without a partner, for which LEFT JOIN was written, are lost again: the query gives
    what an inner join gives.

Example:
    SELECT a.name, b.title
    FROM artist AS a
    LEFT JOIN album AS b ON b.artist_id = a.artist_id
    WHERE b.released_on >= '2020-01-01'

Use instead:
    SELECT a.name, b.title
    FROM artist AS a
    LEFT JOIN album AS b ON b.artist_id = a.artist_id AND b.released_on >= '2020-01-01'
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, nulls, places
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for level in levels.of(context):
        told: set[int] = set()
        for condition in level.conditions:
            if nulls.not_null(condition):
                continue  # IS NOT NULL says openly what it does.
            for column in nulls.rejecting(condition):
                item = level.item(context.source(column))
                if item is None or item.side != "LEFT" or id(item) in told:
                    continue
                span = places.whole(context, column)
                if span is None or item.source is None:
                    continue
                told.add(id(item))
                message = (
                    f"This drops the rows that LEFT JOIN keeps: `{item.source.name}` has only "
                    "NULLs there. Put the condition into ON."
                )
                yield Finding(span, message, tuple(_fixes(context, level, item)))


def _fixes(context: Context, level: Level, item: Item) -> Iterator[Fix]:
    """JOIN gives the same rows, but may not be what was meant."""
    if any(other.side == "FULL" for other in level.items):
        return
    start = places.whole(context, item.node)
    word = places.before(context, start.start, "LEFT") if start is not None else None
    if word is None:
        return
    following = places.next_to(context, word.end)
    if following is not None and following.is_word("OUTER"):
        following = places.next_to(context, following.end)
    if following is None or not following.is_word("JOIN"):
        return
    edit = TextEdit(Span(word.start, following.start), "")
    yield Fix("Change to `JOIN`", (edit,), "unsafe")


RULE = Rule("correctness", "warning", check, fix="unsafe", whole=True)
