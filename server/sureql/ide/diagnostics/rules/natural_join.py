"""NATURAL JOIN joins on whatever columns happen to have the same name.

What:
    Finds `NATURAL JOIN`.

Why:
    A column that is added later to both tables, such as `name` or `updated_at`, silently becomes
    part of the condition, and rows disappear.

Example:
    SELECT title, country FROM album NATURAL JOIN artist

Use instead:
    SELECT title, country FROM album JOIN artist USING (artist_id)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.syntax.tokens import Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    if not context.nodes.get(exp.Join):
        return
    for level in levels.of(context):
        for item in level.items:
            if item.join is None or item.join.args.get("method") != "NATURAL":
                continue
            word = places.clause(context, item.node, "NATURAL")
            if word is not None:
                message = "NATURAL JOIN also joins on columns that are added later: use USING."
                yield Finding(word.span, message, tuple(_fixes(context, level, item, word)))


def _fixes(context: Context, level: Level, item: Item, word: Token) -> Iterator[Fix]:
    span, left = places.whole(context, item.node), level.items[0]
    known = (left.source, item.source)
    if span is None or len(level.items) != 2 or any(not one or not one.closed for one in known):
        return
    assert left.source is not None and item.source is not None
    right = {field.name.lower() for field in item.source.fields}
    shared = [field.name for field in left.source.fields if field.name.lower() in right]
    following = places.next_to(context, word.end)
    if not shared or following is None:
        return
    names = ", ".join(context.dialect.write(name) for name in shared)
    edits = (
        TextEdit(Span(word.start, following.start), ""),
        TextEdit(Span(span.end, span.end), f" USING ({names})"),
    )
    yield Fix(f"Change to `USING ({names})`", edits, "safe", True)


RULE = Rule("correctness", "information", check, fix="safe")
