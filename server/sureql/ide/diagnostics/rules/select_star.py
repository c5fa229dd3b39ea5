"""SELECT * gives whatever columns the table has at that time.

What:
    Finds `*` over a table or view. A warning where it does harm: in a view, and in INSERT … SELECT.
    A hint in other queries. Not in `EXISTS (SELECT * …)`, nor over a temporary table, a CTE or a
    sub-query whose columns are written out nearby.

Why:
    A column that is added later goes over the wire unread, moves the ones behind it, breaks
    INSERT … SELECT, and does not appear in a view that exists already.

Example:
    CREATE VIEW album_list AS SELECT * FROM album

Use instead:
    CREATE VIEW album_list AS SELECT album_id, title, artist_id FROM album
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.diagnostics.mending import stars
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.semantics import sources
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_MESSAGES = {
    "view": "A view keeps the columns that `*` has today: name them.",
    "insert": "INSERT breaks when a column is added to what `*` stands for: name the columns.",
    "query": "`*` reads every column, also those that are added later: name the columns.",
}


def check(context: Context) -> Iterator[Finding]:
    if not context.nodes.get(exp.Star):
        return
    for level in levels.of(context):
        place = _place(context, level.select)
        if not place:
            continue
        for item in level.select.expressions:
            star = item.this if isinstance(item, exp.Column) else item
            span = sources.span_of(star)
            # `FROM t` alone, which DuckDB takes, has a star that nobody wrote.
            if not isinstance(star, exp.Star) or span is None or span.of(context.text) != "*":
                continue
            if any(star.args.get(name) for name in ("except_", "replace", "rename")):
                continue
            among = len(level.items) > 1 or len(level.select.expressions) > 1
            if isinstance(item, exp.Column) and place == "query" and among:
                continue
            meant = _meant(level, item)
            if not any(_open(context, one) for one in meant):
                continue
            severity = "hint" if place == "query" else "warning"
            fixes = tuple(_fixes(context, span))
            yield Finding(span, _MESSAGES[place], fixes, severity=severity)


def _place(context: Context, select: exp.Select) -> str:
    above = select.parent
    while isinstance(above, (exp.SetOperation, exp.Subquery)) and not _is_item(above):
        above = above.parent
    if isinstance(above, exp.Create):
        return "view" if above.args.get("kind") == "VIEW" else "query"
    if isinstance(above, exp.Insert):
        return "insert"
    if above is None:
        return "view" if context.kind.startswith("CREATE") else "query"
    return "query" if isinstance(above, (exp.CTE, exp.Subquery, exp.With)) else ""


def _is_item(node: exp.Expr) -> bool:
    return isinstance(node.parent, (exp.From, exp.Join))


def _meant(level: Level, item: exp.Expr) -> list[Item]:
    """The items of FROM that a star stands for."""
    if isinstance(item, exp.Column):
        name = item.parts[-2].name.lower()
        return [one for one in level.items if one.source and one.source.name.lower() == name]
    return list(level.items)


def _open(context: Context, item: Item) -> bool:
    source = item.source
    if source is None or not isinstance(item.node, exp.Table):
        return False
    if source.span is None or context.hidden(source.span):
        return False
    if source.relation is not None and source.relation.kind == "temporary table":
        return False
    return source.kind in ("table", "view", "unknown") and isinstance(
        item.node.this, exp.Identifier
    )


def _fixes(context: Context, star: Span) -> Iterator[Fix]:
    found = stars.at(context, star.start)
    if found is not None:
        yield Fix("Write the columns out", (TextEdit(*found),), "unsafe", True)


RULE = Rule("performance", "hint", check, fix="unsafe")
