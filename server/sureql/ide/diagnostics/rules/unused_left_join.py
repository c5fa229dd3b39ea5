"""A LEFT JOIN that changes nothing.

What:
    Finds tables that LEFT JOIN brings in by a unique key and that nothing else in the query
    mentions.

Why:
    Such a join neither adds nor removes rows, and no column of it is used: it only costs time, or
    a column was forgotten.

Example:
    SELECT t.name FROM track AS t LEFT JOIN genre AS g ON g.genre_id = t.genre_id

Use instead:
    SELECT t.name, g.name FROM track AS t LEFT JOIN genre AS g ON g.genre_id = t.genre_id
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.semantics import sources


def check(context: Context) -> Iterator[Finding]:
    if not context.nodes.get(exp.Join):
        return
    for level in levels.of(context):
        for item in level.items:
            if item.side != "LEFT" or item.source is None or item.relation is None:
                continue
            if item.relation.kind != "table" or not _by_key(context, item):
                continue
            if _mentioned(context, level, item):
                continue
            alias = item.node.args.get("alias")
            span = sources.span_of(alias.this if alias is not None else item.node.this)
            if span is not None:
                message = f"`{item.source.name}` is joined, but nothing uses it."
                yield Finding(span, message)


def _by_key(context: Context, item: Item) -> bool:
    """True if at most one row of the table fits each row before it."""
    assert item.join is not None
    names = {one.name.lower() for one in item.join.args.get("using") or ()}
    for condition in levels.conjuncts(item.join.args.get("on")):
        if not isinstance(condition, exp.EQ):
            continue
        for column, other in (
            (condition.this, condition.expression),
            (condition.expression, condition.this),
        ):
            mine = isinstance(column, exp.Column) and context.source(column) is item.source
            theirs = {context.source(one) for one in other.find_all(exp.Column)}
            if mine and item.source not in theirs:
                names.add(column.name.lower())
    return levels.unique(item.relation, frozenset(names))


def _mentioned(context: Context, level: Level, item: Item) -> bool:
    if any(one.is_star for one in level.select.expressions):
        return True
    own = item.join.args.get("on") if item.join is not None else None
    inside = {id(node) for node in own.walk()} if own is not None else set()
    for column in level.select.find_all(exp.Column):
        if id(column) in inside:
            continue
        source = context.source(column)
        if source is item.source or (source is None and not context.is_alias(column)):
            return True
    return bool(item.join is not None and item.join.args.get("using")) or bool(
        level.select.args.get("locks")
    )


RULE = Rule("performance", "information", check, whole=True)
