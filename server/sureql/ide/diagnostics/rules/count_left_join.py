"""COUNT(*) counts 1 where a LEFT JOIN found nothing.

What:
    Finds `count(*)` in a query that groups by columns of one table and joins exactly one other
    table to it by LEFT JOIN, without using that table otherwise.

Why:
    LEFT JOIN gives one row for what has no partner, and `count(*)` counts that row. `count` of a
    key of the joined table gives 0 there.

Example:
    SELECT a.name, count(*) FROM artist AS a
    LEFT JOIN album AS b ON b.artist_id = a.artist_id
    GROUP BY a.name

Use instead:
    SELECT a.name, count(b.album_id) FROM artist AS a
    LEFT JOIN album AS b ON b.artist_id = a.artist_id
    GROUP BY a.name
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.semantics import sources
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    if not context.nodes.get(exp.Count):
        return
    for level in levels.of(context):
        group = level.select.args.get("group")
        if len(level.items) != 2 or level.items[1].side != "LEFT" or group is None:
            continue
        joined = level.items[1]
        if joined.source is None or _used(context, level, joined):
            continue
        for part in (*level.select.expressions, *filter(None, [level.select.args.get("having")])):
            for call in levels.aggregates(part):
                star = call.this if isinstance(call, exp.Count) else None
                span = sources.span_of(star) if isinstance(star, exp.Star) else None
                if span is None or call.expressions:
                    continue
                message = (
                    f"This counts 1 where `{joined.source.name}` has no row: "
                    "count one of its key columns."
                )
                yield Finding(span, message, tuple(_fixes(context, joined, span)))


def _used(context: Context, level: Level, joined: Item) -> bool:
    """True if the joined table is used outside ON, so that its missing rows are in mind."""
    select = level.select
    parts = [*select.expressions]
    parts += [select.args[name] for name in ("where", "group", "having") if select.args.get(name)]
    for part in parts:
        for column in part.find_all(exp.Column):
            source = context.source(column)
            if not context.is_alias(column) and (source is None or source is joined.source):
                return True
    return any(item.is_star for item in select.expressions)


def _fixes(context: Context, joined: Item, span: Span) -> Iterator[Fix]:
    relation = joined.relation
    if relation is None or not relation.primary_key or joined.source is None:
        return
    name = context.dialect.write(relation.primary_key[0])
    text = f"{context.dialect.write(joined.source.name)}.{name}"
    yield Fix(f"Count `{text}`", (TextEdit(span, text),), "unsafe", True)


RULE = Rule("correctness", "warning", check, fix="unsafe", whole=True)
