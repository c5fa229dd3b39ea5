"""Tables are joined without a condition that links them.

What:
    Finds tables in FROM that a comma (or a JOIN without ON) brings in, and that no condition links
    with the others. CROSS JOIN says openly what it does and is left alone, as is a sub-query of
    one row.

Why:
    Every row of the one is paired with every row of the other: thousands of rows become millions,
    and sums over them are wrong.

Example:
    SELECT a.name, b.title FROM artist AS a, album AS b WHERE a.country = 'DE'

Use instead:
    SELECT a.name, b.title FROM artist AS a JOIN album AS b ON b.artist_id = a.artist_id
    WHERE a.country = 'DE'
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, linked, places
from sureql.ide.diagnostics.facts.levels import Item
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.semantics import sources
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for level in levels.of(context):
        commas = [item for item in level.items if linked.bare(context, item)]
        if not commas or level.select.args.get("laterals"):
            continue
        if any(item.source is None for item in level.items):
            continue
        groups = linked.groups(context, level)
        if groups is None:
            continue
        for item in commas:
            if len(groups) < 2:
                break
            mine = next((group for group in groups if item in group), None)
            if mine is None:
                continue  # Told with a table that it is linked with.
            others = [one for group in groups if group is not mine for one in group]
            span = places.whole(context, item.node)
            if span is None or item.source is None or linked.few(context, level, item):
                continue
            others = [one for one in others if not linked.few(context, level, one)]
            if not others or others[0].source is None:
                continue
            groups.remove(mine)
            message = (
                f"No condition links `{item.source.name}` with `{others[0].source.name}`: "
                "each row is paired with every row."
            )
            yield Finding(span, message, tuple(_fixes(context, item, others)))


def _fixes(context: Context, item: Item, others: list[Item]) -> Iterator[Fix]:
    """A comma becomes JOIN … ON where one foreign key says how."""
    span = places.whole(context, item.node)
    comma = places.previous(context, span.start) if span is not None else None
    pairs = [found for other in others for found in _keys(context, item, other)]
    if span is None or comma is None or comma.text != "," or len(pairs) != 1:
        return
    if item.join is None or places.commented(context, Span(comma.start, span.end)):
        return
    glue = "" if context.text[comma.start - 1 : comma.start].isspace() else " "
    edits = (
        TextEdit(comma.span, f"{glue}JOIN"),
        TextEdit(Span(span.end, span.end), f" ON {pairs[0]}"),
    )
    # A JOIN binds more tightly than a comma: behind other commas its ON may not see the table.
    if others[0].join is None:
        yield Fix(f"Join on `{pairs[0]}`", edits, "unsafe", True)


def _keys(context: Context, one: Item, two: Item) -> Iterator[str]:
    for left, right in ((one, two), (two, one)):
        if left.relation is None or right.relation is None:
            continue
        for key in left.relation.foreign_keys:
            if _is(context, key, right.relation):
                yield " AND ".join(
                    f"{_name(context, left, mine)} = {_name(context, right, theirs)}"
                    for mine, theirs in zip(key.columns, key.target_columns, strict=False)
                )


def _is(context: Context, key: catalog.ForeignKey, relation: catalog.Relation) -> bool:
    return context.schema.find(key.target) is relation and bool(key.target_columns)


def _name(context: Context, item: Item, column: str) -> str:
    alias = item.node.args.get("alias")
    identifier = alias.this if alias is not None else item.node.this
    span = sources.span_of(identifier)
    return f"{span.of(context.text) if span else ''}.{context.dialect.write(column)}"


RULE = Rule("correctness", "warning", check, fix="unsafe", whole=True)
